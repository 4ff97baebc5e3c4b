/** Lines of a scrape: Prometheus text and OpenMetrics, both also with names in quotes. */
import { compareText } from '../base/order.ts';

export interface Sample {
  readonly name: string;
  /** Sorted by name, by code unit: the order in which they are written is no part of a series. */
  readonly labels: Readonly<Record<string, string>>;
  /** As written. */
  readonly value: string;
  /** The number, where it is one that can be compared; ±Inf are, NaN is null. */
  readonly real: number | null;
  /** As written, in ms (Prometheus) or s (OpenMetrics): by magnitude. */
  readonly time: string | null;
  /** Only OpenMetrics has one. It is read and left with the line. */
  readonly hasExemplar: boolean;
}

const nameAt = /[a-zA-Z_:][\w:.]*/y;
const labelNameAt = /[a-zA-Z_][\w.]*/y;
const quotedAt = /"((?:[^"\\\n]|\\.)*)"/y;
const blanksAt = /[ \t]*/y;
const number = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|0[xX][\da-fA-F]+)$/;
const infinite = /^([+-]?)inf(?:inity)?$/i;
const timestamp = /^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

/** One sample line; null where it is none. */
export function parseSample(line: string): Sample | null {
  const text = line.trim();
  nameAt.lastIndex = 0;
  const bare = nameAt.exec(text)?.[0] ?? null;
  const opens = skipBlanks(text, bare?.length ?? 0);
  const set = text.charCodeAt(opens) === 123 ? labelSet(text, opens + 1, bare === null) : null;
  if (set === null) {
    // A value needs a blank before it, and braces have their own end.
    if (bare === null || opens === bare.length || text.charCodeAt(opens) === 123) return null;
    return withValue(text.slice(opens), bare, []);
  }
  const name = bare ?? set.name;
  return name === null ? null : withValue(text.slice(set.end), name, set.labels);
}

function withValue(rest: string, name: string, labels: readonly (readonly [string, string])[]): Sample | null {
  const hash = rest.indexOf('#');
  if (hash >= 0 && !(/[ \t]/.test(rest.charAt(hash - 1)) && isExemplar(rest.slice(hash + 1)))) return null;
  const read = valueAndTime(hash < 0 ? rest : rest.slice(0, hash));
  if (read === null) return null;
  const sorted = [...labels].sort(([a], [b]) => compareText(a, b));
  if (sorted.some(([label], i) => i > 0 && label === sorted[i - 1]?.[0])) return null;
  return { name, labels: Object.fromEntries(sorted), ...read, hasExemplar: hash >= 0 };
}

function valueAndTime(text: string): Pick<Sample, 'value' | 'real' | 'time'> | null {
  const [value = '', time, ...more] = text.trim().split(/[ \t]+/);
  const real = readReal(value);
  if (real === undefined || more.length > 0 || (time !== undefined && !timestamp.test(time))) return null;
  return { value, real, time: time ?? null };
}

/** `{labels} value [time]`, as OpenMetrics has it behind a sample. */
function isExemplar(text: string): boolean {
  const opens = skipBlanks(text, 0);
  const set = text.charCodeAt(opens) === 123 ? labelSet(text, opens + 1, false) : null;
  return set !== null && valueAndTime(text.slice(set.end)) !== null;
}

interface LabelSet {
  /** A name in quotes that stands first. */
  readonly name: string | null;
  readonly labels: readonly (readonly [string, string])[];
  readonly end: number;
}

/** What stands in braces, from behind the opening one; null where it is damaged. */
function labelSet(text: string, from: number, mayName: boolean): LabelSet | null {
  const labels: (readonly [string, string])[] = [];
  let name: string | null = null;
  let at = skipBlanks(text, from);
  while (text.charCodeAt(at) !== 125) {
    const inQuotes = quoted(text, at);
    labelNameAt.lastIndex = at;
    const label = inQuotes?.value ?? labelNameAt.exec(text)?.[0];
    if (label === undefined) return null;
    at = skipBlanks(text, inQuotes?.end ?? at + label.length);
    if (text.charCodeAt(at) === 61) {
      const value = quoted(text, skipBlanks(text, at + 1));
      if (value === null) return null;
      labels.push([label, value.value]);
      at = skipBlanks(text, value.end);
    } else {
      if (inQuotes === null || !mayName || name !== null || labels.length > 0) return null;
      name = label;
    }
    if (text.charCodeAt(at) === 44) at = skipBlanks(text, at + 1);
    else if (text.charCodeAt(at) !== 125) return null;
  }
  return { name, labels, end: at + 1 };
}

function quoted(text: string, at: number): { readonly value: string; readonly end: number } | null {
  quotedAt.lastIndex = at;
  const match = quotedAt.exec(text);
  return match === null ? null : { value: unescaped(match[1] as string), end: quotedAt.lastIndex };
}

function skipBlanks(text: string, at: number): number {
  blanksAt.lastIndex = at;
  blanksAt.exec(text);
  return blanksAt.lastIndex;
}

/** undefined where it is no number at all; null for NaN. */
function readReal(value: string): number | null | undefined {
  if (number.test(value)) return Number(value);
  if (/^[+-]?nan$/i.test(value)) return null;
  const match = infinite.exec(value);
  return match === null ? undefined : match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Of the escapes there are three; before any other character a backslash is itself. */
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\([\\"n])/g, (_, c: string) => (c === 'n' ? '\n' : c)) : text;

const aboutMetric = /^\s*#\s*(TYPE|UNIT)\s+(?:([a-zA-Z_:][\w:.]*)|"((?:[^"\\\n]|\\.)*)")\s+([\w:]+)\s*$/;

export interface MetricComment {
  readonly tells: 'TYPE' | 'UNIT';
  readonly metric: string;
  /** The type, or the unit. */
  readonly value: string;
}

/** `# TYPE` and `# UNIT`; null for any other comment, and for one that names no value. */
export function parseComment(comment: string): MetricComment | null {
  const match = aboutMetric.exec(comment);
  if (match === null) return null;
  const metric = match[2] ?? unescaped(match[3] as string);
  return { tells: match[1] as MetricComment['tells'], metric, value: match[4] as string };
}

/** What a metric of a type calls its parts. */
const parts: Readonly<Record<string, readonly string[]>> = {
  _total: ['counter'],
  _created: ['counter', 'histogram', 'summary'],
  _bucket: ['histogram', 'gaugehistogram'],
  _count: ['histogram', 'summary'],
  _sum: ['histogram', 'summary'],
  _gcount: ['gaugehistogram'],
  _gsum: ['gaugehistogram'],
  _info: ['info'],
};
const partSuffix = /_(?:total|created|bucket|count|sum|gcount|gsum|info)$/;

/** The type of a sample: of its own name, or of the metric that it is a part of. */
export function typeOf(name: string, types: ReadonlyMap<string, string>): string | null {
  const own = types.get(name);
  if (own !== undefined) return own;
  const suffix = partSuffix.exec(name)?.[0];
  const type = suffix === undefined ? undefined : types.get(name.slice(0, -suffix.length));
  return type !== undefined && parts[suffix as string]?.includes(type) === true ? type : null;
}
