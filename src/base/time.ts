/** Integer microseconds since 1970 in UTC. */
export type Micros = number;
/** Integer milliseconds since 1970 in UTC: what the replay compares. */
export type Millis = number;

/** The spelling that a time was written in. */
export type TimeForm = 'rfc3339' | 'epoch_s' | 'epoch_ms' | 'epoch_us' | 'epoch_ns';
export interface Instant {
  readonly us: Micros;
  readonly form: TimeForm;
}

// Groups: year month day hour minute second fraction zone sign zh zm
const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(?:([Zz]|UTC)|([+-])(\d\d):?(\d\d))$/;
const digits = /^-?\d+(?:\.\d+)?$/;

/** Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's civil algorithm). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const leap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const daysIn = (year: number, month: number): number => (month === 2 && leap(year) ? 29 : (monthDays[month - 1] ?? 0));

function parseRfc3339(text: string): Instant | null {
  const m = rfc3339.exec(text);
  if (m === null) return null;
  const [year, month, day, hour, minute] = [m[1], m[2], m[3], m[4], m[5]].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = m[6] === undefined ? 0 : Number(m[6]);
  // A leap second (60) is the first moment of the next minute, as POSIX counts it.
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60)
    return null;
  const offset = m[9] === undefined ? 0 : (m[9] === '-' ? -1 : 1) * (Number(m[10]) * 60 + Number(m[11]));
  if (m[10] !== undefined && (Number(m[10]) > 23 || Number(m[11]) > 59)) return null;
  const micros = Number((m[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
  return { us: seconds * 1_000_000 + micros, form: 'rfc3339' };
}

/** Epoch by magnitude: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds. */
function parseEpoch(value: number | bigint): Instant | null {
  if (typeof value === 'bigint') {
    const size = value < 0n ? -value : value;
    if (size >= 10n ** 20n) return null;
    if (size >= 10n ** 17n) return { us: Number(floorDiv(value, 1000n)), form: 'epoch_ns' };
    return { us: Number(value), form: 'epoch_us' };
  }
  if (!Number.isFinite(value)) return null;
  const size = Math.abs(value);
  if (size < 1e11) return { us: scaled(value, 1e6), form: 'epoch_s' };
  if (size < 1e14) return { us: scaled(value, 1e3), form: 'epoch_ms' };
  if (size < 1e17) return { us: Math.floor(value), form: 'epoch_us' };
  return size < 1e20 ? { us: Math.floor(value / 1000), form: 'epoch_ns' } : null;
}

/** Digits after the sixth are cut, as long as a number can hold them: later the nearest microsecond is all that was written. */
const scaled = (value: number, by: number): Micros => {
  const tenths = Math.round(value * by * 10);
  return Number.isSafeInteger(tenths) ? Math.floor(tenths / 10) : Math.round(value * by);
};

const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

/** Reads RFC 3339 with any offset and precision, or an epoch number (also as text). Null where it is no time. */
export function parseInstant(value: unknown): Instant | null {
  if (typeof value === 'number' || typeof value === 'bigint') return parseEpoch(value);
  if (typeof value !== 'string' || value.length > 64) return null;
  const text = value.trim();
  if (digits.test(text)) return parseEpoch(text.includes('.') || text.length < 16 ? Number(text) : BigInt(text));
  return parseRfc3339(text);
}

export const parseMicros = (value: unknown): Micros | null => parseInstant(value)?.us ?? null;

/** Cut, not rounded. */
export const millisOf = (us: Micros): Millis => Math.floor(us / 1000);

/** The first microsecond of a record's time that a case file can hold exactly; beyond ±2^53 a record is undated. */
export const isDatable = (us: Micros): boolean => Number.isSafeInteger(us);

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Date and time of day of a count of whole seconds, without a Date. */
function civil(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const clock = `${pad(Math.floor(rest / 3_600), 2)}:${pad(Math.floor(rest / 60) % 60, 2)}:${pad(rest % 60, 2)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}`;
}

/** RFC 3339 in UTC: no fraction, milliseconds or microseconds, whichever is the shortest exact form. */
export function formatMicros(us: Micros): string {
  const seconds = Math.floor(us / 1_000_000);
  const fraction = us - seconds * 1_000_000;
  if (fraction === 0) return `${civil(seconds)}Z`;
  return fraction % 1000 === 0
    ? `${civil(seconds)}.${pad(fraction / 1000, 3)}Z`
    : `${civil(seconds)}.${pad(fraction, 6)}Z`;
}

export const formatMillis = (ms: Millis): string => formatMicros(ms * 1000);

/** Time of day with milliseconds, UTC: for lists whose date stands elsewhere. */
export const formatClock = (us: Micros): string => {
  const seconds = Math.floor(us / 1_000_000);
  return `${civil(seconds).slice(11)}.${pad(Math.floor((us - seconds * 1_000_000) / 1000), 3)}`;
};

/** A length of time as a person says it: `850 ms`, `3.2 s`, `24 min`, `2 h 5 min`. */
export function formatDuration(us: number): string {
  const ms = Math.round(us / 1000);
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
