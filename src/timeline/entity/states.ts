/** What an entity was, one state after another, as its records tell it. */
import { type Entity, splitEntity } from '../../base/entity.ts';
import { isObject, type Json } from '../../base/json.ts';
import { compareText, inOrder } from '../../base/order.ts';
import { maskText } from '../../base/secrets.ts';
import type { Micros } from '../../base/time.ts';
import type { CapturedRow, CaseReader } from '../../case/index.ts';
import type { AuditRow } from '../../evidence/index.ts';
import { fieldChange, isTexts } from '../field-change.ts';

export interface EntityState {
  readonly ts: Micros | null;
  /** A word or two. Masked. */
  readonly state: string;
  /** What happened. Masked, not escaped. */
  readonly text: string;
  readonly ref: string;
}

/** What a successful action makes of the entity that it is about, where the record itself does not say a status. */
const stateAfter: Readonly<Record<string, string>> = {
  'membership.granted': 'granted',
  'membership.changed': 'changed',
  'membership.revoked': 'revoked',
  'credential.issued': 'issued',
  'credential.rotated': 'rotated',
  'credential.revoked': 'revoked',
  'credential.scopes_changed': 'scopes changed',
  'agent.enrolled': 'enrolled',
  'agent.online': 'online',
  'agent.offline': 'offline',
  'agent.revoked': 'revoked',
  'signing_key.published': 'published',
  'signing_key.retired': 'retired',
  'pipeline_version.created': 'created',
  'config_bundle.created': 'created',
  'config_bundle.deleted': 'deleted',
  'approval.requested': 'requested',
  'approval.approved': 'approved',
  'approval.denied': 'denied',
  'approval.expired': 'expired',
  'approval.revoked': 'revoked',
  'approval.rejected': 'rejected',
  'deployment.created': 'created',
  'job.enqueued': 'queued',
  'job.started': 'running',
  'job.failed': 'failed',
  'job.retried': 'retrying',
  'job.completed': 'completed',
  'job.dead_lettered': 'dead_letter',
  'job.requeued': 'queued',
  'artifact.uploaded': 'uploaded',
  'artifact.deduplicated': 'deduplicated',
  'artifact.rejected': 'rejected',
  'component.started': 'started',
  'component.stopped': 'stopped',
};

/** So many records are looked at, of each kind of record. */
const lookedMax = 20_000;
/** So many fields of a change are told. */
const fieldsMax = 3;

/** In order of time; a state that goes on is told once. */
export function statesOf(reader: CaseReader, name: Entity, captured: readonly CapturedRow[]): readonly EntityState[] {
  const { kind, id } = splitEntity(name);
  const found = [
    ...auditStates(reader, kind, id),
    ...(kind === 'job' ? jobStates(reader, id) : []),
    ...(kind === 'component' ? probeStates(reader, id) : []),
    ...capturedStates(reader, captured),
  ];
  const undatedLast = ({ ts }: EntityState): number => ts ?? Number.POSITIVE_INFINITY;
  const sorted = found
    .map((state, index) => ({ state, index }))
    .sort(
      inOrder(
        (a, b) =>
          undatedLast(a.state) < undatedLast(b.state) ? -1 : undatedLast(a.state) > undatedLast(b.state) ? 1 : 0,
        (a, b) => a.index - b.index,
        (a, b) => compareText(a.state.ref, b.state.ref),
      ),
    )
    .map(({ state }) => state);
  return sorted.map((state) => ({ ...state, state: maskText(state.state), text: maskText(state.text) }));
}

function* few<T>(rows: Iterable<T>): Generator<T> {
  let left = lookedMax;
  for (const row of rows) {
    if (left === 0) return;
    left -= 1;
    yield row;
  }
}

const textAt = (value: Json | undefined, key: string): string | null => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : null;
};

function* auditStates(reader: CaseReader, kind: string, id: string): Generator<EntityState> {
  let before: string | null = null;
  for (const row of few(reader.rows('audit', { equals: { resource_kind: kind, resource_id: id } }))) {
    if (row.outcome === 'failure' || row.outcome === 'denied') continue;
    const known = row.action === null || !Object.hasOwn(stateAfter, row.action) ? null : stateAfter[row.action];
    const state = textAt(row.after, 'status') ?? textAt(row.after, 'state') ?? known ?? null;
    const changes = changesIn(row);
    if (state === null || (state === before && changes === '')) continue;
    before = state;
    const actor =
      row.actor_kind === null ? '' : ` by ${[row.actor_kind, row.actor_id ?? ''].join(':').replace(/:$/, '')}`;
    const reason = [row.reason_code, row.reason_message].filter((part) => part !== null).join(' - ');
    yield {
      ts: row.ts,
      state,
      text: [`${row.action}${actor}`, changes, reason].filter((part) => part !== '').join(': '),
      ref: row.ref,
    };
  }
}

/** What the record says of fields before and after, lists first: what they lost or won says most. */
function changesIn({ before, after }: AuditRow): string {
  if (!isObject(before) || !isObject(after)) return '';
  const fields = Object.keys(after).filter((field) => field !== 'status' && field !== 'state' && field in before);
  return fields
    .sort(
      inOrder(
        (a, b) => Number(isTexts(after[b])) - Number(isTexts(after[a])),
        (a, b) => compareText(a, b),
      ),
    )
    .flatMap((field) => fieldChange(field, before[field], after[field]) ?? [])
    .slice(0, fieldsMax)
    .join('; ');
}

function* jobStates(reader: CaseReader, id: string): Generator<EntityState> {
  for (const job of few(reader.rows('job', { equals: { id } }))) {
    yield { ts: job.ts, state: 'queued', text: `created: ${job.type ?? 'job'}`, ref: job.ref };
    for (const { row: one, skew_us } of few(reader.placed('attempt', { equals: { job_id: id } }))) {
      if (one.ref !== job.ref) continue;
      const worker = one.worker === null ? '' : ` on ${one.worker}`;
      yield { ts: one.ts, state: 'running', text: `attempt ${one.attempt ?? '?'} began${worker}`, ref: one.ref };
      if (one.finished_ts === null) continue;
      const why = [one.error_code, one.error_message].filter((part) => part !== null).join(' - ');
      yield {
        ts: one.finished_ts - (skew_us ?? 0),
        state: one.outcome ?? 'ended',
        text: `attempt ${one.attempt ?? '?'} ended${worker}${why === '' ? '' : `: ${why}`}`,
        ref: one.ref,
      };
    }
    if (job.state !== null)
      yield { ts: job.updated_ts, state: job.state, text: 'as the job itself says', ref: job.ref };
  }
}

/** Each endpoint by itself: its first answer, and every one that is another than the one before. */
function* probeStates(reader: CaseReader, component: string): Generator<EntityState> {
  const last = new Map<string, boolean>();
  for (const { row: probe } of few(reader.placed('probe', { equals: { component } }))) {
    const endpoint = probe.endpoint ?? '';
    if (probe.ok === null || last.get(endpoint) === probe.ok) continue;
    last.set(endpoint, probe.ok);
    const failing = Array.isArray(probe.failing_checks) && probe.failing_checks.length > 0;
    yield {
      ts: probe.ts,
      state: `${endpoint.replace(/^\//, '')} ${probe.ok ? 'ok' : 'failing'}`,
      text: [
        `${endpoint} -> ${probe.status ?? 'no answer'}`,
        ...(probe.error === null ? [] : [probe.error]),
        ...(failing ? [`failing: ${(probe.failing_checks as readonly Json[]).map(String).join(', ')}`] : []),
      ].join(' '),
      ref: probe.ref,
    };
  }
}

function* capturedStates(reader: CaseReader, captured: readonly CapturedRow[]): Generator<EntityState> {
  for (const { role, body, ref, section } of captured) {
    const status = textAt(body, 'status');
    if (role !== 'subject' || status === null) continue;
    yield { ts: reader.stateCapturedAt(), state: status, text: `as captured (${section})`, ref };
  }
}
