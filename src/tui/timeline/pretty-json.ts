import { isObject, type Json, writeJson } from '../../base/json.ts';

/** A value that fits here stays on one line. */
const flatWidth = 60;

/** JSON in indented lines, every digit kept; short arrays and objects on one line. */
export function prettyJson(value: Json): readonly string[] {
  return linesOf(value, '', '', '');
}

function linesOf(value: Json, indent: string, name: string, tail: string): readonly string[] {
  const flat = writeJson(value);
  const open = `${indent}${name}`;
  const items = Array.isArray(value) ? (value as readonly Json[]).map((item) => ['', item] as const) : entriesOf(value);
  if (items === null || items.length === 0) return [`${open}${flat}${tail}`];
  if (indent !== '' && flat.length <= flatWidth) return [`${open}${spaced(value)}${tail}`];
  const [left, right] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return [
    `${open}${left}`,
    ...items.flatMap(([key, item], index) => linesOf(item, `${indent}  `, key, index === items.length - 1 ? '' : ',')),
    `${indent}${right}${tail}`,
  ];
}

const entriesOf = (value: Json): readonly (readonly [string, Json])[] | null =>
  isObject(value) ? Object.entries(value).map(([key, item]) => [`${JSON.stringify(key)}: `, item] as const) : null;

function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(spaced).join(', ')}]`;
  const entries = entriesOf(value);
  if (entries === null) return writeJson(value);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, item]) => key + spaced(item)).join(', ')} }`;
}
