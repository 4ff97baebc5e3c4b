import type { Rule } from './rule.ts';

/** The page of a rule, as it stands in `docs/rules/`. */
export function rulePage(rule: Rule): string {
  const needs = [
    ...rule.needs.map((kind) => `\`${kind}\``),
    ...(rule.needsOneOf === undefined ? [] : [`one of ${rule.needsOneOf.map((kind) => `\`${kind}\``).join(', ')}`]),
  ];
  const messages = Object.entries(rule.messages).map(([id, { title }]) => `- \`${id}\`: ${title}`);
  const { means, decided, todo, notCaptured, source } = rule.docs;
  return [
    `# ${rule.id}`,
    `Category \`${rule.category}\`, at most \`${rule.severity}\`. Needs ${needs.length === 0 ? 'nothing' : needs.join(', ')}.`,
    `It says one of:\n\n${messages.join('\n')}`,
    `## What it means\n\n${means}`,
    `## How it is decided\n\n${decided}`,
    `## What to do\n\n${todo}`,
    `## When it was not captured\n\n${notCaptured}`,
    `## Where this comes from\n\n${source}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
