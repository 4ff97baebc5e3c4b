/** What a report says of the evidence that it speaks of, and how it shows times and references. */

import { escapeTerminal } from '../base/escape/terminal.ts';
import { maskText } from '../base/secrets.ts';
import { formatMicros, type Micros, parseMicros } from '../base/time.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import { dateInZone, formatInZone, type Zone } from '../base/zone.ts';
import type { Paint } from './layout.ts';

export interface Subject {
  /** The archives as the user named them. */
  readonly archive: string;
  /** What opens all of it at once: it stands in the commands that open evidence. */
  readonly opens: string;
  readonly digest: string;
  readonly span: { readonly from: Micros; readonly to: Micros } | null;
  readonly hosts: readonly string[];
  readonly members: number;
  readonly records: number;
  readonly gaps: number;
  readonly integrity: readonly { readonly path: string; readonly problem: string }[];
  readonly notCaptured: readonly EvidenceKind[];
}

export interface Manner {
  readonly zone: Zone;
  readonly paint: Paint;
}

/** Evidence as text: masked and escaped. Nothing of it reaches a report otherwise. */
export const safe = (text: string): string => escapeTerminal(maskText(text));

const shellSafe = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word for a POSIX shell. */
export const shellWord = (text: string): string => (shellSafe.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** How times are written: the date only where the evidence covers more than one day. */
export function timesOf(subject: Subject, zone: Zone): (time: string | Micros) => string {
  const { span } = subject;
  const oneDay = span !== null && dateInZone(span.from, zone) === dateInZone(span.to, zone);
  return (time) => {
    const us = typeof time === 'number' ? time : parseMicros(time);
    if (us === null) return safe(String(time));
    const local = formatMicros(us + zone.offset(us)).slice(0, 19);
    return oneDay && dateInZone(us, zone) === dateInZone(span.from, zone) ? local.slice(11) : local.replace('T', ' ');
  };
}

/** `2026-03-17 12:03:17 UTC`. */
export function fullTime(time: string, zone: Zone): string {
  const us = parseMicros(time);
  return us === null ? safe(time) : `${formatInZone(us, zone).slice(0, 19).replace('T', ' ')} ${zone.name}`;
}

/** `2026-03-17 11:40:00 to 12:41:00 UTC`. */
export function spanText(span: Subject['span'], zone: Zone): string {
  if (span === null) return 'nothing in it has a time';
  const from = formatInZone(span.from, zone).slice(0, 19).replace('T', ' ');
  const to = formatInZone(span.to, zone).slice(0, 19).replace('T', ' ');
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} ${zone.name}`;
}
