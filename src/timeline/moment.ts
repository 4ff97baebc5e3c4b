/** Times as people type them (formats.md 4). */
import { fail, ok, type Result } from '../base/result.ts';
import { type Instant, type Micros, parseInstant, parseMicros } from '../base/time.ts';
import { momentOfLocal, type Zone } from '../base/zone.ts';

export interface Moments {
  /** First and last dated event; null where nothing has a time. */
  readonly span: { readonly from: Micros; readonly to: Micros } | null;
  readonly zone: Zone;
}

/** What a time value names, as long as its last written part: a day, a minute, a second, a tenth. Half-open. */
export interface MomentSpan {
  readonly from: Micros;
  readonly to: Micros;
}

const secondUs = 1_000_000;
const minuteUs = 60_000_000;
const dayUs = 86_400_000_000;
const unitUs: Readonly<Record<string, number>> = {
  ms: 1_000,
  s: secondUs,
  m: minuteUs,
  h: 3_600_000_000,
  d: dayUs,
};

const relative = /^([+-])(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const clock = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/;
const local = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.(\d{1,6}))?)?)?$/;
const secondsOf = /[Tt ]\d\d:\d\d(:\d\d(?:[.,](\d+))?)?/;

const forms =
  'A time is 2026-01-31T12:03:04Z, 2026-01-31, 12:03[:04[.5]], an epoch number, +90s after the beginning of the evidence or -10m before its end.';

/** `what` is the flag, for the message. */
export function parseMoment(text: string, what: string, moments: Moments): Result<Micros> {
  const found = readMoment(text, moments);
  if (found.ok) return ok(found.value.from);
  return found.error === 'not a time'
    ? fail('usage', `${what} ${text}`, found.error, forms)
    : fail('usage', `${what} ${text}`, found.error);
}

/** The error is a reason, for whoever knows where the text stands. */
export function readMoment(text: string, moments: Moments): Result<MomentSpan, string> {
  const bad = { ok: false, error: 'not a time' } as const;
  const { span, zone } = moments;
  const step = relative.exec(text);
  if (step !== null) {
    if (span === null) return { ok: false, error: 'nothing in the evidence has a time to count from' };
    const unit = unitUs[step[3] ?? ''] ?? 0;
    const us = Math.round(Number(step[2]) * unit);
    const from = step[1] === '+' ? span.from + us : span.to - us;
    return Number.isSafeInteger(from) ? ok({ from, to: from + unit }) : bad;
  }
  const time = clock.exec(text);
  if (time !== null) {
    const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
    if (hour > 23 || minute > 59 || second > 59) return bad;
    if (span === null) return { ok: false, error: 'nothing in the evidence has a date to count from' };
    const ofDay =
      ((hour * 60 + minute) * 60 + second) * secondUs + Number((time[4] ?? '').padEnd(6, '0').slice(0, 6) || 0);
    const from = firstClockTime(ofDay, span.from, zone);
    return ok({ from, to: from + lengthOf(time[3], time[4]) });
  }
  const date = local.exec(text);
  if (date !== null) {
    const asUtc = parseMicros(`${date[1]}T${date[2] ?? '00:00'}${date[3] ?? ''}Z`);
    if (asUtc === null) return bad;
    const from = momentOfLocal(asUtc, zone);
    // A day is as long as the zone's clock makes it.
    return ok({
      from,
      to: date[2] === undefined ? momentOfLocal(asUtc + dayUs, zone) : from + lengthOf(date[3], date[4]),
    });
  }
  const exact = parseInstant(text);
  return exact === null ? bad : ok({ from: exact.us, to: exact.us + exactLength(exact, text) });
}

/** Of a time whose seconds and fraction were written, or not. */
const lengthOf = (seconds: string | undefined, fraction: string | undefined): number =>
  seconds === undefined ? minuteUs : 10 ** (6 - Math.min(6, fraction?.length ?? 0));

function exactLength({ form }: Instant, text: string): number {
  switch (form) {
    case 'rfc3339': {
      const written = secondsOf.exec(text);
      return lengthOf(written?.[1], written?.[2]);
    }
    case 'epoch_s':
      return lengthOf('', text.split('.')[1]);
    case 'epoch_ms':
      return 1_000;
    case 'epoch_us':
    case 'epoch_ns':
      return 1;
  }
}

/** The first moment at or after `begin` at which the zone's clock shows `ofDay`. */
function firstClockTime(ofDay: number, begin: Micros, zone: Zone): Micros {
  const localBegin = begin + zone.offset(begin);
  const midnight = Math.floor(localBegin / dayUs) * dayUs;
  const today = momentOfLocal(midnight + ofDay, zone);
  return today >= begin ? today : momentOfLocal(midnight + dayUs + ofDay, zone);
}
