import { colorPaint, counted, groupDigits, plainPaint, safe, section, shellWord, tableLines } from '../report/index.ts';
import type { Explanation } from './documents/explanation.ts';
import type { Session } from './session.ts';

const shownPaths = 3;
const shownKeys = 40;
const shownGroups = 20;

const pathsText = (paths: readonly string[], members: number): string =>
  `${paths.slice(0, shownPaths).map(safe).join(', ')}${members > shownPaths ? ` and ${groupDigits(members - shownPaths)} more` : ''}`;

function recognisedBy(rule: Explanation['rules'][number]): string {
  if (rule.test !== '') return safe(rule.test);
  if (rule.by === 'name') return 'a name that the product documents';
  return rule.by === 'path' ? 'its path alone' : 'its content';
}

type Foreign = Explanation['foreign'][number];

function whyNot({ standing, read_as: readAs, form, records, nearest }: Foreign): string {
  if (form === 'empty') return 'It is empty.';
  if (records === 0)
    return form === 'text'
      ? 'It is text without a time on its lines: kept, and searched as text.'
      : 'Its bytes are no text, no JSON and no MessagePack: kept as they are.';
  const read =
    standing === 'unrecognised'
      ? 'No kind has these keys.'
      : `Read as ${readAs}, but its keys are not those of a record of that kind.`;
  if (nearest === null) return `${read} None of the fields that tell a kind is there under its name.`;
  const { kind, test, missing } = nearest;
  const lacks =
    missing.length === 0
      ? 'all of it is there'
      : `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return `${read} Nearest: ${kind}, whose test is "${test}"; ${lacks}.`;
}

function foreignLines(one: Foreign): readonly string[] {
  const keys = tableLines(
    [{ title: 'key' }, { title: 'seen', right: true }, { title: 'looks like' }],
    one.keys
      .slice(0, shownKeys)
      .map(({ path, seen, shapes }) => [safe(path), groupDigits(seen), safe(shapes.join(', '))]),
  );
  return [
    pathsText(one.paths, one.members),
    `${one.form}${one.records === 0 ? '' : `, ${counted(one.records, 'record')} looked at`}`,
    ...(one.keys.length === 0 ? [] : ['', ...keys]),
    ...(one.keys.length > shownKeys || one.more_keys ? ['and more keys (--json has up to 200)'] : []),
    ...(one.more_keys ? [`keys that stood ${groupDigits(one.keys_left_out)} times are left out`] : []),
  ];
}

/** What `index --explain` adds to the text of `index`. */
export function explainText(explanation: Explanation, archive: string, session: Session): string {
  const paint = session.color ? colorPaint : plainPaint;
  const { dialects, rules, foreign } = explanation;
  const isMappable = foreign.some(({ records }) => records > 0);
  const sections = [
    section(
      paint,
      'DIALECTS',
      dialects.map(
        ({ name, records, hits }) =>
          `${safe(name)}: ${counted(records, 'record')} read in its spelling, ${counted(hits, 'answer')} of its tables`,
      ),
    ),
    section(paint, 'RECOGNISED', [
      {
        lines:
          rules.length === 0
            ? ['nothing']
            : tableLines(
                [
                  { title: 'kind' },
                  { title: 'dialect' },
                  { title: 'members', right: true },
                  { title: 'records', right: true },
                  { title: 'by' },
                ],
                rules.map((rule) => [
                  rule.kind,
                  safe(rule.dialect),
                  groupDigits(rule.members),
                  groupDigits(rule.records),
                  recognisedBy(rule),
                ]),
              ),
      },
    ]),
    ...foreign
      .slice(0, shownGroups)
      .map((one) =>
        section(paint, one.standing === 'doubtful' ? 'DOUBTFUL' : 'UNKNOWN', [
          { lines: foreignLines(one) },
          whyNot(one),
          { lines: (one.nearest?.likely ?? []).map(({ field, key }) => `  ${safe(key)} may be ${field}`) },
        ]),
      ),
    section(
      paint,
      'AND',
      foreign.length > shownGroups ? [`${groupDigits(foreign.length - shownGroups)} more shapes (--json has all)`] : [],
    ),
    section(
      paint,
      'NEXT',
      isMappable
        ? [
            'A dialect that maps what can be guessed, to be read and completed:',
            { lines: [`  inquest index ${shellWord(safe(archive))} --suggest-dialect dialect.yaml`] },
          ]
        : foreign.length === 0
          ? ['Every member was recognised.']
          : ['None of these has keys that a dialect could map.'],
    ),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
