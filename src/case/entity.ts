/** One entity by its name, without a look at the others. */
import type Database from 'better-sqlite3';
import { type Entity, entityOf, splitEntity } from '../base/entity.ts';
import { type JsonObject, parseJson } from '../base/json.ts';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import { type Column, cellForm, type Row, tables } from '../evidence/index.ts';
import { countEvents, readEvents } from './events.ts';
import type { CapturedRow, EntityRow } from './reader-types.ts';
import { decoded, tableName } from './schema.ts';
import type { RawRow } from './total-order.ts';

type World = Parameters<typeof readEvents>[0];

/** Before every time: a bound leaves undated events out. */
const everDated = { from: Number.MIN_SAFE_INTEGER };

/** Null where no record names it. */
export function entityRow(world: World, name: Entity, jobs: (id: string) => Iterable<Row<'job'>>): EntityRow | null {
  const listed = world.db.prepare('SELECT state, events FROM t_entity WHERE entity = ?').get(name) as
    | { readonly state: string | null; readonly events: number }
    | undefined;
  const events = eventsOf(world, name, listed?.events ?? 0);
  if (events === 0 && listed === undefined) return null;
  const { kind, id } = splitEntity(name);
  const [first] = readEvents(world, { entity: name, ...everDated, limit: 1 });
  const [last] = readEvents(world, { entity: name, ...everDated, limit: 1, backwards: true });
  const state = kind === 'job' ? [...jobs(id)].reduce((late, row) => (row.n > late.n ? row : late), noJob).state : null;
  return {
    entity: entityOf(kind, id),
    kind,
    id,
    first_ts: first?.ts ?? null,
    last_ts: last?.ts ?? null,
    events,
    state: state ?? listed?.state ?? null,
  };
}

/**
 * Rows that hold the id as a symbol were counted while they were written, those that hold it as text are counted now: what
 * nearly every record names is never walked through.
 */
function eventsOf(world: World, name: Entity, counted: number): number {
  const { kind, id } = splitEntity(name);
  const numbers = world.find.asText(kind, id);
  if (numbers === null) return countEvents(world, { entity: name });
  const list = numbers.within(0, Number.MAX_SAFE_INTEGER);
  if (list.length === 0) return counted;
  return eventKinds.reduce((sum, one) => sum + textRows(world, one, kind, id, list), counted);
}

/** Of the rows, those that hold the id as text in a column for entities of the kind. */
function textRows({ db, symbols }: World, table: EventKind, kind: string, id: string, list: readonly number[]): number {
  const columns: readonly Column[] = tables[table].columns;
  const kinds = symbols.stored(kind);
  const params: (string | number | Buffer)[] = [];
  const arms = columns.flatMap(({ name, role, entity, entityFrom, ...column }) => {
    if (role === undefined || (entityFrom === undefined && entity !== kind)) return [];
    // A symbol that found no place in the table of symbols is kept as its bytes.
    params.push(cellForm({ name, ...column }) === 'text' ? id : Buffer.from(id, 'utf8'));
    if (entityFrom === undefined) return [`"${name}" = ?`];
    params.push(...kinds);
    return [`("${name}" = ? AND "${entityFrom}" IN (${kinds.map(() => '?').join(', ')}))`];
  });
  if (arms.length === 0) return 0;
  return db
    .prepare(
      `SELECT count(*) FROM ${tableName(table)} WHERE n IN (SELECT value FROM json_each(?)) AND (${arms.join(' OR ')})`,
    )
    .pluck()
    .get(JSON.stringify(list), ...params) as number;
}

const noJob: Pick<Row<'job'>, 'n' | 'state'> = { n: -1, state: null };

const section = decoded(tables.state.columns.find(({ name }) => name === 'section') as Column);

/** Items of captured states that name it, its own record first. */
export function capturedRows(
  { db, refOf }: { readonly db: Database.Database; readonly refOf: (row: RawRow) => string },
  name: Entity,
  limit: number,
): CapturedRow[] {
  const rows = db
    .prepare(
      `SELECT n, off, len, ts, role, section, key, body FROM
         (SELECT t_state.n, off, len, ts, role, ${section} AS section, key, body
          FROM t_mention JOIN t_state ON t_state.n = t_mention.n WHERE entity = ?)
       ORDER BY role = 'subject' DESC, n LIMIT ?`,
    )
    .raw()
    .all(name, limit) as (readonly [number, number, number, number | null, string, string, string, string])[];
  return rows.map(([n, offset, length, ts, role, sectionName, key, body]) => ({
    n,
    ref: refOf([n, offset, length, ts]),
    role,
    section: sectionName,
    key,
    body: parseJson(body) as JsonObject,
  }));
}
