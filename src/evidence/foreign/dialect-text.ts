/** A proposal as the text of a dialect file, with its holes marked. */
import type { Guess, Proposal, ProposedRecords } from './propose.ts';

const plain = /^[A-Za-z_][\w@./-]*$/;
/** Words that YAML reads as something else than text. */
const meant = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

const quoted = (text: string): string => (plain.test(text) && !meant.test(text) ? text : JSON.stringify(text));
/** Paths with `[]` in them are text as they stand, but a reader expects a list. */
const pathText = quoted;

const comment = (text: string): string => `# ${text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}`;

/** Holes are the lines that begin with this mark. */
export const holeMark = '# hole:';

const hole = (indent: string, text: string): string =>
  `${indent}${holeMark} ${text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}`;

const listed = (words: readonly string[], max: number): string =>
  `${words.slice(0, max).join(', ')}${words.length > max ? ` and ${words.length - max} more` : ''}`;

function recordLines(records: ProposedRecords): readonly string[] {
  const { kind, paths, records: count, when, fields, values, holes } = records;
  return [
    `  ${comment(`${count} records looked at, of ${listed(paths, 3)}`)}`,
    `  ${kind}:`,
    '    when:',
    ...(when.has === undefined ? [] : [`      has: [${when.has.map((path) => JSON.stringify(path)).join(', ')}]`]),
    ...(when.path === undefined ? [] : [`      path: ${JSON.stringify(when.path)}`]),
    ...(fields.length === 0 ? [] : ['    fields:']),
    ...fields.map(([target, source]) => `      ${pathText(target)}: ${pathText(source)}`),
    ...(values.length === 0 ? [] : ['    values:']),
    ...values.map(
      ({ target, words }) =>
        `      ${pathText(target)}: {${words.map(([from, to]) => `${JSON.stringify(from)}: ${quoted(to)}`).join(', ')}}`,
    ),
    ...holes.map((text) => hole('    ', text)),
  ];
}

const guessLines = (name: string, found: readonly Guess[]): readonly string[] =>
  found.length === 0
    ? []
    : [
        `${name}:`,
        ...found.map(
          ({ from, to, note }) => `  ${JSON.stringify(from)}: ${quoted(to)}${note === null ? '' : ` ${comment(note)}`}`,
        ),
      ];

/** Whether there is anything that a dialect could say. */
export const saysAnything = ({ records, actions, codes }: Proposal): boolean =>
  records.length > 0 || actions.length > 0 || codes.length > 0;

export function dialectText(proposal: Proposal, name: string): string {
  const { records, actions, codes, openActions, openCodes, unknown } = proposal;
  return `${[
    comment('Suggested from what the archive holds. Every line is a guess: read it before you rely on it.'),
    comment(`What could not be decided is marked "${holeMark.slice(2)}".`),
    'dialect: 1',
    `name: ${name}`,
    ...(records.length === 0 ? [] : ['records:', ...records.flatMap(recordLines)]),
    ...guessLines('actions', actions),
    ...(openActions.length === 0
      ? []
      : [hole('', `actions that no known one is like; they are shown as they are: ${listed(openActions, 40)}`)]),
    ...guessLines('codes', codes),
    ...(openCodes.length === 0
      ? []
      : [hole('', `error codes that no canonical one is like: ${listed(openCodes, 40)}`)]),
    ...(unknown.length === 0
      ? []
      : [
          hole(
            '',
            `members that are no kind that a dialect maps: ${listed(
              unknown.flatMap(({ paths }) => paths),
              20,
            )}`,
          ),
        ]),
  ].join('\n')}\n`;
}
