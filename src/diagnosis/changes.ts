import { entityOf } from '../base/entity.ts';
import { type Json, writeJson } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { maskJson } from '../base/secrets.ts';
import { formatMillis, type Micros, millisOf } from '../base/time.ts';
import type { AppliedChange, Configuration } from '../control-plane/index.ts';
import type { DiagnosisDocument } from './document.ts';

/** How far back a change may lie and still be told. */
const lookBackMs = 3_600_000;
const listedMax = 200;

const kindOfSection: Readonly<Record<string, string>> = {
  credentials: 'credential',
  memberships: 'membership',
  agents: 'agent',
  signing_keys: 'signing_key',
  pipeline_versions: 'pipeline_version',
  config_bundles: 'config_bundle',
  approvals: 'approval',
};

const entityOfChange = (change: AppliedChange): string => {
  const kind = kindOfSection[change.section];
  if (kind !== undefined) return entityOf(kind, change.key);
  const path = [change.section, change.key, change.field ?? ''].filter((part) => part !== '').join('.');
  return entityOf('config', path);
};

function shown(field: string | null, value: Json | undefined): string {
  if (value === undefined) return 'unknown';
  if (value === null) return 'none';
  const masked = field === null ? maskJson(value) : maskJson({ [field]: value });
  const text = writeJson(field === null ? masked : ((masked as Readonly<Record<string, Json>>)[field] ?? null));
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** What changed from an hour before the onset up to the last symptom's beginning, one line for each record of change. */
export function changesOf(
  configuration: Configuration,
  onset: Micros,
  lastBeginning: Micros,
  reads: ReadonlySet<string>,
): DiagnosisDocument['changes'] {
  const from = millisOf(onset) - lookBackMs;
  const to = millisOf(lastBeginning);
  const within = configuration.changes().filter((change) => change.at >= from && change.at <= to);
  const byRecord = new Map<string, AppliedChange[]>();
  for (const change of within) {
    const key = `${change.ref} ${change.section} ${change.key}`;
    byRecord.set(key, [...(byRecord.get(key) ?? []), change]);
  }
  return [...byRecord.values()]
    .flatMap((changes) => {
      const [first] = changes;
      if (first === undefined) return [];
      const created = changes.some((change) => change.field === null);
      const what = created
        ? ''
        : `: ${changes
            .map(
              (change) =>
                `${change.field} ${shown(change.field, change.before)} → ${shown(change.field, change.after)}`,
            )
            .join('; ')}`;
      return [{ at: first.at, ref: first.ref, text: `${first.action}${what}`, entity: entityOfChange(first) }];
    })
    .sort((a, b) => a.at - b.at || compareText(a.ref, b.ref))
    .slice(-listedMax)
    .map(({ at, ref, text, entity }) => ({ ref, ts: formatMillis(at), text, entity, in_cone: reads.has(ref) }));
}
