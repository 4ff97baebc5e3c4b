import { compareText } from '../../base/order.ts';
import type { Millis } from '../../base/time.ts';
import type { RequestFact } from '../../timeline/index.ts';
import type { Cone } from '../cone.ts';
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
  /** Neighbours among the matched transitions that the prediction has the other way round. */
  readonly order: number;
}

const divergencesMax = 100;

/** What the evidence says of agents' states. */
export type Channel = Pick<Cone, 'transitions' | 'audited' | 'until'>;

/** What was observed of a request. */
export interface Compared {
  readonly fact: RequestFact;
}

/** How far a predicted and an observed change of an agent's state may lie apart to be one: a long sweep. */
const reachMs = 120_000;

/** How a predicted request met the observed one. */
export function compareRequest(event: ReplayEvent, request: Compared): Move {
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

/** Holds a run's events against the evidence, as they come. */
export class Comparer {
  readonly #tally = new TallyCounter();
  readonly #divergences: Divergence[] = [];
  readonly #predicted: Transition[] = [];
  /** When the replay first heard an agent: what it was before is not known. */
  readonly #heardFrom = new Map<string, Millis>();
  #divergent = 0;

  /** An event, and the request it is about, where it is about one of those that count. */
  watch(event: ReplayEvent, request: Compared | undefined): void {
    if (event.type === 'agent.offline' || event.type === 'agent.online') {
      this.#predicted.push({ at: event.at, type: event.type, entity: event.entity, ref: event.ref });
      return;
    }
    if (event.type === 'lease.renewed' && !this.#heardFrom.has(event.entity))
      this.#heardFrom.set(event.entity, event.at);
    if (request === undefined || !event.type.startsWith('request.')) return;
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

  /**
   * The comparison at the end. `entities` are the agents whose changes of state count; `channel` is what the evidence
   * says of them, where it holds everything, and the last moment that was replayed.
   */
  result(entities: ReadonlySet<string>, channel: Channel): Comparison {
    const { transitions: observed, audited, until } = channel;
    const apart: Millis[] = [];
    const pairs: { readonly seen: Millis; readonly told: Millis }[] = [];
    for (const entity of [...entities].sort(compareText)) {
      const own = (one: Transition): boolean => one.entity === entity;
      // A change up to its first heartbeat comes of a state from before the evidence.
      const heardFrom = this.#heardFrom.get(entity) ?? Number.POSITIVE_INFINITY;
      const seenSince = observed.filter((one) => own(one) && one.at > heardFrom);
      const earlier = observed.filter((one) => own(one) && one.at <= heardFrom);
      for (const one of earlier) {
        const offline = one.type === 'agent.offline';
        this.#tally.add('unobservable', { telling: offline, terminal: offline });
      }
      const aligned = alignTransitions(seenSince, this.#predicted.filter(own), 0, reachMs);
      for (const { move, observed: seen, predicted } of aligned) {
        const offline = (seen ?? predicted)?.type === 'agent.offline';
        // Past the last request nothing is predicted, and where the audit holds nothing nothing is seen: neither counts.
        const beyond =
          (seen !== null && predicted === null && seen.at > until) ||
          (seen === null &&
            predicted !== null &&
            !audited.some((span) => span.from <= predicted.at && predicted.at <= span.to));
        this.#tally.add(beyond ? 'unobservable' : move, { telling: offline, terminal: offline });
        if (seen !== null && predicted !== null) {
          apart.push(Math.abs(seen.at - predicted.at));
          pairs.push({ seen: seen.at, told: predicted.at });
        }
        if (beyond || (move !== 'observed_only' && move !== 'predicted_only')) continue;
        this.#diverge({
          at: (seen ?? predicted)?.at ?? 0,
          class: 'model_gap',
          entity,
          observed: seen === null ? null : seen.type,
          predicted: predicted === null ? null : predicted.type,
          rule: 'agents/sweep',
          reads: [],
          ref: (seen ?? predicted)?.ref ?? '',
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
      order: inversions(pairs),
    };
  }

  #diverge(divergence: Divergence): void {
    this.#divergent++;
    if (this.#divergences.length < 10 * divergencesMax) this.#divergences.push(divergence);
  }
}

function inversions(pairs: { readonly seen: Millis; readonly told: Millis }[]): number {
  pairs.sort((a, b) => a.seen - b.seen || a.told - b.told);
  return pairs.filter((pair, index) => index > 0 && pair.told < (pairs[index - 1]?.told ?? 0)).length;
}
