/** What is read, from the declarations of forms, kinds and tables. */
import { hazardProblems } from '../../src/archive/hazards.ts';
import { defaultLimits, type Limits, limitFlags } from '../../src/archive/limits.ts';
import { type EvidenceKind, evidenceKinds } from '../../src/base/vocabulary.ts';
import { checkKinds } from '../../src/case/index.ts';
import { views } from '../../src/cli/views.ts';
import type { Column, ColumnType, Table } from '../../src/evidence/columns.ts';
import { gapReasons, type Kind, memberFaults } from '../../src/evidence/kind.ts';
import { registry } from '../../src/evidence/kinds/registry.ts';
import { stateSections } from '../../src/evidence/kinds/state.ts';
import { tables } from '../../src/evidence/tables.ts';
import { kindWords } from '../../src/report/words.ts';
import { code, codes, fenced, table } from './markdown.ts';

const kinds = [...(registry as readonly Kind[])].sort((a, b) => a.order - b.order);
const kindsOf = (name: EvidenceKind): readonly Kind[] => kinds.filter((kind) => kind.kind === name);

/** Whose format a kind is, and where it lies by recommendation. */
const origins: Readonly<Record<EvidenceKind, readonly [format: string, place: string]>> = {
  manifest: ["the analyzer's own", '`manifest.json`'],
  state: ["the analyzer's own", '`state.json`'],
  audit: ["the analyzer's own", '`audit.ndjson`'],
  requests: ["the analyzer's own", '`requests.ndjson`'],
  jobs: ["the analyzer's own", '`jobs.ndjson`, `jobs.msgpack`, `jobs/<job_id>.{json,msgpack}`'],
  metrics: ['Prometheus text or OpenMetrics', '`metrics/<component>/<unix_ms>.prom`'],
  health: ["the analyzer's own", '`health.ndjson`'],
  artifacts: ["the analyzer's own", '`artifacts.ndjson`'],
  'incident-bundle': ["the product's, v1 directory", '`agents/<agent_id>/incident-bundle/`'],
  doctor: ["the analyzer's own", '`agents/<agent_id>/doctor.json`'],
  tuning: ["the analyzer's own", '`agents/<agent_id>/tuning.json`'],
  snapshots: ["the product's where known, else the analyzer's own", '`agents/<agent_id>/snapshots/<unix_ms>.json`'],
  'replay-audit': ["the product's", '`agents/<agent_id>/replay-audit*.json`'],
  'approval-credential': ["the product's", '`agents/<agent_id>/approval.cred`'],
  'signing-keys': ["the product's", '`agents/<agent_id>/signing_keys.json`'],
  regions: ["the product's", '`agents/<agent_id>/regions/*`'],
  journal: ["the analyzer's own", '`agents/<agent_id>/journal.msgpack`'],
  logs: ['text or JSON lines with a time', '`logs/*`'],
  unrecognised: ['anything else', 'anywhere'],
};

const reading: Readonly<Partial<Record<EvidenceKind, string>>> = {
  regions: 'not yet: kept as `unrecognised`',
  journal: 'not yet: kept as `unrecognised`',
  unrecognised: 'bytes only',
};

const filledTables = (name: EvidenceKind): string =>
  codes([...new Set(kindsOf(name).flatMap((kind) => kind.fills))]) || (reading[name] ?? '');

const typeWords: Readonly<Record<ColumnType, string>> = {
  int: 'integer',
  time: 'time',
  bool: 'true or false',
  real: 'number',
  symbol: 'text',
  id: 'text or integer',
  text: 'text or integer',
  hex: 'hexadecimal text',
  json: 'any JSON',
};

const from = (column: Column): string => (column.path === undefined ? 'worked out' : code(column.path));
const entity = (column: Column): string =>
  column.role === undefined
    ? ''
    : `${column.role}${column.entity === undefined ? `, a ${code(column.entityFrom ?? '')}` : `, ${code(`${column.entity}:`)}`}`;

function columnsOf(one: Table): string {
  const time = one.time === undefined ? [] : [['`ts`', code(one.time), 'time', '']];
  return table(
    ['column', 'field of the record', 'type', 'role in links'],
    [
      ...time,
      ...one.columns.map((column) => [code(column.name), from(column), typeWords[column.type], entity(column)]),
    ],
  );
}

const sampleOf = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)} …` : text).trimEnd();

/** One section a kind whose fields have columns; the others are kept whole. */
function fieldsOf(name: EvidenceKind): string {
  const own = kindsOf(name);
  const filled = [...new Set(own.flatMap((kind) => kind.fills))].filter((one) => one !== 'document' && one !== 'state');
  const example = own.flatMap((kind) => kind.samples.slice(0, 1)).map(sampleOf);
  return [
    `### ${name}`,
    `${kindWords[name].replace(/^./, (first) => first.toUpperCase())}; the format is ${origins[name][0]}.`,
    ...filled.flatMap((one) => [`Table ${code(one)}:`, columnsOf(tables[one])]),
    ...(filled.length === 0 ? ['The document is kept whole; no field of it has a column.'] : []),
    'For example:',
    fenced(example.join('\n'), ''),
  ].join('\n\n');
}

const nouns: Readonly<Record<keyof Limits, string>> = {
  members: 'entries of any type in one archive; ends the reading',
  memberBytes: 'decompressed bytes of one member; cuts the member',
  totalBytes: 'decompressed bytes of all members; ends the reading',
  ratio: 'decompressed bytes for each stored byte, asked after the first 64 MiB; ends the reading',
  pathLength: "bytes of a member's path; skips the member",
  depth: "segments of a member's path; skips the member",
};

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

export const evidenceBlocks: Readonly<Record<string, () => string>> = {
  kinds: () =>
    table(
      ['kind', 'what it is', 'whose format', 'where it lies', 'rows'],
      evidenceKinds.map((name) => [
        code(name),
        kindWords[name],
        origins[name][0],
        origins[name][1],
        filledTables(name),
      ]),
    ),
  fields: () =>
    evidenceKinds
      .filter((name) => kindsOf(name).length > 0)
      .map(fieldsOf)
      .join('\n\n'),
  'state-sections': () => codes(stateSections),
  'gap-reasons': () =>
    table(
      ['reason', 'means'],
      Object.entries(gapReasons).map(([reason, text]) => [code(reason), text]),
    ),
  hazards: () =>
    table(
      ['problem', 'means'],
      Object.entries(hazardProblems).map(([problem, text]) => [code(problem), text]),
    ),
  'member-faults': () =>
    table(
      ['problem', 'means'],
      Object.entries(memberFaults).map(([problem, text]) => [code(problem), text]),
    ),
  checks: () =>
    table(
      ['check', 'what holds'],
      Object.entries(checkKinds).map(([check, text]) => [code(check), text]),
    ),
  limits: () =>
    table(
      ['flag', 'default', 'limits'],
      (Object.keys(limitFlags) as (keyof Limits)[]).map((limit) => [
        code(limitFlags[limit]),
        grouped(defaultLimits[limit]),
        nouns[limit],
      ]),
    ),
  views: () =>
    table(
      ['view', 'columns'],
      Object.entries(views).map(([view, columns]) => [code(view), codes(columns)]),
    ),
};
