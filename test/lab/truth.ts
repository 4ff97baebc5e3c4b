/** What is true of an incident: its symptoms by the contract's thresholds, and which injected faults are behind each. */
import { type Played, play } from './cloud.ts';
import type { Fields, Plan } from './world.ts';

export interface TrueSymptom {
  readonly kind: 'requests_refused' | 'agent_offline';
  /** Caller or agent. */
  readonly who: string;
  /** Null: any code, which is what a masked fault is behind. */
  readonly code: string | null;
}

export interface Truth {
  readonly played: Played;
  readonly symptoms: readonly TrueSymptom[];
  /** By fault id: faults without which some symptom would not be, by themselves. */
  readonly necessary: ReadonlySet<string>;
  /** Faults that are behind a symptom, by themselves or once others are repaired. */
  readonly causal: ReadonlySet<string>;
}

const least = 5;
const symptomKey = (one: TrueSymptom): string => `${one.kind}|${one.who}|${one.code ?? '*'}`;

/** Ids whose repeat, of any depth, got through. */
function corrected(requests: readonly Fields[]): ReadonlySet<string> {
  const byId = new Map(requests.map((request) => [request.request_id, request]));
  const found = new Set<string>();
  for (const request of requests) {
    if ((request.status as number) >= 400) continue;
    for (let of = request.retry_of; typeof of === 'string'; of = byId.get(of)?.retry_of) found.add(of);
  }
  return found;
}

export function symptomsIn(played: Played): ReadonlyMap<string, TrueSymptom> {
  const fixed = corrected(played.requests);
  const counts = new Map<string, { symptom: TrueSymptom; count: number }>();
  const add = (symptom: TrueSymptom): void => {
    const entry = counts.get(symptomKey(symptom)) ?? { symptom, count: 0 };
    entry.count++;
    counts.set(symptomKey(symptom), entry);
  };
  for (const request of played.requests) {
    if (request.status !== 401 && request.status !== 403) continue;
    if (fixed.has(String(request.request_id))) continue;
    const who = String((request.caller as Fields).id);
    add({ kind: 'requests_refused', who, code: String((request.error as Fields).code) });
    add({ kind: 'requests_refused', who, code: null });
  }
  for (const record of played.audit)
    if (record.action === 'agent.offline')
      add({ kind: 'agent_offline', who: String((record.resource as Fields).id), code: null });
  const shown = [...counts].filter(([, { symptom, count }]) => symptom.kind === 'agent_offline' || count >= least);
  return new Map(shown.map(([key, { symptom }]) => [key, symptom]));
}

export function truthOf(plan: Plan): Truth {
  const ids = plan.faults.filter((fault) => fault.kind !== 'noise').map((fault) => fault.id);
  const played = play(plan);
  const shown = symptomsIn(played);
  const necessary = new Set<string>();
  const causal = new Set<string>();
  const symptoms = [...shown.values()].filter((one) => one.kind === 'agent_offline' || one.code !== null);
  if (symptoms.length > 0) {
    // What is shown with each set of the faults repaired.
    const under: ReadonlySet<string>[] = [];
    for (let repaired = 0; repaired < 1 << ids.length; repaired++) {
      const set = new Set(ids.filter((_id, index) => (repaired >> index) & 1));
      under.push(new Set(symptomsIn(play(plan, set, played)).keys()));
    }
    // Any code of a caller counts only where one code of it is a symptom.
    const asked = [...shown.keys()].filter(
      (key) =>
        !key.endsWith('|*') ||
        key.startsWith('agent') ||
        symptoms.some((one) => key === symptomKey({ ...one, code: null })),
    );
    for (const [index, id] of ids.entries()) {
      for (const key of asked) {
        if (!under[1 << index]?.has(key)) necessary.add(id);
        for (let repaired = 0; repaired < under.length; repaired++) {
          if ((repaired >> index) & 1) continue;
          if (under[repaired]?.has(key) && !under[repaired | (1 << index)]?.has(key)) causal.add(id);
        }
      }
    }
  }
  return { played, symptoms, necessary, causal };
}
