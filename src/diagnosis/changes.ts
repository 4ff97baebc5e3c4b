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

const textMax = 160;

function shown(field: string, value: Json | undefined): string {
  if (value === undefined) return 'unknown';
  if (value === null) return 'none';
  const masked = maskJson({ [field]: value }) as Readonly<Record<string, Json>>;
  const text = typeof masked[field] === 'string' ? masked[field] : writeJson(masked[field] ?? null);
  return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text;
}

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** How one field changed: a list by what it lost and won, all else by its two values. Null: it did not. */
function changeText(change: AppliedChange): string | null {
  const { field, before, after } = change;
  if (field === null) return null;
  if (isTexts(before) && isTexts(after)) {
    const lost = before.filter((item) => !after.includes(item)).map((item) => `-${item}`);
    const won = after.filter((item) => !before.includes(item)).map((item) => `+${item}`);
    return lost.length + won.length === 0 ? null : `${field} ${[...lost, ...won].join(' ')}`;
  }
  const [was, is] = [shown(field, before), shown(field, after)];
  return was === is ? null : `${field} ${was} → ${is}`;
}

// What was lost or won in a list says more than a new fingerprint beside it.
const listFirst = (a: AppliedChange, b: AppliedChange): number =>
  Number(isTexts(b.after)) - Number(isTexts(a.after)) || compareText(a.field ?? '', b.field ?? '');

/** What changed from an hour before the first beginning of a symptom up to the last, one line for each record of change. */
export function changesOf(
  configuration: Configuration,
  beginnings: readonly Micros[],
  reads: ReadonlySet<string>,
): DiagnosisDocument['changes'] {
  const from = millisOf(Math.min(...beginnings)) - lookBackMs;
  const to = millisOf(Math.max(...beginnings));
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
      const what = [...changes].sort(listFirst).flatMap((change) => changeText(change) ?? []);
      return [
        {
          at: first.at,
          ref: first.ref,
          text: [first.action, ...(what.length > 0 ? [what.join('; ')] : [])].join(': '),
          entity: entityOfChange(first),
        },
      ];
    })
    .sort((a, b) => a.at - b.at || compareText(a.ref, b.ref))
    .slice(-listedMax)
    .map(({ at, ref, text, entity }) => ({ ref, ts: formatMillis(at), text, entity, in_cone: reads.has(ref) }));
}
