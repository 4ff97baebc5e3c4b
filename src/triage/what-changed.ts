import { type Entity, entityOf } from '../base/entity.ts';
import type { Json } from '../base/json.ts';
import { formatMicros, formatMillis, type Micros, millisOf } from '../base/time.ts';
import type { AppliedChange } from '../control-plane/index.ts';
import type { AuditRow } from '../evidence/index.ts';
import type { EvidenceNote } from './evidence-note.ts';
import type { Situation } from './situation.ts';

/** The change that a finding goes back to, and who made it. */
export interface KnownChange {
  readonly note: EvidenceNote;
  readonly actor: Entity | null;
  /** A sentence. */
  readonly text: string;
}

const actorIn = ({ actor_kind: kind, actor_id: id }: Pick<AuditRow, 'actor_kind' | 'actor_id'>): Entity =>
  id === null ? entityOf('actor', kind ?? 'unknown') : entityOf(kind ?? 'actor', id);

function actorOf(situation: Situation, ref: string): Entity | null {
  const found = situation.reader.record(ref);
  if (!found.ok) return null;
  for (const { kind, row } of found.value.rows) {
    if (kind === 'audit' && 'actor_kind' in row) return actorIn(row);
  }
  return null;
}

function known(situation: Situation, change: AppliedChange, what: string): KnownChange {
  const actor = actorOf(situation, change.ref);
  const by = actor === null ? '' : ` by ${actor}`;
  const time = change.at * 1000;
  return {
    note: { ref: change.ref, ts: time, kind: 'audit', note: `${change.action}${by}` },
    actor,
    text: `${what} at ${formatMillis(change.at)}${by} (${change.action}).`,
  };
}

const names = (list: Json | undefined, item: string): boolean => Array.isArray(list) && list.includes(item);

/** The latest changes before `until` that took these scopes from a credential, each with all that it took. */
export function scopesDropped(
  situation: Situation,
  credentialId: string,
  scopes: readonly string[],
  until: Micros,
): readonly KnownChange[] {
  const taken = new Map<AppliedChange, string[]>();
  const own = situation.configuration
    .changes()
    .filter(
      ({ at, section, key, field }) =>
        at <= millisOf(until) && section === 'credentials' && key === credentialId && field === 'scopes',
    );
  for (const scope of scopes) {
    const change = own.findLast(({ before, after }) => names(before, scope) && !names(after, scope));
    if (change !== undefined) taken.set(change, [...(taken.get(change) ?? []), scope]);
  }
  return [...taken].map(([change, items]) =>
    known(situation, change, `${items.join(', ')} ${items.length === 1 ? 'was' : 'were'} taken away`),
  );
}

/** The latest change before `until` that set a field of a credential. */
export function credentialChanged(
  situation: Situation,
  credentialId: string,
  field: string,
  until: Micros,
): KnownChange | null {
  const change = situation.configuration
    .changes()
    .findLast(
      (one) =>
        one.at <= millisOf(until) && one.section === 'credentials' && one.key === credentialId && one.field === field,
    );
  return change === undefined ? null : known(situation, change, `${field} was set`);
}

/** The audit record that names the credential and this action, last before `until`. */
export function recordedAction(
  situation: Situation,
  action: string,
  credentialId: string,
  until: Micros,
): KnownChange | null {
  let last: KnownChange | null = null;
  const where = { equals: { action, resource_id: credentialId } };
  for (const row of situation.reader.rows('audit', where)) {
    if (row.ts === null || row.ts > until || row.outcome === 'failure' || row.outcome === 'denied') continue;
    const actor = actorIn(row);
    last = {
      note: { ref: row.ref, ts: row.ts, kind: 'audit', note: `${action} by ${actor}` },
      actor,
      text: `Recorded at ${formatMicros(row.ts)} by ${actor} (${action}).`,
    };
  }
  return last;
}
