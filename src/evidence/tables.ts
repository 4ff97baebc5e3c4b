/**
 * The tables of a case, one declaration each. Names and order of columns are formats.md section 5.
 * A kind fills one table or several: a job is a row of `job`, of `attempt` and of `call`.
 */
import type { RowOf, Table } from './columns.ts';

const scope = [
  { name: 'org_id', type: 'symbol', path: 'org_id', role: 'org', entity: 'org' },
  { name: 'project_id', type: 'symbol', path: 'project_id', role: 'project', entity: 'project' },
  { name: 'environment_id', type: 'symbol', path: 'environment_id', role: 'environment', entity: 'environment' },
] as const;

const request = {
  name: 'request',
  time: 'ts',
  columns: [
    { name: 'request_id', type: 'id', path: 'request_id' },
    { name: 'component', type: 'symbol', path: 'component' },
    { name: 'host', type: 'symbol', path: 'host' },
    { name: 'method', type: 'symbol', path: 'method' },
    { name: 'path', type: 'text', path: 'path' },
    { name: 'route', type: 'symbol', path: 'route' },
    { name: 'grp', type: 'symbol' },
    { name: 'status', type: 'int', path: 'status' },
    { name: 'latency_ms', type: 'int', path: 'latency_ms' },
    { name: 'bytes_in', type: 'int', path: 'bytes_in' },
    { name: 'caller_kind', type: 'symbol', path: 'caller.kind' },
    { name: 'caller_id', type: 'symbol', path: 'caller.id', role: 'caller', entity: 'caller' },
    { name: 'credential_id', type: 'symbol', path: 'credential_id', role: 'credential', entity: 'credential' },
    { name: 'ip', type: 'symbol', path: 'ip' },
    ...scope,
    { name: 'agent_id', type: 'symbol', path: 'agent_id', role: 'agent', entity: 'agent' },
    { name: 'error_code', type: 'symbol', path: 'error.code' },
    { name: 'error_message', type: 'text', path: 'error.message', message: true },
    { name: 'limit_group', type: 'symbol', path: 'rate_limit.group' },
    { name: 'limit_limit', type: 'int', path: 'rate_limit.limit' },
    { name: 'limit_remaining', type: 'int', path: 'rate_limit.remaining' },
    { name: 'limit_reset', type: 'text', path: 'rate_limit.reset' },
    { name: 'retry_after_s', type: 'int', path: 'retry_after_s' },
    { name: 'sent_ts', type: 'time', path: 'sent_at' },
    { name: 'retry_of', type: 'id', path: 'retry_of' },
  ],
  extra: true,
  event: {
    action: "method || ' ' || coalesce(route, path)",
    subject: "coalesce('agent:' || agent_id, 'caller:' || caller_id)",
    outcome:
      "CASE WHEN status IS NULL THEN 'none' WHEN status < 400 THEN 'ok' WHEN status < 500 THEN 'refused' ELSE 'failure' END",
    code: 'error_code',
    component: 'component',
    host: 'host',
  },
} as const satisfies Table;

const audit = {
  name: 'audit',
  mentions: true,
  time: 'ts',
  columns: [
    { name: 'id', type: 'id', path: 'id' },
    { name: 'seq', type: 'text', path: 'seq' },
    { name: 'actor_kind', type: 'symbol', path: 'actor.kind' },
    { name: 'actor_id', type: 'symbol', path: 'actor.id', role: 'actor', entity: 'actor' },
    { name: 'action', type: 'symbol', path: 'action' },
    { name: 'resource_kind', type: 'symbol', path: 'resource.kind' },
    { name: 'resource_id', type: 'id', path: 'resource.id', role: 'subject', entityFrom: 'resource_kind' },
    ...scope,
    { name: 'outcome', type: 'symbol', path: 'outcome' },
    { name: 'reason_code', type: 'symbol', path: 'reason.code' },
    { name: 'reason_message', type: 'text', path: 'reason.message', message: true },
    { name: 'request_id', type: 'id', path: 'request_id' },
    { name: 'job_id', type: 'id', path: 'job_id', role: 'job', entity: 'job' },
    { name: 'before', type: 'json', path: 'before' },
    { name: 'after', type: 'json', path: 'after' },
    { name: 'details', type: 'json', path: 'details' },
    { name: 'prev_hash', type: 'hex', path: 'prev_hash' },
    { name: 'hash', type: 'hex', path: 'hash' },
  ],
  extra: true,
  event: {
    action: 'action',
    subject: "resource_kind || ':' || resource_id",
    outcome:
      "CASE outcome WHEN 'success' THEN 'ok' WHEN 'failure' THEN 'failure' WHEN 'denied' THEN 'refused' ELSE 'none' END",
    code: 'reason_code',
  },
} as const satisfies Table;

const job = {
  name: 'job',
  mentions: true,
  time: 'created_at',
  columns: [
    { name: 'id', type: 'id', path: 'id', role: 'subject', entity: 'job' },
    { name: 'type', type: 'symbol', path: 'type' },
    { name: 'state', type: 'symbol', path: 'state' },
    ...scope,
    { name: 'deployment_id', type: 'id', path: 'deployment_id', role: 'deployment', entity: 'deployment' },
    { name: 'artifact_id', type: 'id', path: 'artifact_id', role: 'artifact', entity: 'artifact' },
    { name: 'request_id', type: 'id', path: 'request_id' },
    { name: 'run_ts', type: 'time', path: 'run_at' },
    { name: 'updated_ts', type: 'time', path: 'updated_at' },
    { name: 'attempt', type: 'int', path: 'attempt' },
    { name: 'max_attempts', type: 'int', path: 'max_attempts' },
    { name: 'payload', type: 'json' },
    { name: 'payload_bytes', type: 'int' },
    { name: 'payload_sha256', type: 'id', path: 'payload_sha256' },
    { name: 'error_code', type: 'symbol', path: 'error.code' },
    { name: 'error_message', type: 'text', path: 'error.message', message: true },
    { name: 'retryable', type: 'bool', path: 'error.retryable' },
  ],
  extra: true,
  known: ['payload', 'attempts'],
  event: {
    end_ts: 'updated_ts',
    action: 'type',
    subject: "'job:' || id",
    outcome:
      "CASE state WHEN 'completed' THEN 'ok' WHEN 'failed' THEN 'failure' WHEN 'dead_letter' THEN 'failure' WHEN 'retrying' THEN 'failure' ELSE 'none' END",
    code: 'error_code',
    component: "'worker'",
  },
} as const satisfies Table;

const attempt = {
  name: 'attempt',
  time: 'started_at',
  columns: [
    { name: 'job_id', type: 'id', role: 'job', entity: 'job' },
    { name: 'attempt', type: 'int', path: 'n' },
    { name: 'finished_ts', type: 'time', path: 'finished_at' },
    { name: 'worker', type: 'symbol', path: 'worker' },
    { name: 'outcome', type: 'symbol', path: 'outcome' },
    { name: 'error_code', type: 'symbol', path: 'error.code' },
    { name: 'error_message', type: 'text', path: 'error.message', message: true },
    { name: 'next_run_ts', type: 'time', path: 'next_run_at' },
  ],
  extra: false,
  event: {
    end_ts: 'finished_ts',
    action: "'attempt ' || attempt",
    subject: "'job:' || job_id",
    outcome: "CASE outcome WHEN 'ok' THEN 'ok' WHEN 'error' THEN 'failure' WHEN 'lost' THEN 'failure' ELSE 'none' END",
    code: 'error_code',
    component: "'worker'",
    host: 'worker',
  },
} as const satisfies Table;

const call = {
  name: 'call',
  time: 'ts',
  columns: [
    { name: 'job_id', type: 'id', role: 'job', entity: 'job' },
    { name: 'attempt', type: 'int' },
    { name: 'ordinal', type: 'int' },
    { name: 'op', type: 'symbol', path: 'op' },
    { name: 'dependency', type: 'symbol', role: 'subject', entity: 'dependency' },
    { name: 'outcome', type: 'symbol' },
    { name: 'error_code', type: 'symbol', path: 'error.code' },
    { name: 'error_message', type: 'text', path: 'error.message', message: true },
  ],
  extra: false,
  event: {
    action: 'op',
    subject: "'job:' || job_id",
    outcome: "CASE outcome WHEN 'ok' THEN 'ok' WHEN 'error' THEN 'failure' ELSE 'none' END",
    code: 'error_code',
    component: "'worker'",
  },
} as const satisfies Table;

const probe = {
  name: 'probe',
  mentions: true,
  time: 'ts',
  columns: [
    { name: 'component', type: 'symbol', path: 'component', role: 'subject', entity: 'component' },
    { name: 'host', type: 'symbol', path: 'host' },
    { name: 'endpoint', type: 'symbol', path: 'endpoint' },
    { name: 'status', type: 'int', path: 'status' },
    { name: 'latency_ms', type: 'int', path: 'latency_ms' },
    { name: 'error', type: 'text', path: 'error', message: true },
    { name: 'ok', type: 'bool' },
    { name: 'failing_checks', type: 'json' },
  ],
  extra: false,
  event: {
    action: 'endpoint',
    subject: "'component:' || component",
    outcome: "CASE ok WHEN 1 THEN 'ok' WHEN 0 THEN 'failure' ELSE 'none' END",
    code: 'CAST(status AS TEXT)',
    component: 'component',
    host: 'host',
  },
} as const satisfies Table;

const sample = {
  name: 'sample',
  timeOfMember: true,
  columns: [
    { name: 'component', type: 'symbol' },
    { name: 'name', type: 'symbol' },
    { name: 'labels', type: 'json', interned: true },
    { name: 'role', type: 'symbol' },
    { name: 'type', type: 'symbol' },
    { name: 'value', type: 'text' },
    { name: 'real', type: 'real' },
    { name: 'reset', type: 'bool' },
  ],
  extra: false,
  event: { action: 'name', subject: "'component:' || component", outcome: "'none'", component: 'component' },
} as const satisfies Table;

const snapshot = {
  name: 'snapshot',
  timeOfMember: true,
  time: 'captured_at',
  columns: [
    { name: 'agent_id', type: 'symbol', role: 'agent', entity: 'agent' },
    { name: 'model', type: 'symbol' },
    { name: 'body', type: 'json' },
  ],
  extra: false,
  event: { action: 'model', subject: "'agent:' || agent_id", outcome: "'none'", component: "'agent:' || agent_id" },
} as const satisfies Table;

const log = {
  name: 'log',
  mentions: true,
  columns: [
    { name: 'component', type: 'symbol' },
    { name: 'host', type: 'symbol' },
    { name: 'level', type: 'symbol' },
    { name: 'message', type: 'text', message: true },
    { name: 'request_id', type: 'id' },
  ],
  extra: false,
  event: {
    action: 'level',
    outcome:
      "CASE WHEN lower(level) IN ('error', 'err', 'severe', 'fatal', 'critical', 'crit', 'alert', 'panic', 'emerg', 'emergency') THEN 'failure' ELSE 'none' END",
    component: 'component',
    host: 'host',
  },
} as const satisfies Table;

const gap = {
  name: 'gap',
  columns: [{ name: 'reason', type: 'symbol' }],
  extra: false,
  event: { action: 'reason', outcome: "'none'" },
} as const satisfies Table;

const state = {
  name: 'state',
  mentions: true,
  columns: [
    { name: 'section', type: 'symbol' },
    { name: 'key', type: 'id' },
    { name: 'body', type: 'json' },
  ],
  extra: false,
} as const satisfies Table;

/** Artifact metadata as Cloud keeps it. */
const artifact = {
  name: 'artifact',
  time: 'captured_at',
  columns: [
    { name: 'id', type: 'id', path: 'id', role: 'subject', entity: 'artifact' },
    { name: 'kind', type: 'symbol', path: 'kind' },
    { name: 'agent_id', type: 'symbol', path: 'agent_id', role: 'agent', entity: 'agent' },
    {
      name: 'environment_id',
      type: 'symbol',
      path: 'environment_id',
      role: 'environment',
      entity: 'environment',
    },
    { name: 'content_hash', type: 'id', path: 'content_hash' },
    { name: 'bytes', type: 'int', path: 'bytes' },
    { name: 'created_ts', type: 'time', path: 'created_at' },
  ],
  extra: true,
} as const satisfies Table;

/** A document that is kept whole: manifest, doctor, tuning, the files of an incident bundle, replay audits, keys, credentials. */
const document = {
  name: 'document',
  timeOfMember: true,
  time: 'captured_at',
  columns: [
    { name: 'kind', type: 'symbol' },
    /** The member's base name. */
    { name: 'name', type: 'symbol' },
    { name: 'agent_id', type: 'symbol', role: 'agent', entity: 'agent' },
    /** The parsed JSON, or the text of a document that is no JSON. */
    { name: 'body', type: 'json' },
    /** `recognised`, or `not recognised`: then the document is kept as it is and nothing is read from it. */
    { name: 'shape', type: 'symbol' },
  ],
  extra: false,
} as const satisfies Table;

/** A record of an agent's journal; its bytes open by reference. */
const journal = {
  name: 'journal',
  time: 'ts',
  columns: [
    { name: 'agent_id', type: 'symbol', role: 'agent', entity: 'agent' },
    { name: 'seq', type: 'id', path: 'seq' },
    { name: 'lane', type: 'symbol', path: 'lane' },
    { name: 'bytes', type: 'int' },
    { name: 'sha256', type: 'hex' },
  ],
  extra: true,
  known: ['data'],
} as const satisfies Table;

export const tables = {
  request,
  audit,
  job,
  attempt,
  call,
  probe,
  sample,
  snapshot,
  log,
  gap,
  state,
  artifact,
  document,
  journal,
} as const;

export type RowKind = keyof typeof tables;
export const rowKinds = Object.keys(tables) as readonly RowKind[];
export type Row<K extends RowKind> = K extends RowKind ? RowOf<(typeof tables)[K]> : never;
export type ColumnName<K extends RowKind> = (typeof tables)[K]['columns'][number]['name'];

export type RequestRow = Row<'request'>;
export type AuditRow = Row<'audit'>;
export type JobRow = Row<'job'>;
export type AttemptRow = Row<'attempt'>;
export type CallRow = Row<'call'>;
export type ProbeRow = Row<'probe'>;
export type SampleRow = Row<'sample'>;
export type SnapshotRow = Row<'snapshot'>;
export type LogRow = Row<'log'>;
export type GapRow = Row<'gap'>;
export type ArtifactRow = Row<'artifact'>;
export type DocumentRow = Row<'document'>;
export type JournalRow = Row<'journal'>;
