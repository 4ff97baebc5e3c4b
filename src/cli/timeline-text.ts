/** The timeline as text: a line an event, straight columns, the reference at its end. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import type { Outcome } from '../base/vocabulary.ts';
import type { CaseReader, EventQuery } from '../case/index.ts';
import { colorPaint, cut, type Paint, padEnd, plainPaint, textWidth } from '../report/index.ts';
import { clockInZone, dateInZone, eventStream, type TimelineEvent } from '../timeline/index.ts';
import { writeOut } from './output.ts';
import type { Session } from './session.ts';

const marks: Record<Outcome, string> = { ok: '.', refused: '!', failure: 'x', none: ' ' };
const tones = { ok: 'good', refused: 'doubt', failure: 'bad', none: 'dim' } as const;

const noTime = '--:--:--.---';
const kindWidth = 8;
const leastTitle = 30;

function lineOf(event: TimelineEvent, session: Session, paint: Paint): string {
  const time = event.ts === null ? noTime : clockInZone(event.ts, session.zone);
  const head = `${time} ${marks[event.outcome]} ${padEnd(event.kind, kindWidth)} `;
  const painted = session.color
    ? head.replace(marks[event.outcome], paint(tones[event.outcome], marks[event.outcome]))
    : head;
  const title = escapeTerminal(event.title);
  const ref = escapeTerminal(event.ref);
  if (process.stdout.isTTY !== true) return `${painted}${title}  ${ref}`;
  const room = Math.max(80, process.stdout.columns || 80) - textWidth(head);
  const beside = room - textWidth(ref) - 2;
  return beside >= leastTitle
    ? `${painted}${padEnd(cut(title, beside), beside)}  ${paint('dim', ref)}`
    : `${painted}${cut(title, room)}`;
}

/** Writes page by page, with a line for each new day. */
export async function writeTimeline(reader: CaseReader, query: EventQuery, session: Session): Promise<void> {
  const paint = session.color ? colorPaint : plainPaint;
  let day: string | null = null;
  let lines: string[] = [];
  let count = 0;
  let last: TimelineEvent | null = null;
  for (const event of eventStream(reader, query)) {
    const today = event.ts === null ? 'without a time' : `${dateInZone(event.ts, session.zone)} ${session.zone.name}`;
    if (today !== day) lines.push(`${paint('strong', today)}\n`);
    day = today;
    lines.push(`${lineOf(event, session, paint)}\n`);
    last = event;
    count += 1;
    if (lines.length < 500) continue;
    await writeOut(lines.join(''));
    lines = [];
  }
  await writeOut(lines.join(''));
  if (count === 0) session.note(emptyNote(reader));
  else if (last !== null && count === query.limit)
    session.note(`There may be more: --after '${escapeTerminal(last.ref)}#${last.n}'`);
}

const emptyNote = (reader: CaseReader): string =>
  reader.totals().events === 0 ? 'The archive holds no event.' : 'No event matches.';
