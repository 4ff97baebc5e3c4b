import type { ConfigurationChange, ConfigurationHistory, StateRecord } from '../base/facts.ts';
import { isObject, type Json } from '../base/json.ts';
import { millisOf } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import type { AuditRow } from '../evidence/index.ts';

/** Actions whose success changes a record of `state.json` (the analyzer's model, section 1). */
export const configurationActions = [
  'config.changed',
  'membership.granted',
  'membership.changed',
  'membership.revoked',
  'credential.issued',
  'credential.rotated',
  'credential.revoked',
  'credential.scopes_changed',
  'agent.enrolled',
  'agent.revoked',
  'signing_key.published',
  'signing_key.retired',
  'pipeline_version.created',
  'config_bundle.created',
  'config_bundle.deleted',
  'approval.requested',
  'approval.approved',
  'approval.denied',
  'approval.expired',
  'approval.revoked',
  'approval.rejected',
] as const;

const textAt = (value: Json | undefined, key: string): string | undefined => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
};

function changeOf(row: AuditRow, order: number): ConfigurationChange | null {
  if (row.ts === null || row.action === null) return null;
  const path = textAt(row.details, 'path');
  const credentialId = textAt(row.details, 'credential_id');
  const id = row.resource_id ?? path;
  if (id === undefined) return null;
  return {
    at: millisOf(row.ts),
    ref: row.ref,
    order,
    action: row.action,
    resource: { kind: row.resource_kind ?? '', id },
    before: row.before,
    after: row.after,
    path: row.action === 'config.changed' ? (path ?? id) : undefined,
    ...(credentialId === undefined ? {} : { credentialId }),
  };
}

/** A route is named by method and template: a case names it by its group, which many routes share. */
function namedEntry(entry: StateRecord): StateRecord {
  const { method, route } = entry.body;
  const isRoute = entry.section === 'routes' && typeof method === 'string' && typeof route === 'string';
  return isRoute ? { ...entry, key: `${method} ${route}` } : entry;
}

/** Reads the configuration's history out of a case: a few records of the audit, whatever the archive's size. */
export function configurationHistory(reader: CaseReader): ConfigurationHistory {
  const capturedUs = reader.stateCapturedAt();
  const rows = [...reader.rows('audit', { equals: { outcome: 'success', action: [...configurationActions] } })];
  const changes: ConfigurationChange[] = [];
  for (const [index, row] of rows.entries()) {
    // A gapless sequence orders what happened within one millisecond; without it the place in the evidence has to do.
    const seq = row.seq === null ? Number.NaN : Number(row.seq);
    const change = changeOf(row, Number.isSafeInteger(seq) ? seq : index);
    if (change !== null) changes.push(change);
  }
  return {
    capturedAt: capturedUs === null ? null : millisOf(capturedUs),
    captured: reader.stateSections(),
    records: reader.state().map(namedEntry),
    changes,
  };
}
