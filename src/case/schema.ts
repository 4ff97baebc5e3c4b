/** The layout of a case file: tables for the program, and the views of formats.md 5 for everybody. */
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import { type Column, cellForm, type LinkRole, type RowKind, rowKinds, type Table, tables } from '../evidence/index.ts';

/** `INQC`, so that `file` and we know a case from another SQLite database. */
export const applicationId = 0x49_4e_51_43;
export const schemaVersion = 3;

const affinity = (column: Column): string => {
  if (column.type === 'hex') return '';
  if (column.type === 'real') return ' REAL';
  return cellForm(column) === 'text' ? ' TEXT' : ' INTEGER';
};

const quoted = (name: string): string => `"${name}"`;

export const tableName = (kind: RowKind): string => `t_${kind}`;

/**
 * Kinds of events that other clocks than the control plane's tell the times of. Their rows have one column more: `skew`, recorded
 * minus corrected time, NULL where nothing was moved.
 */
const movableKinds = ['request', 'attempt', 'call', 'probe', 'snapshot', 'log'] as const satisfies readonly EventKind[];
export const isMovable = (kind: RowKind): boolean => (movableKinds as readonly RowKind[]).includes(kind);

const tableDdl = (table: Table): string => {
  const columns = table.columns.map((column) => `${quoted(column.name)}${affinity(column)}`);
  if (table.extra) columns.push('"extra" TEXT');
  if (isMovable(table.name as RowKind)) columns.push('skew INTEGER');
  return `CREATE TABLE t_${table.name} (n INTEGER PRIMARY KEY, off INTEGER, len INTEGER, ts INTEGER, ${columns.join(', ')})`;
};

const fixedTables = [
  'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)',
  'CREATE TABLE archive (id INTEGER PRIMARY KEY, name TEXT, digest TEXT, bytes INTEGER)',
  `CREATE TABLE t_member (id INTEGER PRIMARY KEY, archive INTEGER, path TEXT, kind TEXT, bytes INTEGER, sha256 TEXT, records INTEGER, gaps INTEGER, host TEXT, complete INTEGER, covers_from_ts INTEGER, covers_to_ts INTEGER, captured_ts INTEGER, time_forms INTEGER, cut TEXT, raw_at INTEGER)`,
  'CREATE TABLE segment (first_n INTEGER PRIMARY KEY, last_n INTEGER, member INTEGER, tbl TEXT, from_ts INTEGER, to_ts INTEGER)',
  'CREATE TABLE symbol (id INTEGER PRIMARY KEY, text TEXT)',
  'CREATE TABLE block (first INTEGER PRIMARY KEY, bytes INTEGER, z BLOB)',
  'CREATE TABLE integrity (path TEXT, problem TEXT)',
  'CREATE TABLE t_entity (entity TEXT PRIMARY KEY, kind TEXT, id TEXT, first_ts INTEGER, last_ts INTEGER, events INTEGER, state TEXT) WITHOUT ROWID',
  // Entities that a record names outside of its columns.
  'CREATE TABLE t_mention (n INTEGER, role TEXT, entity TEXT)',
  'CREATE TABLE clock (id INTEGER PRIMARY KEY, name TEXT, state TEXT, epoch INTEGER, began_from INTEGER, began_to INTEGER, least INTEGER, most INTEGER, correction INTEGER, moved INTEGER, unplaced INTEGER, first_n INTEGER, second_n INTEGER)',
  'CREATE TABLE t_note (id INTEGER PRIMARY KEY, ref TEXT, n INTEGER, text TEXT, tags TEXT)',
  'CREATE TABLE t_finding (id TEXT PRIMARY KEY, rule TEXT, category TEXT, severity TEXT, title TEXT, summary TEXT, first_ts INTEGER, last_ts INTEGER, count INTEGER, entities TEXT, refs TEXT, body TEXT)',
  'CREATE TABLE t_symptom (id TEXT PRIMARY KEY, kind TEXT, refs TEXT)',
  'CREATE TABLE t_cause (rank INTEGER, kind TEXT, entity TEXT, category TEXT, verdict TEXT, strength TEXT, grade TEXT, missing TEXT, reasons TEXT, body TEXT)',
];

export const tableStatements: readonly string[] = [...fixedTables, ...rowKinds.map((kind) => tableDdl(tables[kind]))];

/** With the affinity of a column: only then does SQLite merge such rows with others by time. */
const correctedTime = 'CAST(ts - skew AS INTEGER)';

/** When a row happened as the timeline has it, whether it was moved or not. */
export const placedTime = (kind: RowKind): string => (isMovable(kind) ? 'ts - coalesce(skew, 0)' : 'ts');

/** The rows that were moved, by corrected time. */
const movedIndex = (kind: RowKind): string => `i_${kind}_moved`;

/** Created after the load: an index that grows row by row costs several times as much. */
export const indexStatements: readonly string[] = [
  ...rowKinds.filter((kind) => kind !== 'state').map((kind) => `CREATE INDEX i_${kind}_ts ON t_${kind} (ts)`),
  ...movableKinds.map(
    (kind) => `CREATE INDEX ${movedIndex(kind)} ON t_${kind} (${correctedTime}) WHERE skew IS NOT NULL`,
  ),
  // Ids are found by `hit`; this one is for the state of jobs in the view of entities.
  'CREATE INDEX i_job_id ON t_job (id)',
  'CREATE INDEX i_mention ON t_mention (n)',
  'CREATE INDEX i_mention_entity ON t_mention (entity)',
];

/** With the symbol's columns renamed, since a table's own column `id` would otherwise mean the symbol's. */
const symbolText = (name: string): string =>
  `(SELECT symbol_text FROM (SELECT id AS symbol_id, text AS symbol_text FROM symbol) WHERE symbol_id = ${name})`;

/**
 * The text of a column in SQL: symbols and bytes are turned back into text. A text that was not interned is a blob, since the
 * column's affinity would make a number of `123`.
 */
export function decoded(column: Column): string {
  const name = quoted(column.name);
  if (cellForm(column) === 'symbol')
    return `CASE typeof(${name}) WHEN 'integer' THEN ${symbolText(name)} ELSE CAST(${name} AS TEXT) END`;
  if (column.type === 'hex') return `CASE typeof(${name}) WHEN 'blob' THEN lower(hex(${name})) ELSE ${name} END`;
  return name;
}

// Microseconds floor towards the past, also before 1970.
const micro = '((ts % 1000000 + 1000000) % 1000000)';
const time = `strftime('%Y-%m-%dT%H:%M:%S', (ts - ${micro}) / 1000000, 'unixepoch') || printf('.%06dZ', ${micro})`;
const member =
  '(SELECT t_member.path FROM segment JOIN t_member ON t_member.id = segment.member WHERE segment.first_n <= n ORDER BY segment.first_n DESC LIMIT 1)';
const ref = `${member} || '@' || off || '+' || len`;

const decodedColumns = (table: Table): string[] => [
  ...table.columns.map((column) => `${decoded(column)} AS ${quoted(column.name)}`),
  ...(table.extra ? ['"extra"'] : []),
];

const view = (name: string, select: string): string => `CREATE VIEW "${name}" AS ${select}`;

const rowView = (kind: RowKind): string =>
  view(
    kind,
    `SELECT n, ts, ${time} AS time, ${ref} AS ref, ${decodedColumns(tables[kind]).join(', ')} FROM ${tableName(kind)}`,
  );

/** Name of a column of symbols, as it is stored. */
export const storedName = (name: string): string => quoted(`stored ${name}`);

const eventColumns = ['end_ts', 'skew_us', 'action', 'subject', 'outcome', 'code', 'component', 'host'] as const;

/** Rows of a kind: where some were moved, those by corrected time, and the others. */
export type Share = 'every' | 'still' | 'moved';

const shareSource: Readonly<Record<Share, (kind: EventKind) => { readonly ts: string; readonly from: string }>> = {
  every: (kind) => ({ ts: 'ts, NULL AS moved_by', from: tableName(kind) }),
  still: (kind) => ({ ts: 'ts, NULL AS moved_by', from: `${tableName(kind)} WHERE skew IS NULL` }),
  moved: (kind) => ({
    ts: `${correctedTime} AS ts, skew AS moved_by`,
    from: `${tableName(kind)} WHERE skew IS NOT NULL`,
  }),
};

/** The rows of a share by the time that the timeline has, with what it was `moved_by`. */
export function shareRows(kind: EventKind, share: Share, columns: readonly string[]): string {
  const { ts, from } = shareSource[share](kind);
  return `(SELECT n, off, len, ${ts}, ${columns.join(', ')} FROM ${from})`;
}

/** What an event shows of its row, and the row's source: the reader runs the same SQL for one kind at a time. */
export function eventParts(
  kind: EventKind,
  share: Share,
): {
  readonly shown: readonly string[];
  readonly source: string;
  /** The source with its symbols once more, as they are stored: to compare numbers is quicker than to look up texts. */
  readonly tested: string;
} {
  const declared: Table = tables[kind];
  const stored = declared.columns
    .filter((column) => cellForm(column) === 'symbol')
    .map((column) => `${quoted(column.name)} AS ${storedName(column.name)}`);
  return {
    // The same affinity in every arm: only then does SQLite merge the arms by time instead of sorting them all.
    shown: eventColumns.map((name) => {
      if (name === 'skew_us') return `CAST(${share === 'moved' ? 'moved_by' : 'NULL'} AS INTEGER) AS skew_us`;
      const expression = declared.event?.[name] ?? 'NULL';
      // A record's times move together, so that what it lasted stays what it was.
      if (name === 'end_ts') return `CAST(${expression}${share === 'moved' ? ' - moved_by' : ''} AS INTEGER) AS end_ts`;
      return `CAST(${expression} AS TEXT) AS ${name}`;
    }),
    source: shareRows(kind, share, decodedColumns(declared)),
    tested: shareRows(kind, share, [...decodedColumns(declared), ...stored]),
  };
}

function eventSelect(kind: EventKind, share: Share): string {
  const { shown, source } = eventParts(kind, share);
  const [end, skew, ...rest] = shown;
  return `SELECT n, ts, ${time} AS time, ${end}, ${skew}, '${kind}' AS kind, ${rest.join(', ')}, ${ref} AS ref FROM ${source}`;
}

const eventArms = eventKinds.flatMap((kind) =>
  (isMovable(kind) ? (['still', 'moved'] as const) : (['every'] as const)).map((share) => eventSelect(kind, share)),
);

/** Columns that hold an entity, with the SQL of `kind:id`. */
export function entityColumns(kind: RowKind): { readonly column: Column; readonly entity: string }[] {
  const declared: Table = tables[kind];
  return declared.columns.flatMap((column) => {
    if (column.role === undefined) return [];
    const from = declared.columns.find((other) => other.name === column.entityFrom);
    const prefix = from === undefined ? `'${column.entity}:'` : `(${decoded(from)}) || ':'`;
    return [{ column, entity: `${prefix} || (${decoded(column)})` }];
  });
}

const entityLinks = rowKinds.flatMap((kind) =>
  entityColumns(kind).map(
    ({ column, entity }) =>
      `SELECT n, ${entity} AS entity, '${column.role}' AS role, CAST(NULL AS INTEGER) AS to_n, NULL AS reason FROM ${tableName(kind)} WHERE ${quoted(column.name)} IS NOT NULL`,
  ),
);

export interface RecordLink {
  readonly from: RowKind;
  /** The column of `from` that holds what stands in the column `key` of `to`; both hold ids. */
  readonly by: string;
  readonly to: RowKind;
  readonly key: string;
  readonly reason: string;
}

const link = (from: RowKind, by: string, to: RowKind, key: string, reason: string): RecordLink => ({
  from,
  by,
  to,
  key,
  reason,
});

/** Records that name one another: the second is the request, the job or the artifact of the first. */
export const recordLinks: readonly RecordLink[] = [
  link('audit', 'request_id', 'request', 'request_id', 'request_id'),
  link('job', 'request_id', 'request', 'request_id', 'request_id'),
  link('log', 'request_id', 'request', 'request_id', 'request_id'),
  link('request', 'retry_of', 'request', 'request_id', 'retry_of'),
  link('audit', 'job_id', 'job', 'id', 'job_of'),
  link('attempt', 'job_id', 'job', 'id', 'job_of'),
  link('call', 'job_id', 'job', 'id', 'job_of'),
  link('job', 'artifact_id', 'artifact', 'id', 'artifact_of'),
  link('audit', 'resource_id', 'artifact', 'id', 'artifact_of'),
];

/** Records that name an entity outside of their columns, and what was captured of that entity. */
const captured = (role: LinkRole, reason: string): string =>
  `SELECT a.n, NULL AS entity, NULL AS role, b.n AS to_n, '${reason}' AS reason FROM t_mention a JOIN t_mention b ON b.entity = a.entity AND b.role = 'subject' WHERE a.role = '${role}'`;

/** An approval that names its deployment, which does not name it. */
const namedByApproval = `SELECT s.n, NULL AS entity, NULL AS role, a.n AS to_n, 'approval_of' AS reason
  FROM t_mention a JOIN t_mention d ON d.n = a.n AND d.role = 'deployment' JOIN t_mention s ON s.entity = d.entity AND s.role = 'subject'
  WHERE a.role = 'subject' AND substr(a.entity, 1, 9) = 'approval:' AND NOT EXISTS (SELECT 1 FROM t_mention p WHERE p.n = s.n AND p.entity = a.entity)`;

const jobDeployment = tables.job.columns.find(({ name }) => name === 'deployment_id') as Column;
const jobOfDeployment = `SELECT s.n, NULL AS entity, NULL AS role, j.n AS to_n, 'job_of' AS reason
  FROM t_mention s JOIN (SELECT n, 'deployment:' || (${decoded(jobDeployment)}) AS entity FROM t_job WHERE deployment_id IS NOT NULL) j ON j.entity = s.entity
  WHERE s.role = 'subject'`;

/** The same of records that name an entity where no column does: the second is the approval, the bundle or the job. */
export const mentionLinks: readonly string[] = [
  captured('approval', 'approval_of'),
  namedByApproval,
  captured('bundle', 'bundle_hash'),
  jobOfDeployment,
];

const recordJoin = ({ from, by, to, key, reason }: RecordLink): string =>
  `SELECT a.n, NULL AS entity, NULL AS role, b.n AS to_n, '${reason}' AS reason FROM t_${from} a JOIN t_${to} b ON b.${quoted(key)} = a.${quoted(by)}`;

/** Entities whose ids are text in some column: they are counted here, those that are symbols in `t_entity`. */
const textEntities = eventKinds.flatMap((kind) =>
  entityColumns(kind).map(
    ({ column, entity }) =>
      `SELECT ${entity} AS entity, n, ${placedTime(kind)} AS ts FROM ${tableName(kind)} WHERE ${
        cellForm(column) === 'text' ? `${quoted(column.name)} IS NOT NULL` : `typeof(${quoted(column.name)}) = 'blob'`
      }`,
  ),
);

const jobState = tables.job.columns.find(({ name }) => name === 'state') as Column;
const entitySelect = `SELECT entity, substr(entity, 1, instr(entity, ':') - 1) AS kind, substr(entity, instr(entity, ':') + 1) AS id, min(first_ts) AS first_ts, max(last_ts) AS last_ts, sum(events) AS events, CASE WHEN entity LIKE 'job:%' THEN (SELECT ${decoded(jobState)} FROM t_job WHERE id = substr(entity, 5) ORDER BY n DESC LIMIT 1) ELSE max(state) END AS state FROM (SELECT entity, first_ts, last_ts, events, state FROM t_entity UNION ALL SELECT entity, min(ts), max(ts), count(DISTINCT n), NULL FROM (${textEntities.join(' UNION ALL ')}) WHERE entity IS NOT NULL GROUP BY entity) GROUP BY entity`;

const mentionedEntities = 'SELECT n, entity, role, CAST(NULL AS INTEGER) AS to_n, NULL AS reason FROM t_mention';

export const linkSelect = [...entityLinks, mentionedEntities, ...recordLinks.map(recordJoin), ...mentionLinks].join(
  ' UNION ALL ',
);

export const viewStatements: readonly string[] = [
  ...rowKinds.filter((kind) => kind !== 'gap' && kind !== 'state').map(rowView),
  view(
    'gap',
    `SELECT n, ${ref} AS ref, ${member} AS member, off AS offset, len AS length, ${decodedColumns(tables.gap).join(', ')} FROM t_gap`,
  ),
  view('state', `SELECT n, ${ref} AS ref, ${decodedColumns(tables.state).join(', ')} FROM t_state`),
  view('event', eventArms.join(' UNION ALL ')),
  view('link', linkSelect),
  view('entity', entitySelect),
  view(
    'member',
    'SELECT archive.name AS archive, path, kind, t_member.bytes, sha256, records, gaps, host, complete, covers_from_ts, covers_to_ts FROM t_member JOIN archive ON archive.id = t_member.archive',
  ),
  view(
    'finding',
    'SELECT id, rule, category, severity, title, summary, first_ts, last_ts, count, entities, refs, body FROM t_finding',
  ),
  view('cause', 'SELECT rank, kind, entity, category, verdict, strength, grade, missing, reasons, body FROM t_cause'),
  view('note', 'SELECT id, ref, n, text, tags FROM t_note'),
];
