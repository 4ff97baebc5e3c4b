/** The replay's engine: virtual clock, total order, effect broker, hash chain. It knows no concern by name. */
export { kernelVersion } from './chain.ts';
export { type Command, type CommandOrder, compareCommands, compareTiesReversed, type Rank, rank } from './command.ts';
export type { Ask, Concern, Decided, ReplayEvent } from './concern.ts';
export type { EffectAnswer, EffectRequest, Grant, Provenance, RecordedAnswer } from './effect.ts';
export { type EffectCounts, type Input, type RunEnd, run, type Sink, type World } from './run.ts';
