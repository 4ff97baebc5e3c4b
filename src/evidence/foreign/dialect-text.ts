/** A proposal as the text of a dialect file, with its holes marked. */
import { escapeJsonText, escapeTerminal } from '../../base/escape/terminal.ts';
import type { Guess, Proposal, ProposedRecords } from './propose.ts';

const plain = /^[A-Za-z_][\w@./-]*$/;
/** Words that YAML reads as something else than text. */
const meant = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

/** As YAML and JSON both read it, with nothing invisible in it. */
const inQuotes = (text: string): string => escapeJsonText(JSON.stringify(text));
const quoted = (text: string): string => (plain.test(text) && !meant.test(text) ? text : inQuotes(text));

/** Holes are the lines that begin with this mark. Without it, and with what is missing written at the end, each is a line of a dialect. */
export const holeMark = '# hole: ';

const comment = (text: string): string => escapeTerminal(`# ${text}`);
const hole = (indent: string, line: string, note = ''): string =>
  escapeTerminal(`${indent}${holeMark}${line}${note === '' ? '' : ` # ${note}`}`);

const listed = (words: readonly string[], max: number): string =>
  `${words.slice(0, max).join(', ')}${words.length > max ? ` and ${words.length - max} more` : ''}`;

const holesMax = 40;

const oneOf = (words: readonly string[]): string => (words.length === 0 ? '' : `one of ${words.join(', ')}`);

/** A mapping of words, with a hole for each open one. Where there are only holes its head is part of them. */
function wordLines(
  head: string,
  indent: string,
  found: readonly string[],
  open: readonly string[],
  note: string,
): readonly string[] {
  const shown = open.slice(0, holesMax);
  const rest = open.length > holesMax ? [`${indent}  ${comment(`and ${open.length - holesMax} more`)}`] : [];
  if (found.length === 0)
    return open.length === 0
      ? []
      : [hole(indent, `${head}:`), ...shown.map((word) => hole(indent, `  ${inQuotes(word)}:`, note)), ...rest];
  return [
    `${indent}${head}:`,
    ...found.map((line) => `${indent}  ${line}`),
    ...shown.map((word) => hole(`${indent}  `, `${inQuotes(word)}:`, note)),
    ...rest,
  ];
}

function valueLines(values: ProposedRecords['values']): readonly string[] {
  const lines = values.map(({ target, words, open, known }) => ({
    isHole: words.length === 0,
    lines: wordLines(
      quoted(target),
      '      ',
      words.map(([from, to]) => `${inQuotes(from)}: ${quoted(to)}`),
      open,
      oneOf(known),
    ),
  }));
  const isHole = lines.every((one) => one.isHole);
  return values.length === 0
    ? []
    : [isHole ? hole('    ', 'values:') : '    values:', ...lines.flatMap((one) => one.lines)];
}

function recordLines({
  kind,
  paths,
  records,
  when,
  fields,
  values,
  absent,
  unused,
}: ProposedRecords): readonly string[] {
  return [
    `  ${comment(`${records} records looked at, of ${listed(paths, 3)}`)}`,
    `  ${kind}:`,
    '    when:',
    ...(when.has === undefined ? [] : [`      has: [${when.has.map((path) => inQuotes(path)).join(', ')}]`]),
    ...(when.path === undefined ? [] : [`      path: ${JSON.stringify(when.path)}`]),
    ...(fields.length === 0 ? [] : ['    fields:']),
    ...fields.map(([target, source]) => `      ${quoted(target)}: ${quoted(source)}`),
    ...(fields.length === 0 ? [] : absent.slice(0, holesMax).map((target) => hole('      ', `${quoted(target)}:`))),
    ...(unused.length === 0 ? [] : [`      ${comment(`not used: ${listed(unused, holesMax)}`)}`]),
    ...valueLines(values),
  ];
}

const guessLines = (name: string, found: readonly Guess[], open: readonly string[], note: string): readonly string[] =>
  wordLines(
    name,
    '',
    found.map(({ from, to, note: by }) => `${inQuotes(from)}: ${quoted(to)}${by === null ? '' : ` ${comment(by)}`}`),
    open,
    note,
  );

function routeLines({ found, open }: Proposal['routes']): readonly string[] {
  const shown = open.slice(0, holesMax);
  if (found.length + shown.length === 0) return [];
  return [
    found.length === 0 ? hole('', 'routes:') : 'routes:',
    ...found.flatMap(({ method, path, route, group }) => [
      `  - method: ${method}`,
      `    path: ${quoted(path)}`,
      `    route: ${quoted(route)}`,
      ...(group === null ? [] : [`    group: ${group}`]),
    ]),
    ...shown.flatMap(({ method, path }) => [
      hole('  ', `- method: ${method}`),
      hole('  ', `  path: ${quoted(path)}`),
      hole('  ', '  route:', 'it ends as none of the known routes'),
    ]),
  ];
}

function metricLines({ found, open }: Proposal['metrics']): readonly string[] {
  const shown = open.slice(0, holesMax);
  if (found.length + shown.length === 0) return [];
  return [
    found.length === 0 ? hole('', 'metrics:') : 'metrics:',
    ...found.flatMap(({ role, name, labels }) => [
      `  - role: ${role}`,
      `    name: ${quoted(name)}`,
      ...(labels.length === 0 ? [] : ['    labels:']),
      ...labels.map(([from, to]) => `      ${quoted(from)}: ${to}`),
    ]),
    ...shown.flatMap(({ name, role }) => [
      hole('  ', `- name: ${quoted(name)}`),
      hole('  ', '  role:', `several may be ${role}`),
    ]),
  ];
}

/** Whether there is anything that a dialect could say. */
export const saysAnything = ({ records, actions, codes, routes, metrics }: Proposal): boolean =>
  [records, actions, codes, routes.found, metrics.found].some(({ length }) => length > 0);

export function dialectText(proposal: Proposal, name: string): string {
  const { records, actions, codes, openActions, openCodes, routes, metrics, unknown } = proposal;
  return `${[
    comment('Suggested from what the archive holds. Every line is a guess: read it before you rely on it.'),
    comment('What could not be decided is a line that begins with "hole": take that mark away and write the rest.'),
    'dialect: 1',
    `name: ${name}`,
    ...(records.length === 0 ? [] : ['records:', ...records.flatMap(recordLines)]),
    ...guessLines('actions', actions, openActions, 'no known action is like it: it is shown as it is'),
    ...guessLines('codes', codes, openCodes, ''),
    ...routeLines(routes),
    ...metricLines(metrics),
    ...(unknown.length === 0
      ? []
      : [
          comment(
            `of no kind that a dialect maps: ${listed(
              unknown.flatMap(({ paths }) => paths),
              20,
            )}`,
          ),
        ]),
  ].join('\n')}\n`;
}
