import { compareText } from '../../base/order.ts';
import type { Millis } from '../../base/time.ts';

/** What happens first at equal times (the analyzer's model, opening section). */
export const rank = { configuration: 0, input: 1, timer: 2, reaction: 3 } as const;
export type Rank = (typeof rank)[keyof typeof rank];

/** Something that happens to the system at a virtual time: an input from the evidence, a timer, a reaction. */
export interface Command<T extends string = string, D = unknown> {
  readonly at: Millis;
  readonly rank: Rank;
  /** `kind:id` of what it happens to. */
  readonly entity: string;
  /** Evidence order among commands that are equal in all else. */
  readonly seq: number;
  readonly type: T;
  /** The evidence, or the repair, that it came from. */
  readonly ref: string;
  readonly data: D;
}

/** The total order of the queue: time, rank, entity by code unit, evidence order. */
export const compareCommands = (a: Command, b: Command): number =>
  a.at - b.at || a.rank - b.rank || compareText(a.entity, b.entity) || a.seq - b.seq;

/**
 * The declared order with every tie turned round: what came last among equals at one time comes first. Robustness runs
 * use it, since the order at equal times is a choice.
 */
export const compareTiesReversed = (a: Command, b: Command): number =>
  a.at - b.at || b.rank - a.rank || compareText(b.entity, a.entity) || b.seq - a.seq;

export type CommandOrder = typeof compareCommands;
