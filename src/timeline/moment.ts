/** Times as people type them (formats.md 4). */
import { fail, ok, type Result } from '../base/result.ts';
import { type Micros, parseMicros } from '../base/time.ts';
import { momentOfLocal, type Zone } from '../base/zone.ts';

export interface Moments {
  /** First and last dated event; null where nothing has a time. */
  readonly span: { readonly from: Micros; readonly to: Micros } | null;
  readonly zone: Zone;
}

const unitUs: Readonly<Record<string, number>> = {
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};
const dayUs = 86_400_000_000;

const relative = /^([+-])(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const clock = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/;
const local = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?$/;

const forms =
  'A time is 2026-01-31T12:03:04Z, 2026-01-31, 12:03[:04[.5]], an epoch number, +90s after the beginning of the evidence or -10m before its end.';

/** `what` is the flag, for the message. */
export function parseMoment(text: string, what: string, moments: Moments): Result<Micros> {
  const bad = fail('usage', `${what} ${text}`, 'not a time', forms);
  const span = moments.span;
  const step = relative.exec(text);
  if (step !== null) {
    if (span === null) return fail('usage', `${what} ${text}`, 'nothing in the evidence has a time to count from');
    const us = Math.round(Number(step[2]) * (unitUs[step[3] ?? ''] ?? 0));
    return ok(step[1] === '+' ? span.from + us : span.to - us);
  }
  const time = clock.exec(text);
  if (time !== null) {
    const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
    if (hour > 23 || minute > 59 || second > 59) return bad;
    if (span === null) return fail('usage', `${what} ${text}`, 'nothing in the evidence has a date to count from');
    const ofDay =
      ((hour * 60 + minute) * 60 + second) * 1_000_000 + Number((time[4] ?? '').padEnd(6, '0').slice(0, 6) || 0);
    return ok(firstClockTime(ofDay, span.from, moments.zone));
  }
  const date = local.exec(text);
  if (date !== null) {
    const asUtc = parseMicros(`${date[1]}T${date[2] ?? '00:00'}Z`);
    return asUtc === null ? bad : ok(momentOfLocal(asUtc, moments.zone));
  }
  const exact = parseMicros(text);
  return exact === null ? bad : ok(exact);
}

/** The first moment at or after `begin` at which the zone's clock shows `ofDay`. */
function firstClockTime(ofDay: number, begin: Micros, zone: Zone): Micros {
  const localBegin = begin + zone.offset(begin);
  const midnight = Math.floor(localBegin / dayUs) * dayUs;
  const today = momentOfLocal(midnight + ofDay, zone);
  return today >= begin ? today : momentOfLocal(midnight + dayUs + ofDay, zone);
}
