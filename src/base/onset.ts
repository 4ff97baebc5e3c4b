import { compareText } from './order.ts';

interface Change {
  readonly entity: string;
  readonly in_cone: boolean;
}

interface Symptom {
  readonly id: string;
  readonly first_ts: string;
}

/** What a cause began with: the change of its entity that the replay depends on, else the first of its symptoms. */
export function onsetOf<C extends Change, S extends Symptom>(
  cause: { readonly entity: string; readonly symptoms: readonly string[] },
  { changes, symptoms }: { readonly changes: readonly C[]; readonly symptoms: readonly S[] },
): { readonly change: C | null; readonly symptom: S | null } {
  const change = changes.find((item) => item.in_cone && item.entity === cause.entity) ?? null;
  const [symptom = null] = symptoms
    .filter(({ id }) => cause.symptoms.includes(id))
    .sort((a, b) => compareText(a.first_ts, b.first_ts));
  return { change, symptom };
}
