import { compareText } from '../../base/order.ts';
import type { Millis } from '../../base/time.ts';
import type { Cone, ConeRequest } from '../cone.ts';
import { isCheckCode, isDecided } from '../decided.ts';
import type { ReplayEvent } from '../kernel/index.ts';
import { type Move, type Tally, TallyCounter } from './tally.ts';
import { alignTransitions, type Transition } from './transitions.ts';

export type DivergenceClass =
  | 'model_gap'
  | 'evidence_missing'
  | 'clock_skew'
  | 'config_mismatch'
  | 'external_unknown'
  | 'tamper_or_corruption'
  | 'our_bug';

/** A place where the prediction and the evidence part. */
export interface Divergence {
  readonly at: Millis;
  readonly class: DivergenceClass;
  readonly entity: string;
  readonly observed: string | null;
  readonly predicted: string | null;
  readonly rule: string;
  readonly reads: readonly string[];
  readonly ref: string;
}

export interface Comparison {
  readonly tally: Tally;
  /** The first ones, in order of time; `divergent` counts all. */
  readonly divergences: readonly Divergence[];
  readonly divergent: number;
  /** Milliseconds between a predicted and an observed transition. */
  readonly timing: { readonly median_ms: number; readonly max_ms: number };
}

const divergencesMax = 100;

/** How a predicted request met the observed one. */
export function compareRequest(event: ReplayEvent, request: ConeRequest): Move {
  const { outcome, arrival } = request.fact;
  const decided = isDecided(arrival, outcome);
  const warming = event.data.warming === true;
  switch (event.type) {
    case 'request.passed':
      if (!decided) return 'match';
      return warming && outcome.status === 429 ? 'unobservable' : 'critical';
    case 'request.refused': {
      const { status, code } = event.data;
      if (status !== outcome.status)
        return warming && (status === 429 || outcome.status === 429) ? 'unobservable' : 'critical';
      // A code outside the vocabulary says nothing against the prediction.
      return code === outcome.code || !isCheckCode(outcome.code) ? 'match' : 'critical';
    }
    default:
      return 'unobservable';
  }
}

/**
 * Holds a run's events against the evidence, as they come. `within` picks the entity traces that count: the symptom's
 * own, or all.
 */
export class Comparer {
  readonly #tally = new TallyCounter();
  readonly #divergences: Divergence[] = [];
  readonly #predicted: Transition[] = [];
  readonly #requests: ReadonlyMap<string, ConeRequest>;
  readonly #cone: Cone;
  readonly #within: (request: ConeRequest) => boolean;
  #divergent = 0;

  constructor(cone: Cone, within: (request: ConeRequest) => boolean) {
    this.#cone = cone;
    this.#within = within;
    this.#requests = new Map(cone.requests.map((request) => [request.fact.arrival.ref, request]));
  }

  watch(event: ReplayEvent): void {
    if (event.type === 'agent.offline' || event.type === 'agent.online') {
      this.#predicted.push({ at: event.at, type: event.type, entity: event.entity, ref: event.ref });
      return;
    }
    const request = this.#requests.get(event.ref);
    if (request === undefined || !event.type.startsWith('request.') || !this.#within(request)) return;
    const move = compareRequest(event, request);
    this.#tally.add(move, { telling: event.type === 'request.refused', terminal: false });
    if (move !== 'critical') return;
    const { outcome } = request.fact;
    this.#diverge({
      at: event.at,
      class: 'config_mismatch',
      entity: event.entity,
      observed: `${outcome.status}${outcome.code === null ? '' : ` ${outcome.code}`}`,
      predicted: event.type === 'request.passed' ? 'passes the checks' : `${event.data.status} ${event.data.code}`,
      rule: event.rule,
      reads: event.reads,
      ref: event.ref,
    });
  }

  /** `hasTransitions`: agents whose state the evidence tells; `reach` how far apart a pair may lie. */
  result(entities: ReadonlySet<string>, reach: Millis): Comparison {
    const apart: Millis[] = [];
    for (const entity of [...entities].sort(compareText)) {
      const own = (one: Transition): boolean => one.entity === entity;
      const aligned = alignTransitions(this.#cone.transitions.filter(own), this.#predicted.filter(own), 0, reach);
      for (const { move, observed, predicted } of aligned) {
        const offline = (observed ?? predicted)?.type === 'agent.offline';
        // Past the last request nothing is predicted, so that what the audit still saw there can't be held against it.
        const beyond = observed !== null && predicted === null && observed.at > this.#cone.until;
        this.#tally.add(beyond ? 'unobservable' : move, { telling: offline, terminal: offline });
        if (observed !== null && predicted !== null) apart.push(Math.abs(observed.at - predicted.at));
        if (beyond || (move !== 'observed_only' && move !== 'predicted_only')) continue;
        this.#diverge({
          at: (observed ?? predicted)?.at ?? 0,
          class: 'model_gap',
          entity,
          observed: observed === null ? null : observed.type,
          predicted: predicted === null ? null : predicted.type,
          rule: 'agents/sweep',
          reads: [],
          ref: (observed ?? predicted)?.ref ?? '',
        });
      }
    }
    apart.sort((a, b) => a - b);
    this.#divergences.sort((a, b) => a.at - b.at || compareText(a.ref, b.ref));
    return {
      tally: this.#tally.result(),
      divergences: this.#divergences.slice(0, divergencesMax),
      divergent: this.#divergent,
      timing: { median_ms: apart[apart.length >> 1] ?? 0, max_ms: apart.at(-1) ?? 0 },
    };
  }

  #diverge(divergence: Divergence): void {
    this.#divergent++;
    if (this.#divergences.length < 10 * divergencesMax) this.#divergences.push(divergence);
  }
}
