/** Everything about one entity: what it was, what was captured of it, what it has to do with others. */
import { type Entity, entityOf } from '../../base/entity.ts';
import type { Json } from '../../base/json.ts';
import { compareText, inOrder } from '../../base/order.ts';
import { maskJson, maskText } from '../../base/secrets.ts';
import type { Micros } from '../../base/time.ts';
import type { CapturedRow, CaseReader, EventRow } from '../../case/index.ts';
import { rolesIn, rowCells } from '../events.ts';
import { mentionsOf } from '../filter/index.ts';
import { type EntityState, statesOf } from './states.ts';

export interface Neighbour {
  /** Masked. */
  readonly entity: string;
  /** What it is to the records that name both, by code unit. */
  readonly roles: readonly string[];
  /** Events that name both, of those that were looked at; 0: it is known from a captured state alone. */
  readonly events: number;
  readonly first_ts: Micros | null;
  readonly last_ts: Micros | null;
}

export interface EntityPage {
  readonly entity: Entity;
  readonly first_ts: Micros | null;
  readonly last_ts: Micros | null;
  /** How many name it. */
  readonly events: number;
  /** The last that is known. */
  readonly state: string | null;
  readonly states: readonly EntityState[];
  /** Its own records in captured states. Masked. */
  readonly captured: readonly { readonly section: string; readonly ref: string; readonly record: Json }[];
  /** Most events first. */
  readonly neighbours: readonly Neighbour[];
  /** So many of its events were looked at for neighbours: the first. */
  readonly looked: number;
}

/** Neighbours come out of so many of its events: what it has to do with shows early, and a page costs the same everywhere. */
const lookedMax = 5_000;
const capturedMax = 1_000;

/** Null where no record names it. `most`: so many events are looked at for neighbours. */
export function entityPage(reader: CaseReader, entity: Entity, most = lookedMax): EntityPage | null {
  const row = reader.entity(entity);
  if (row === null) return null;
  const captured = reader.captured(entity, capturedMax);
  const states = statesOf(reader, entity, captured);
  const events = reader.events({ entity, limit: most });
  return {
    entity,
    first_ts: row.first_ts,
    last_ts: row.last_ts,
    events: row.events,
    state: row.state === null ? (states.at(-1)?.state ?? null) : maskText(row.state),
    states,
    captured: captured
      .filter(({ role }) => role === 'subject')
      .map(({ section, ref, body }) => ({ section, ref, record: maskJson(body) })),
    neighbours: neighboursOf(reader, entity, events, captured),
    looked: events.length,
  };
}

interface Met {
  readonly roles: Set<string>;
  events: number;
  first: Micros | null;
  last: Micros | null;
}

function neighboursOf(
  reader: CaseReader,
  own: Entity,
  events: readonly EventRow[],
  captured: readonly CapturedRow[],
): readonly Neighbour[] {
  const met = new Map<string, Met>();
  const meet = (entity: string, role: string): Met => {
    const known = met.get(entity) ?? { roles: new Set<string>(), events: 0, first: null, last: null };
    known.roles.add(role);
    met.set(entity, known);
    return known;
  };
  for (const { row, roles } of named(reader, events))
    for (const [entity, role] of roles) {
      if (entity === own) continue;
      const one = meet(entity, role);
      one.events += 1;
      if (row.ts === null) continue;
      one.first ??= row.ts;
      one.last = row.ts;
    }
  const items = new Map(captured.map(({ n, role }) => [n, role]));
  for (const { n, entity, role } of reader.mentions([...items.keys()])) {
    // Its own record says what others are to it; of another's, the other is the neighbour.
    if (entity !== own && (items.get(n) === 'subject' || role === 'subject')) meet(entity, role);
  }
  return [...met]
    .map(([entity, { roles, events: count, first, last }]) => ({
      entity: maskText(entity),
      roles: [...roles].sort(compareText),
      events: count,
      first_ts: first,
      last_ts: last,
    }))
    .sort(
      inOrder(
        (a, b) => b.events - a.events,
        (a, b) => compareText(a.entity, b.entity),
      ),
    );
}

function* named(
  reader: CaseReader,
  events: readonly EventRow[],
): Generator<{ readonly row: EventRow; readonly roles: ReadonlyMap<string, string> }> {
  const mentions = mentionsOf(
    reader,
    events.map(({ n }) => n),
  );
  const cells = new Map(
    [...new Set(events.map(({ kind }) => kind))].map((kind) => {
      const numbers = events.filter((event) => event.kind === kind).map(({ n }) => n);
      return [kind, rowCells(reader, kind, numbers)] as const;
    }),
  );
  for (const row of events) {
    const found = cells.get(row.kind)?.get(row.n);
    if (found !== undefined) yield { row, roles: rolesIn(row.kind, found, mentions.get(row.n) ?? []) };
  }
}

/** `kind:id`; null where it is none. */
export function parseEntity(text: string): Entity | null {
  const colon = text.indexOf(':');
  return colon <= 0 || colon === text.length - 1 ? null : entityOf(text.slice(0, colon), text.slice(colon + 1));
}
