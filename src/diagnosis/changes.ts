import { entityOf } from '../base/entity.ts';
import { compareText } from '../base/order.ts';
import { formatMillis, type Micros, millisOf } from '../base/time.ts';
import type { AppliedChange, Configuration } from '../control-plane/index.ts';
import { fieldChange, isTexts } from '../timeline/index.ts';
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

const changeText = ({ field, before, after }: AppliedChange): string | null =>
  field === null ? null : fieldChange(field, before, after);

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
