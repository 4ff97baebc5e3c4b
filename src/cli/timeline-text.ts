/** The timeline as text: a line an event, straight columns, the reference at its end. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import type { Outcome } from '../base/vocabulary.ts';
import { clockInZone, dateInZone } from '../base/zone.ts';
import type { CaseReader, EventQuery } from '../case/index.ts';
import { colorPaint, cut, type Paint, padEnd, plainPaint, textWidth } from '../report/index.ts';
import { eventStream, type TimelineEvent } from '../timeline/index.ts';
import { writeOut } from './output.ts';
import type { Session } from './session.ts';

const marks: Record<Outcome, string> = { ok: '.', refused: '!', failure: 'x', none: ' ' };
const tones = { ok: 'good', refused: 'doubt', failure: 'bad', none: 'dim' } as const;

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

function lineOf(event: TimelineEvent, session: Session, paint: Paint): string {
  const time = event.ts === null ? noTime : clockInZone(event.ts, session.zone);
  const kind = padEnd(event.kind, kindWidth);
  const head = `${time} ${paint(tones[event.outcome], marks[event.outcome])} ${kind} `;
  const title = escapeTerminal(event.title);
  const ref = escapeTerminal(event.ref);
  if (process.stdout.isTTY !== true) return `${head}${title}  ${ref}`;
  const room = Math.max(80, process.stdout.columns || 80) - textWidth(`${time}   ${kind} `);
  const beside = room - textWidth(ref) - 2;
  return beside >= leastTitle
    ? `${head}${padEnd(fitted(title, beside), beside)}  ${paint('dim', ref)}`
    : `${head}${fitted(title, room)}`;
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
