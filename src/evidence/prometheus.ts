import { compareText } from '../base/order.ts';

export interface Sample {
  readonly name: string;
  /** Sorted by name, by code unit. */
  readonly labels: Readonly<Record<string, string>>;
  /** As written. */
  readonly value: string;
  /** The number, where it is one that can be compared; ±Inf are, NaN is null. */
  readonly real: number | null;
  /** As written, in ms (Prometheus) or s (OpenMetrics): by magnitude. */
  readonly time: string | null;
}

const nameAt = /[a-zA-Z_:][\w:.]*/y;
const labelAt = /\s*([a-zA-Z_][\w.]*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*(,?)/y;
const number = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|0[xX][\da-fA-F]+)$/;
const infinite = /^([+-]?)inf(?:inity)?$/i;
const timestamp = /^-?\d+(?:\.\d+)?$/;

/** One sample line; null where it is none. An exemplar after `#` is passed over. */
export function parseSample(line: string): Sample | null {
  const text = line.trimStart();
  nameAt.lastIndex = 0;
  const name = nameAt.exec(text)?.[0];
  if (name === undefined) return null;
  let at = name.length;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  const labels: [string, string][] = [];
  if (text[at] === '{') {
    at += 1;
    for (;;) {
      while (text[at] === ' ' || text[at] === '\t') at += 1;
      if (text[at] === '}') break;
      labelAt.lastIndex = at;
      const match = labelAt.exec(text);
      if (match === null) return null;
      labels.push([match[1] as string, unescaped(match[2] as string)]);
      at = labelAt.lastIndex;
      if (match[3] === '' && text[at] !== '}') return null;
    }
    at += 1;
  }
  if (labels.length === 0 && at === name.length) return null;
  const exemplar = text.indexOf(' # ', at);
  const fields = (exemplar < 0 ? text.slice(at) : text.slice(at, exemplar)).trim().split(/\s+/);
  const [value, time] = fields;
  if (fields.length > 2 || value === undefined || value === '') return null;
  const real = readReal(value);
  if (real === undefined || (time !== undefined && !timestamp.test(time))) return null;
  labels.sort(([a], [b]) => compareText(a, b));
  return { name, labels: Object.fromEntries(labels), value, real, time: time ?? null };
}

/** undefined where it is no number at all; null for NaN. */
function readReal(value: string): number | null | undefined {
  if (number.test(value)) return Number(value);
  if (/^[+-]?nan$/i.test(value)) return null;
  const match = infinite.exec(value);
  return match === null ? undefined : match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)) : text;
