import { formatMicros, isDatable, type Micros, parseMicros } from '../../base/time.ts';
import type { TimeReader } from '../fast-time.ts';

/** A time at the beginning of a line, and where the rest begins. */
export interface LeadingTime {
  /** Microseconds; NaN where it is no usable time. A time without a year has half a microsecond more: see `yearless`. */
  readonly ts: Micros;
  readonly end: number;
}

/**
 * A time without a year (RFC 3164) is told as microseconds since the beginning of a leap year, and a half: no other time has
 * a fraction. Its year is known when everything was read.
 */
export const isYearless = (ts: number): boolean => !Number.isInteger(ts) && !Number.isNaN(ts);

const leapYear = 2000;
const leapYearStart = parseMicros(`${leapYear}-01-01T00:00:00Z`) ?? 0;
const dayUs = 86_400_000_000;

/**
 * The latest moment of that month, day and time that is not more than a day after `reference`: the clocks of two hosts differ
 * by less. Null where there is none that a case can hold.
 */
export function placedInYear(yearless: number, reference: Micros): Micros | null {
  const rest = formatMicros(leapYearStart + yearless - 0.5).slice(4);
  const year = Number(formatMicros(reference + dayUs).slice(0, 4));
  // Eight years hold a 29 February, also around a century.
  for (let back = 0; back <= 8; back++) {
    const us = parseMicros(`${String(year - back).padStart(4, '0')}${rest}`);
    if (us !== null && us <= reference + dayUs && isDatable(us)) return us;
  }
  return null;
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const months = new Map(monthNames.map((name, i) => [name, String(i + 1).padStart(2, '0')]));

/** Spellings that begin with a digit. */
const numeric: readonly RegExp[] = [
  /(?<y>\d{4})[-/](?<mo>\d\d)[-/](?<d>\d\d)[T\s](?<t>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?:\s?(?<z>Z|UTC|GMT|[+-]\d\d:?\d\d))?(?![\w.:])/y,
  /(?<y>\d{4})(?<mo>\d\d)(?<d>\d\d)T(?<hh>\d\d)(?<mm>\d\d)(?<ss>\d\d)(?<z>Z|[+-]\d\d:?\d\d)?(?![\w.:])/y,
  /(?<d>\d\d?)[ /](?<mon>[A-Z][a-z]{2})[ /](?<y>\d{4})[ :](?<t>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?:\s(?<z>Z|UTC|GMT|[+-]\d{4}))?(?![\w.:])/y,
  /(?<epoch>\d{10}(?:\.\d{1,9})?|\d{13}(?:\.\d{1,6})?|\d{16}|\d{19})(?![\w.:])/y,
];

/** Spellings that begin with the name of a month or day, or the letter of a level. */
const named: readonly RegExp[] = [
  // RFC 3164, also with a year; then the C library's, with the year at the end; then RFC 2822, and systemd with a weekday.
  /(?<mon>[A-Z][a-z]{2})\s{1,2}(?<d>\d\d?)\s(?:(?<y>\d{4})\s)?(?<t>\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?![\w.])/y,
  /[A-Z][a-z]{2}\s(?<mon>[A-Z][a-z]{2})\s{1,2}(?<d>\d\d?)\s(?<t>\d\d:\d\d:\d\d(?:\.\d{1,9})?)\s(?:UTC\s)?(?<y>\d{4})(?![\w.:])/y,
  /[A-Z][a-z]{2},?\s(?<d>\d\d?)\s(?<mon>[A-Z][a-z]{2})\s(?<y>\d{4})\s(?<t>\d\d:\d\d:\d\d)(?:\s(?<z>UTC|GMT|[+-]\d{4}))?(?![\w.:])/y,
  /[A-Z][a-z]{2}\s(?<y>\d{4})-(?<mo>\d\d)-(?<d>\d\d)\s(?<t>\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:\s(?<z>UTC|[+-]\d{4}))?(?![\w.:])/y,
  // What Kubernetes' own programs write.
  /[IWEF](?<mo>\d\d)(?<d>\d\d)\s(?<t>\d\d:\d\d:\d\d\.\d{1,9})(?![\w.:])/y,
];

const none = (end: number): LeadingTime => ({ ts: Number.NaN, end });

/** Reads a time as logs spell it, at `from`, perhaps in brackets; null where none stands there. */
export function leadingTime(text: string, times: TimeReader, from = 0): LeadingTime | null {
  const bracket = text.charCodeAt(from) === 91 ? 1 : 0;
  const at = from + bracket;
  const first = text.charCodeAt(at);
  const spellings = first >= 48 && first <= 57 ? numeric : first >= 65 && first <= 90 ? named : [];
  for (const spelling of spellings) {
    spelling.lastIndex = at;
    const groups = spelling.exec(text)?.groups;
    if (groups === undefined) continue;
    const end = spelling.lastIndex;
    if (bracket === 0) return { ts: read(groups, times), end };
    // Whatever else the bracket holds (a process, a zone) is passed over, if it is short.
    const close = text.indexOf(']', end);
    return close < 0 || close - end > 16 ? none(end) : { ts: read(groups, times), end: close + 1 };
  }
  return null;
}

/** A whole text as a time: RFC 3339, an epoch, or as logs spell it. */
export function wholeTime(value: unknown, times: TimeReader): Micros {
  const own = times.read(value);
  if (!Number.isNaN(own) || typeof value !== 'string' || value.length > 64) return own;
  const text = value.trim();
  const found = leadingTime(text, times);
  return found !== null && found.end === text.length ? found.ts : Number.NaN;
}

/** A clock without a zone is taken as UTC: servers' logs are, and nothing else is known. */
function read(groups: Readonly<Record<string, string | undefined>>, times: TimeReader): Micros {
  if (groups.epoch !== undefined) return times.read(groups.epoch);
  const month = groups.mo ?? months.get(groups.mon ?? '') ?? '';
  const clock = (groups.t ?? `${groups.hh}:${groups.mm}:${groups.ss}`).replace(',', '.');
  const zone = groups.z === undefined || groups.z === 'UTC' || groups.z === 'GMT' ? 'Z' : groups.z;
  const rest = `-${month}-${(groups.d ?? '').padStart(2, '0')}T${clock}${zone}`;
  if (groups.y !== undefined) return times.read(groups.y + rest);
  const us = parseMicros(leapYear + rest);
  return us === null ? Number.NaN : us - leapYearStart + 0.5;
}
