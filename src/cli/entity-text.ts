/** What `entity` prints: one thing of the deployment, and what it has to do with others. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import { isObject, type Json, writeJson } from '../base/json.ts';
import { maskText } from '../base/secrets.ts';
import type { Micros } from '../base/time.ts';
import { formatInZone, type Zone } from '../base/zone.ts';
import { colorPaint, counted, cut, plainPaint, section, shellWord, tableLines } from '../report/index.ts';
import type { EntityPage } from '../timeline/index.ts';
import type { EventsPage } from './documents/entity-document.ts';
import type { Session } from './session.ts';
import { timelineLines } from './timeline-text.ts';

/** So many are read by eye; `--json` has all. */
const shownStates = 40;
const shownNeighbours = 30;
const nameWidth = 44;
const valueWidth = 160;

const seconds = (us: Micros, zone: Zone): string => formatInZone(us, zone).slice(0, 19).replace('T', ' ');

/** `2026-03-17 11:40:00 to 12:41:00`. */
function spanOf(first: Micros | null, last: Micros | null, zone: Zone): string {
  if (first === null || last === null) return 'no time';
  const [from, to] = [seconds(first, zone), seconds(last, zone)];
  if (from === to) return from;
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

const fieldsOf = (record: Json): string =>
  (isObject(record) ? Object.entries(record) : [['', record] as const])
    .map(([name, value]) => `${name}: ${cut(typeof value === 'string' ? value : writeJson(value), valueWidth)}`)
    .join(', ');

const refLine = (ref: string): { readonly lines: readonly string[] } => ({ lines: [`  -> ${escapeTerminal(ref)}`] });

export function entityText(page: EntityPage, { events, next }: EventsPage, archive: string, session: Session): string {
  const paint = session.color ? colorPaint : plainPaint;
  const { zone } = session;
  const left = (all: number, shown: number): readonly string[] =>
    all > shown ? [`… ${counted(all - shown, 'more', 'more')} (--json has all)`] : [];

  const states = page.states
    .slice(-shownStates)
    .flatMap(({ ts, state, text, ref }) => [
      { lines: [`${ts === null ? 'no time' : formatInZone(ts, zone)}  ${escapeTerminal(state)}`] },
      { head: '  ', text: escapeTerminal(text) },
      refLine(ref),
    ]);
  const captured = page.captured.flatMap(({ section: name, ref, record }) => [
    { head: '', text: `${escapeTerminal(name)}: ${escapeTerminal(fieldsOf(record))}` },
    refLine(ref),
  ]);
  const neighbours = page.neighbours.slice(0, shownNeighbours);
  const table = tableLines(
    [{ title: 'entity' }, { title: 'as' }, { title: 'events', right: true }, { title: zone.name }],
    neighbours.map((one) => [
      cut(escapeTerminal(one.entity), nameWidth),
      one.roles.map(escapeTerminal).join(', '),
      String(one.events),
      one.events === 0 ? 'as captured' : spanOf(one.first_ts, one.last_ts, zone),
    ]),
  );
  const others = [
    ...(page.looked < page.events ? [`of its first ${counted(page.looked, 'event')}:`] : []),
    ...table,
    ...left(page.neighbours.length, shownNeighbours),
  ];
  const head = [
    section(paint, 'ENTITY', [{ lines: [escapeTerminal(maskText(page.entity))] }]),
    section(paint, 'STATE', page.state === null ? [] : [escapeTerminal(page.state)]),
    section(paint, 'EVENTS', [
      page.events === 0
        ? 'none: it is known from what was captured'
        : `${counted(page.events, 'event')}, ${spanOf(page.first_ts, page.last_ts, zone)} ${zone.name}`,
    ]),
  ];
  const line = timelineLines(session);
  const words = [archive, maskText(page.entity), '--after', next ?? ''].map((word) => shellWord(escapeTerminal(word)));
  return `${[
    head.flat().join('\n'),
    section(paint, 'OVER TIME', [{ lines: left(page.states.length, shownStates) }, ...states]).join('\n'),
    section(paint, 'CAPTURED', captured).join('\n'),
    section(paint, 'NEIGHBOURS', neighbours.length === 0 ? [] : [{ lines: others }]).join('\n'),
    events
      .map(({ event, ref }) => line(event, ref))
      .join('')
      .trimEnd(),
    next === null ? '' : `More: inquest entity ${words.join(' ')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}
