import type { JsonObject } from '../../base/json.ts';
import type { Millis } from '../../base/time.ts';
import type { Command } from './command.ts';
import type { EffectAnswer, EffectRequest } from './effect.ts';

/** Something that the model says happened. */
export interface ReplayEvent {
  readonly at: Millis;
  readonly type: string;
  /** `kind:id` of what it happened to. */
  readonly entity: string;
  /** The rule that made it, as `requests/3`. */
  readonly rule: string;
  /** References of the facts that it was decided from: the provenance graph for backward slices. */
  readonly reads: readonly string[];
  /** The evidence, or the repair, that set it off. */
  readonly ref: string;
  /** Plain data: integers, text, lists, objects. */
  readonly data: JsonObject;
}

export interface Decided<S = unknown> {
  readonly events: readonly ReplayEvent[];
  /** The state from now on; the old one where it is left out. */
  readonly next?: S;
  /** Commands that follow at once, as part of the same happening. */
  readonly deliver?: readonly Command[];
  /** Timers and reactions, taken from the queue in their turn. */
  readonly schedule?: readonly Command[];
}

export type Ask = (request: EffectRequest) => EffectAnswer;

/**
 * One part of the control plane as a pure reducer. `decide` reads state and command and says what happens and what the
 * state becomes. It neither throws, waits, nor looks outside. State is plain data and never changed in place.
 */
export interface Concern<S = unknown> {
  readonly id: string;
  /** Raised with every change of meaning; enters every digest. */
  readonly version: number;
  readonly commands: readonly string[];
  /** Commands with one key share one state. */
  stateKey(command: Command): string;
  init(): S;
  decide(state: S, command: Command, ask: Ask): Decided<S>;
}
