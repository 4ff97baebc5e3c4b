import { constants, zstdCompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { cellForm, cellsOf, isPackableHex, type RowKind, rowKinds, tables } from '../evidence/index.ts';
import { createEntityCounts, type EntityCounts } from './entity-counts.ts';
import type { CaseEnd, NumberedBatch, RawBlock } from './protocol.ts';
import {
  applicationId,
  entityColumns,
  indexStatements,
  schemaVersion,
  tableName,
  tableStatements,
  viewStatements,
} from './schema.ts';

export interface CaseWriter {
  readonly write: (data: {
    readonly symbols: readonly string[];
    readonly batches: readonly NumberedBatch[];
    readonly blocks: readonly RawBlock[];
  }) => void;
  readonly finish: (end: CaseEnd) => void;
  readonly abandon: () => void;
}

type Value = number | string | Buffer | null;

/** How the cells of a column are read back. */
type Decode = 'number' | 'text' | 'symbol' | 'hex';

const quick = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Parameters a statement binds at once: several rows, since a statement's own cost is several times a row's. */
const parametersMax = 1_000;

/** A file that nobody reads yet needs no journal: a run that is killed leaves only a temporary file. */
export function openWriter(file: string): CaseWriter {
  const db = new Database(file);
  db.pragma('page_size = 8192');
  // OFF is refused by a defensive build; in memory it costs nothing, since all pages are new.
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('cache_size = -32768');
  db.pragma('temp_store = MEMORY');
  db.pragma(`application_id = ${applicationId}`);
  db.exec('BEGIN');
  for (const statement of tableStatements) db.exec(statement);

  const symbols: string[] = [];
  const insertSymbol = db.prepare('INSERT INTO symbol VALUES (?, ?)');
  const insertBlock = db.prepare('INSERT INTO block VALUES (?, ?, ?)');
  const insertSegment = db.prepare('INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?)');
  const entities = createEntityCounts((id) => symbols[id] ?? '');
  const loaders = new Map<RowKind, (batch: NumberedBatch) => void>();

  function loader(kind: RowKind): (batch: NumberedBatch) => void {
    const known = loaders.get(kind);
    if (known !== undefined) return known;
    const made = createLoader(db, kind, entities);
    loaders.set(kind, made);
    return made;
  }

  return {
    write({ symbols: fresh, batches, blocks }) {
      for (const text of fresh) {
        insertSymbol.run(symbols.length, text);
        symbols.push(text);
      }
      for (const batch of batches) {
        loader(batch.table)(batch);
        const { from, to } = times(batch);
        insertSegment.run(batch.firstN, batch.firstN + batch.rows - 1, batch.member, batch.table, from, to);
      }
      for (const block of blocks)
        insertBlock.run(block.first, block.bytes.length, zstdCompressSync(block.bytes, quick));
    },
    finish(end) {
      writeEnd(db, end);
      placeByMember(db);
      for (const statement of indexStatements) db.exec(statement);
      markResets(db);
      writeEntities(db, entities, symbols);
      for (const statement of viewStatements) db.exec(statement);
      db.exec('COMMIT');
      // The last commit is the one that reaches the disk, and all before with it. By SQLite, since Node's permission model
      // takes fsync away; the version comes last, so that an unfinished file is no case.
      db.pragma('synchronous = FULL');
      db.pragma(`user_version = ${schemaVersion}`);
      db.close();
    },
    abandon() {
      db.close();
    },
  };
}

/** First and last time of a batch; null where none of its rows has one. */
function times({ cells, rows, table }: NumberedBatch): { readonly from: number | null; readonly to: number | null } {
  const width = cellsOf(table);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let at = 2; at < rows * width; at += width) {
    const ts = cells[at] as number;
    if (ts < from) from = ts;
    if (ts > to) to = ts;
  }
  return from > to ? { from: null, to: null } : { from, to };
}

function createLoader(db: Database.Database, kind: RowKind, entities: EntityCounts): (batch: NumberedBatch) => void {
  const table = tables[kind];
  const width = cellsOf(kind);
  const decode: Decode[] = ['number', 'number', 'number'];
  for (const column of table.columns) decode.push(column.type === 'hex' ? 'hex' : cellForm(column));
  if (table.extra) decode.push('text');

  const rowsAtOnce = Math.max(1, Math.floor(parametersMax / (width + 1)));
  const tuple = `(${Array(width + 1)
    .fill('?')
    .join(',')})`;
  const statement = (rows: number): Database.Statement =>
    db.prepare(`INSERT INTO ${tableName(kind)} VALUES ${Array(rows).fill(tuple).join(',')}`);
  const many = statement(rowsAtOnce);
  const one = statement(1);
  const values: Value[] = new Array<Value>(rowsAtOnce * (width + 1)).fill(null);
  const single: Value[] = new Array<Value>(width + 1).fill(null);

  return ({ cells, text, rows, firstN }) => {
    let textAt = 0;
    function fill(into: Value[], base: number, row: number): void {
      const at = row * width;
      into[base] = firstN + row;
      for (let i = 0; i < width; i++) {
        const cell = cells[at + i] as number;
        let value: Value = null;
        if (!Number.isNaN(cell)) {
          const how = decode[i];
          if (how === 'number' || (how === 'symbol' && cell >= 0)) value = cell;
          else {
            const length = how === 'symbol' ? -1 - cell : cell;
            const piece = text.slice(textAt, textAt + length);
            textAt += length;
            if (how === 'symbol') value = Buffer.from(piece, 'utf8');
            else value = how === 'hex' && isPackableHex(piece) ? Buffer.from(piece, 'hex') : piece;
          }
        }
        into[base + 1 + i] = value;
      }
      entities.row(kind, cells, at);
    }

    let row = 0;
    for (; row + rowsAtOnce <= rows; row += rowsAtOnce) {
      for (let i = 0; i < rowsAtOnce; i++) fill(values, i * (width + 1), row + i);
      many.run(values);
    }
    for (; row < rows; row++) {
      fill(single, 0, row);
      one.run(single);
    }
  };
}

const bit = (value: boolean | null): number | null => (value === null ? null : value ? 1 : 0);

function writeEnd(db: Database.Database, end: CaseEnd): void {
  const archive = db.prepare('INSERT INTO archive VALUES (?, ?, ?, ?)');
  end.archives.forEach((one, index) => {
    archive.run(index, one.name, one.digest, one.bytes);
  });
  const member = db.prepare(`INSERT INTO t_member VALUES (${Array(16).fill('?').join(',')})`);
  for (const m of end.members)
    member.run([
      m.id,
      m.archive,
      m.path,
      m.kind,
      m.bytes,
      m.sha256,
      m.records,
      m.gaps,
      m.host,
      bit(m.complete),
      m.coversFrom,
      m.coversTo,
      m.captured,
      m.timeForms,
      m.cut,
      m.rawAt,
    ]);
  const integrity = db.prepare('INSERT INTO integrity VALUES (?, ?)');
  for (const one of end.integrity) integrity.run(one.path, one.problem);
  const meta = db.prepare('INSERT INTO meta VALUES (?, ?)');
  for (const [key, value] of Object.entries(end.meta)) meta.run(key, value);
}

/** A scrape, a snapshot and a document happened when their member was captured; that is known only at the end. */
function placeByMember(db: Database.Database): void {
  for (const kind of rowKinds) {
    if (!('timeOfMember' in tables[kind])) continue;
    const update = db.prepare(`UPDATE ${tableName(kind)} SET ts = ? WHERE ts IS NULL AND n BETWEEN ? AND ?`);
    const segments = db
      .prepare(
        'SELECT first_n, last_n, captured_ts FROM segment JOIN t_member ON t_member.id = segment.member WHERE tbl = ? AND captured_ts IS NOT NULL',
      )
      .all(kind) as { first_n: number; last_n: number; captured_ts: number }[];
    const widen = db.prepare(
      'UPDATE segment SET from_ts = min(coalesce(from_ts, $ts), $ts), to_ts = max(coalesce(to_ts, $ts), $ts) WHERE first_n = $n',
    );
    for (const { first_n, last_n, captured_ts } of segments)
      if (update.run(captured_ts, first_n, last_n).changes > 0) widen.run({ ts: captured_ts, n: first_n });
  }
}

/** A counter that is lower than at the scrape before was reset in between. */
function markResets(db: Database.Database): void {
  db.exec(`UPDATE t_sample SET reset = 0 WHERE real IS NOT NULL AND ts IS NOT NULL`);
  db.exec(`UPDATE t_sample SET reset = 1 WHERE n IN (
    SELECT n FROM (
      SELECT n, real, lag(real) OVER (PARTITION BY component, name, labels ORDER BY ts, n) AS before, type, name
      FROM t_sample WHERE real IS NOT NULL AND ts IS NOT NULL)
    WHERE real < before AND ((SELECT text FROM symbol WHERE id = type) IN ('counter', 'histogram')
      OR (type IS NULL AND (SELECT text FROM symbol WHERE id = name) LIKE '%\\_total' ESCAPE '\\')))`);
}

/** Sections of `state.json` whose items are entities. */
const stateEntities: Readonly<Record<string, string>> = {
  organizations: 'org',
  projects: 'project',
  environments: 'environment',
  memberships: 'membership',
  credentials: 'credential',
  agents: 'agent',
  pipeline_versions: 'pipeline_version',
  config_bundles: 'config_bundle',
  deployments: 'deployment',
  approvals: 'approval',
  signing_keys: 'signing_key',
  components: 'component',
};

function writeEntities(db: Database.Database, counts: EntityCounts, symbols: readonly string[]): void {
  const insert = db.prepare('INSERT OR IGNORE INTO t_entity VALUES (?, ?, ?, ?, ?, ?, NULL)');
  for (const { kind, symbol, events, first, last } of counts.all()) {
    const id = symbols[symbol] ?? '';
    insert.run(`${kind}:${id}`, kind, id, first, last, events);
  }
  if (counts.overflowed()) writeOverflow(db);
  writeStates(db, symbols);
}

/** The last known state: of a job its own, of what the state lists its `status`. Symbols are looked up here, since SQL would scan them. */
function writeStates(db: Database.Database, symbols: readonly string[]): void {
  const textOf = (value: unknown): string | null =>
    typeof value === 'number' ? (symbols[value] ?? null) : Buffer.isBuffer(value) ? value.toString('utf8') : null;
  const insert = db.prepare('INSERT OR IGNORE INTO t_entity VALUES (?, ?, ?, NULL, NULL, 0, NULL)');
  const update = db.prepare('UPDATE t_entity SET state = ? WHERE entity = ?');
  for (const { section, key, body } of db.prepare('SELECT section, key, body FROM t_state ORDER BY n').all() as {
    section: unknown;
    key: string;
    body: string;
  }[]) {
    const kind = stateEntities[textOf(section) ?? ''];
    if (kind === undefined || key === '') continue;
    insert.run(`${kind}:${key}`, kind, key);
    const status: unknown = (JSON.parse(body) as { status?: unknown }).status;
    if (typeof status === 'string') update.run(status, `${kind}:${key}`);
  }
  const jobs = db.prepare('SELECT n, id, state FROM t_job WHERE n > ? ORDER BY n LIMIT 10000');
  for (let after = 0; ; ) {
    const page = jobs.all(after) as { n: number; id: unknown; state: unknown }[];
    if (page.length === 0) return;
    for (const { n, id, state } of page) {
      update.run(textOf(state), `job:${textOf(id)}`);
      after = n;
    }
  }
}

/** Entities beyond the table of symbols: their columns hold text. */
function writeOverflow(db: Database.Database): void {
  const arms = rowKinds.flatMap((kind) =>
    entityColumns(kind).map(
      ({ column, entity }) =>
        `SELECT ${entity} AS entity, n, ts FROM ${tableName(kind)} WHERE typeof("${column.name}") = 'blob'${
          column.entityFrom === undefined ? '' : ` OR typeof("${column.entityFrom}") = 'blob'`
        }`,
    ),
  );
  db.exec(`INSERT OR IGNORE INTO t_entity
    SELECT entity, substr(entity, 1, instr(entity, ':') - 1), substr(entity, instr(entity, ':') + 1), min(ts), max(ts), count(DISTINCT n), NULL
    FROM (${arms.join(' UNION ALL ')}) WHERE entity IS NOT NULL GROUP BY entity`);
}
