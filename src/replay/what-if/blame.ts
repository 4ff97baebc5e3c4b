import { splitEntity } from '../../base/entity.ts';
import { compareText } from '../../base/order.ts';
import type { Millis } from '../../base/time.ts';
import { formatMillis } from '../../base/time.ts';
import type { Configuration, RefusalDetail } from '../../control-plane/index.ts';
import type { FailingCheck, Suspicion } from './cause-model.ts';

/** What refusals of one sort say about one thing at fault. */
export interface Blame {
  readonly entity: string;
  /** The first refusal in which the check fails. */
  readonly onset: Millis;
  /** The fewest failing checks that stand before it in one refusal. */
  readonly depth: number;
  readonly lacking: ReadonlySet<string>;
  /** The credential that was presented at the onset. */
  readonly credential: string | null;
  /** Details that fail beside it in one of the refusals. */
  readonly beside: ReadonlySet<RefusalDetail>;
}

/** Gathers the failing checks of one sort by the thing at fault, in order of onset. Refusals come in order of time. */
export function blamed(suspicion: Suspicion, isOfSort: (check: FailingCheck) => boolean): readonly Blame[] {
  const found = new Map<string, Blame & { depth: number; lacking: Set<string>; beside: Set<RefusalDetail> }>();
  for (const refusal of suspicion.refusals) {
    for (const [depth, check] of refusal.failing.entries()) {
      if (!isOfSort(check)) continue;
      const blame = found.get(check.entity) ?? {
        entity: check.entity,
        onset: refusal.at,
        depth,
        lacking: new Set<string>(),
        credential: refusal.credential,
        beside: new Set<RefusalDetail>(),
      };
      for (const other of refusal.failing) blame.beside.add(other.detail);
      blame.depth = Math.min(blame.depth, depth);
      if (check.lacking !== null) blame.lacking.add(check.lacking);
      found.set(check.entity, blame);
    }
  }
  return [...found.values()].sort((a, b) => a.onset - b.onset || compareText(a.entity, b.entity));
}

/** Enrollment tokens have causes of their own (causes.md, *When kinds overlap*). */
export function isEnrollmentToken(configuration: Configuration, blame: Blame): boolean {
  const credential = configuration.lookup('credentials', splitEntity(blame.entity).id, blame.onset);
  return credential.state === 'present' && credential.record.kind === 'enrollment';
}

/** The last change of one of the fields up to a moment, else the record itself: where the fault is to be seen. */
export function shownBy(
  configuration: Configuration,
  section: string,
  key: string,
  fields: readonly string[],
  at: Millis,
): readonly { readonly ref: string; readonly text: string }[] {
  const change = configuration
    .changes()
    .findLast(
      (one) =>
        one.section === section &&
        one.key === key &&
        one.at <= at &&
        (one.field === null || fields.includes(one.field)),
    );
  if (change !== undefined) {
    return [
      {
        ref: change.ref,
        text: `${formatMillis(change.at)} ${change.action}: ${change.field ?? 'record'} of ${key} changed`,
      },
    ];
  }
  const found = configuration.lookup(section, key, at);
  const [ref] = found.reads;
  return ref === undefined ? [] : [{ ref, text: `${section} ${key}: ${fields.join(', ')} as captured` }];
}
