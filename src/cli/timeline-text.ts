/** The timeline as text: a line an event, straight columns, the reference at its end. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import type { Outcome } from '../base/vocabulary.ts';
import { clockInZone, dateInZone } from '../base/zone.ts';
import { colorPaint, cut, type Paint, padEnd, plainPaint, textWidth } from '../report/index.ts';
import type { TimelineEvent } from '../timeline/index.ts';
import type { Session } from './session.ts';

const marks: Record<Outcome, string> = { ok: '.', refused: '!', failure: 'x', none: ' ' };
const tones = { ok: 'good', refused: 'doubt', failure: 'bad', none: 'dim' } as const;

/** Behind a time that a corrected clock moved. */
const movedMark = '~';
const noTime = '--:--:--.---';
const kindWidth = 8;
const leastTitle = 30;

/** Cut before the outcome, since how it ended is what people look for. */
function fitted(title: string, width: number): string {
  const arrow = title.lastIndexOf(' -> ');
  const tail = arrow < 0 ? '' : title.slice(arrow);
  if (tail === '' || textWidth(title) <= width || textWidth(tail) > width / 2) return cut(title, width);
  return `${cut(title.slice(0, arrow), width - textWidth(tail))}${tail}`;
}

function lineOf(event: ShownEvent, ref: string, session: Session, paint: Paint): string {
  const time = event.ts === null ? noTime : clockInZone(event.ts, session.zone);
  const kind = padEnd(event.kind, kindWidth);
  const moved = event.skew_us == null ? ' ' : paint('doubt', movedMark);
  const head = `${time}${moved}${paint(tones[event.outcome], marks[event.outcome])} ${kind} `;
  const title = escapeTerminal(event.title);
  const place = escapeTerminal(ref);
  if (process.stdout.isTTY !== true) return `${head}${title}  ${place}`;
  const room = Math.max(80, process.stdout.columns || 80) - textWidth(`${time}   ${kind} `);
  const beside = room - textWidth(place) - 2;
  return beside >= leastTitle
    ? `${head}${padEnd(fitted(title, beside), beside)}  ${paint('dim', place)}`
    : `${head}${fitted(title, room)}`;
}

export type ShownEvent = Pick<TimelineEvent, 'ts' | 'outcome' | 'title'> & {
  readonly kind: string;
  readonly skew_us?: number | null;
};

/** Lines for events in order; `by-day`: with one before the first of each day. */
export function timelineLines(
  session: Session,
  division: 'by-day' | 'undivided' = 'by-day',
): (event: ShownEvent, ref: string) => string {
  const paint = session.color ? colorPaint : plainPaint;
  let day: string | null = null;
  return (event, ref) => {
    const line = `${lineOf(event, ref, session, paint)}\n`;
    if (division === 'undivided') return line;
    const today = event.ts === null ? 'without a time' : `${dateInZone(event.ts, session.zone)} ${session.zone.name}`;
    const head = today === day ? '' : `${paint('strong', today)}\n`;
    day = today;
    return `${head}${line}`;
  };
}
