import type Database from 'better-sqlite3';
import type { Digest } from '../base/digest.ts';
import { compareText } from '../base/order.ts';
import { compareMembers, formatRef, parseRef, type Ref } from '../base/ref.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Micros } from '../base/time.ts';
import { type EventKind, type EvidenceKind, eventKinds } from '../base/vocabulary.ts';
import { type GapRow, parseRecord, type Row, type RowKind, tables } from '../evidence/index.ts';
import { atOnce } from './at-once.ts';
import { isRepeat } from './case-end.ts';
import type { Checks } from './check-results.ts';
import { runChecks } from './checks/index.ts';
import { openClocks } from './clock-rows.ts';
import { numbersOf } from './conditions.ts';
import { digestIn } from './connect.ts';
import { coverageOf, spanOf, tableOfKind } from './coverage.ts';
import { capturedRows, entityRow } from './entity.ts';
import { countEvents, countSlices, readEvents } from './events.ts';
import { openKeptCounts } from './kept-counts.ts';
import { knownChecks } from './known-checks.ts';
import { linksOf, refOfNumber } from './links.ts';
import { openMentions } from './mentions.ts';
import { openMovedRows } from './moved-rows.ts';
import { openNotes } from './notes.ts';
import { openFinder } from './numbers.ts';
import { inPlacedOrder } from './placed-rows.ts';
import { openRaw } from './raw-reader.ts';
import { scanBlocks, spreadOf } from './raw-scan.ts';
import type {
  ArchiveRow,
  CaseReader,
  EntityRow,
  EventPlace,
  IntegrityProblem,
  MemberRow,
  PlacedRow,
  RecordDetail,
  Where,
} from './reader-types.ts';
import { dialectsIn, linesIn, readingsIn } from './readings.ts';
import { recordRows } from './record-rows.ts';
import { openResults } from './results.ts';
import { equalities, filterOf, rowDecoder, storedColumns } from './rows.ts';
import { tableName } from './schema.ts';
import { loadSegments } from './segments.ts';
import { runSql } from './sql.ts';
import { stateFileOf } from './state-file.ts';
import { openSymbols } from './symbol-texts.ts';
import { inTotalOrder, type RawRow, type Scan } from './total-order.ts';

interface StoredMember extends MemberRow {
  readonly id: number;
  readonly raw_at: number;
}

const isEventKind = (kind: string): kind is EventKind => (eventKinds as readonly string[]).includes(kind);

const always: readonly EvidenceKind[] = [
  'manifest',
  'state',
  'audit',
  'requests',
  'jobs',
  'metrics',
  'health',
  'artifacts',
];
const ofAgents: readonly EvidenceKind[] = ['incident-bundle', 'doctor', 'tuning', 'snapshots'];

/**
 * Reads a case over an open connection, and closes it. `folder`: where is remembered what was found out about the file. `names`: the
 * archives' names as given this time.
 */
export function createReader(
  db: Database.Database,
  path: string,
  folder: string,
  names?: ReadonlyMap<Digest, string>,
): CaseReader {
  const digest = digestIn(db);
  const stored = readMembers(db);
  const members: readonly MemberRow[] = stored.map(({ id: _id, raw_at: _rawAt, ...member }) => member);
  const byPath = new Map(stored.map((member) => [member.path, member]));
  const byId = new Map(stored.map((member) => [member.id, member]));
  const segments = loadSegments(db, stored);
  const symbols = openSymbols(db);
  const rawAt = openRaw(db);
  const results = openResults(db, path);
  const archives = (db.prepare('SELECT name, digest, bytes FROM archive ORDER BY id').all() as ArchiveRow[]).map(
    (archive) => ({ ...archive, name: names?.get(archive.digest) ?? archive.name }),
  );

  const walks = openWalks();
  const metaOf = (key: string): string | null =>
    (db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string | undefined) ?? null;

  const memberOf = (n: number): StoredMember | undefined => byId.get(segments.of(n)?.member ?? -1);
  const refOf = (row: RawRow): string =>
    formatRef({ member: memberOf(row[0])?.path ?? '', offset: row[1], length: row[2] });
  const runs = (kind: RowKind, paths: readonly string[]): (readonly [number, number])[] =>
    paths.flatMap((one) =>
      segments
        .ofMember(byPath.get(one)?.id ?? -1)
        .filter((segment) => segment.kind === kind)
        .map(({ first, last }) => [first, last] as const),
    );
  const moved = openMovedRows(db);
  const world = {
    db,
    segments,
    symbols,
    moved,
    find: openFinder(db, symbols),
    mentions: openMentions(db),
    kept: openKeptCounts(db),
    refOf,
    runs,
  };

  const rows = <K extends RowKind>(kind: K, where?: Where<K>): IterableIterator<Row<K>> =>
    walks.follow(walkRows(kind, where));

  function scanOf<K extends RowKind>(kind: K, where?: Where<K>): Scan & { readonly kind: K } {
    const numbers = numbersOf(world, kind, equalities(where));
    const listed = numbers === null ? undefined : { numbers, sql: '1', params: [] };
    const filter = filterOf(kind, where, symbols);
    return { kind, columns: storedColumns(kind), from: where?.from, to: where?.to, listed, ...filter };
  }

  function* walkRows<K extends RowKind>(kind: K, where?: Where<K>): Generator<Row<K>> {
    const decode = rowDecoder(kind, symbols, refOf);
    for (const row of inTotalOrder(db, segments, scanOf(kind, where))) yield decode(row);
  }

  function* walkPlaced<K extends EventKind>(kind: K, where?: Where<K>): Generator<PlacedRow<K>> {
    const decode = rowDecoder(kind, symbols, refOf);
    for (const { row, skew } of inPlacedOrder(db, segments, moved, scanOf(kind, where)))
      yield { row: decode(row), skew_us: skew };
  }

  function count<K extends RowKind>(kind: K, where?: Where<K>): number {
    const { conditions, params } = filterOf(kind, where, symbols);
    const all = [...conditions];
    const values = [...params];
    if (where?.from !== undefined) {
      all.push('ts >= ?');
      values.push(where.from);
    }
    if (where?.to !== undefined) {
      all.push('ts < ?');
      values.push(where.to);
    }
    const condition = all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`;
    return db
      .prepare(`SELECT count(*) FROM ${tableName(kind)}${condition}`)
      .pluck()
      .get(...values) as number;
  }

  const integrity = (): IntegrityProblem[] =>
    db.prepare('SELECT path, problem FROM integrity').all() as IntegrityProblem[];
  const raw = (text: string): Buffer | null => {
    const found = locate(text);
    return found === null ? null : rawAt(found.member.raw_at + found.ref.offset, found.ref.length);
  };

  const makeChecks = (): Checks =>
    runChecks({
      db,
      members,
      rows,
      state: stateFile.rows,
      raw,
      bytes: (n, offset, length) => rawAt((memberOf(n)?.raw_at ?? 0) + offset, length),
      refOf: (n, offset, length) => formatRef({ member: memberOf(n)?.path ?? '', offset, length }),
    });
  let checked: Checks | null = null;
  function checks(): Checks {
    checked ??= knownChecks(folder, { path, digest }, makeChecks);
    return checked;
  }

  const sumOf = (counted: 'records' | 'gaps'): number => members.reduce((sum, member) => sum + member[counted], 0);

  const stateFile = stateFileOf(db, segments, stored, () => rows('state'));

  function holds(kind: EvidenceKind): boolean {
    if (stored.some((member) => member.kind === kind && member.records > 0)) return true;
    const table = tableOfKind[kind];
    return table !== undefined && segments.ofTable(table).length > 0;
  }

  function notCaptured(): EvidenceKind[] {
    const agentKnown =
      (metaOf('entity_kinds') ?? '').includes('"agent"') ||
      stored.some(({ path: at }) => /(?:^|[:/])agents\/[^/]+\//.test(at));
    return [...always, ...(agentKnown ? ofAgents : [])].filter((kind) => !holds(kind));
  }

  function captureTime(): Micros | null {
    const declared = metaOf('captured_ts');
    return declared !== null ? Number(declared) : stateFile.capturedAt();
  }

  function locate(text: string): { readonly ref: Ref; readonly member: StoredMember } | null {
    const ref = parseRef(text);
    const member = ref === null ? undefined : byPath.get(ref.member);
    if (ref === null || member === undefined || ref.offset + ref.length > member.bytes) return null;
    return { ref, member };
  }

  const rawRowsAt = recordRows(db, segments);

  const kindOrder = Object.keys(tables);

  function rowsAt(member: StoredMember, ref: Ref): RecordDetail['rows'] {
    return [...rawRowsAt(member.id, ref)]
      .map(({ kind, raw }) => ({
        kind,
        row: rowDecoder(kind, symbols, refOf)(raw) as Row<RowKind>,
        skew_us: moved.skewOf(kind, raw[0]),
      }))
      .sort((a, b) => kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind) || a.row.n - b.row.n);
  }

  function eventsAt(text: string): EventPlace[] {
    const found = locate(text);
    if (found === null) return [];
    return [...rawRowsAt(found.member.id, found.ref)]
      .flatMap(({ kind, raw: [n, , , ts] }) =>
        isEventKind(kind) ? [{ kind, n, ts: ts === null ? null : ts - (moved.skewOf(kind, n) ?? 0) }] : [],
      )
      .sort((a, b) => eventKinds.indexOf(a.kind) - eventKinds.indexOf(b.kind) || a.n - b.n);
  }

  /** The first row that the record became. */
  function numberOf(text: string): number | null {
    const found = locate(text);
    const numbers = found === null ? [] : [...rawRowsAt(found.member.id, found.ref)].map(({ raw }) => raw[0]);
    return numbers.length === 0 ? null : Math.min(...numbers);
  }
  const notes = openNotes(db, path, numberOf);

  function record(text: string): Result<RecordDetail> {
    const found = locate(text);
    const bytes = found === null ? null : rawAt(found.member.raw_at + found.ref.offset, found.ref.length);
    if (found === null || bytes === null)
      return fail(
        'not_found',
        text,
        'no such record in this case',
        'References come from timeline, diagnose and sql: <member path>@<offset>+<length>.',
      );
    const member = members.find((one) => one.path === found.member.path) as MemberRow;
    return ok({ ref: found.ref, member, rows: rowsAt(found.member, found.ref), raw: bytes, json: parseRecord(bytes) });
  }

  return {
    digest,
    archives,
    path,
    close: () => {
      walks.end();
      db.close();
    },
    members: () => members,
    gaps: (limit) => [...take(rows('gap'), limit)].map((row) => row as GapRow),
    integrity,
    checks,
    damage: () => ({ gaps: sumOf('gaps'), problems: integrity().filter(({ problem }) => !isRepeat(problem)) }),
    dialects: () => dialectsIn(db),
    readings: () => {
      const byId = readingsIn(db);
      return new Map(stored.map(({ id, path: at }) => [at, byId.get(id) ?? []]));
    },
    lines: () => {
      const byId = linesIn(db);
      return new Map(
        stored.flatMap(({ id, path: at }) => {
          const count = byId.get(id);
          return count === undefined ? [] : [[at, count] as const];
        }),
      );
    },
    notCaptured,
    clocks: openClocks(db, (n) => refOfNumber(world, n)),
    totals: () => ({
      members: members.length,
      records: sumOf('records'),
      events: countEvents(world, {}),
      gaps: sumOf('gaps'),
      entities: Number(metaOf('entities') ?? 0),
    }),
    span: () => spanOf(world),
    captureTime,
    coverage: (kind) => coverageOf(stored, segments, kind),
    rows,
    placed: (kind, where) => walks.follow(walkPlaced(kind, where)),
    count,
    state: stateFile.rows,
    stateCapturedAt: stateFile.capturedAt,
    stateSections: stateFile.sections,
    events: (query) => atOnce(db, () => readEvents(world, query)),
    countEvents: (query) => countEvents(world, query),
    countSlices: (query) => countSlices(world, query),
    entities: () => {
      const all = db.prepare('SELECT entity, kind, id, first_ts, last_ts, events, state FROM entity').all();
      return (all as EntityRow[]).sort((a, b) => compareText(a.entity, b.entity));
    },
    entity: (name) => entityRow(world, name, (id) => rows('job', { equals: { id } })),
    captured: (name, limit) => capturedRows(world, name, limit),
    links: (n) => linksOf(world, n),
    mentions: world.mentions.of,
    raw,
    record,
    eventsAt,
    spread: (word) => spreadOf(db, stored, word),
    scanRaw: (mayHold, word) => walks.follow(scanBlocks(db, segments, stored, rawAt, mayHold, word)),
    sql(query, params = {}) {
      const result = runSql(db, query, params);
      return result.ok ? ok({ ...result.value, rows: walks.follow(result.value.rows) }) : result;
    },
    notes: notes.list,
    addNote: notes.add,
    removeNote: notes.remove,
    numberOf,
    writeFindings: results.findings,
    writeCauses: results.causes,
    writeSymptoms: results.symptoms,
    symptoms: results.listSymptoms,
  };
}

/** Walks that were begun and not ended hold the connection; closing the case ends them. */
function openWalks(): { readonly follow: <T>(walk: Generator<T>) => Generator<T>; readonly end: () => void } {
  const open = new Set<Generator<unknown>>();
  return {
    *follow<T>(walk: Generator<T>): Generator<T> {
      open.add(walk);
      try {
        yield* walk;
      } finally {
        open.delete(walk);
      }
    },
    end() {
      for (const walk of [...open]) walk.return(undefined);
      open.clear();
    },
  };
}

const flag = (value: unknown): boolean | null => (value === null ? null : value === 1);

function readMembers(db: Database.Database): StoredMember[] {
  const rows = db
    .prepare(
      'SELECT id, path, kind, bytes, sha256, records, gaps, host, complete, covers_from_ts, covers_to_ts, captured_ts, raw_at FROM t_member',
    )
    .all() as (Omit<StoredMember, 'complete'> & { complete: unknown })[];
  return rows.map((row) => ({ ...row, complete: flag(row.complete) })).sort((a, b) => compareMembers(a.path, b.path));
}

function* take<T>(items: Iterable<T>, limit: number | undefined): IterableIterator<T> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left <= 0) return;
  }
}
