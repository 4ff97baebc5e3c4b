/** Time zones, for display alone: nothing that is computed or written as JSON knows of them. */
import { formatMicros, type Micros } from './time.ts';

export interface Zone {
  /** `UTC`, or an IANA name. */
  readonly name: string;
  /** Local time less UTC at a moment, in microseconds. */
  readonly offset: (at: Micros) => number;
}

export const utc: Zone = { name: 'UTC', offset: () => 0 };

const longOffset = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Null where the name is no time zone. */
export function zoneOf(name: string): Zone | null {
  if (/^(?:UTC|utc|Z|GMT|Etc\/UTC)$/.test(name)) return utc;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', hour12: false });
  } catch {
    return null;
  }
  const offset = (at: Micros): number => {
    const ms = Math.floor(at / 1000);
    if (Math.abs(ms) > 8.64e15) return 0;
    const match = longOffset.exec(format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '');
    const seconds = Number(match?.[2] ?? 0) * 3_600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0);
    return (match?.[1] === '-' ? -1 : 1) * seconds * 1_000_000;
  };
  return { name, offset };
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** `Z` in UTC, else `+05:30`. */
export function offsetText(zone: Zone, at: Micros): string {
  const minutes = zone.offset(at) / 60_000_000;
  if (zone === utc) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(Math.floor(size % 60))}`;
}

/** RFC 3339 with the zone's offset. */
export const formatInZone = (us: Micros, zone: Zone): string =>
  `${formatMicros(us + zone.offset(us)).slice(0, -1)}${offsetText(zone, us)}`;

/** `2026-01-31` where the zone's clock stands at that moment. */
export const dateInZone = (us: Micros, zone: Zone): string => formatInZone(us, zone).slice(0, 10);

/** `12:03:04.512`: time of day with milliseconds. */
export const clockInZone = (us: Micros, zone: Zone): string => {
  const text = formatMicros(us + zone.offset(us)).slice(11, -1);
  const [clock = '', fraction = ''] = text.split('.');
  return `${clock}.${fraction.padEnd(3, '0').slice(0, 3)}`;
};

/** The moment at which the zone's clock shows this local time (written as microseconds of UTC). */
export function momentOfLocal(local: Micros, zone: Zone): Micros {
  // The offset belongs to the moment that is looked for: a second look settles it but for the hour that a clock skips.
  const guess = local - zone.offset(local);
  return local - zone.offset(guess);
}
