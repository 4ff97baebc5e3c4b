import type { Digest } from '../../base/digest.ts';
import type { Millis } from '../../base/time.ts';
import { traceChain } from './chain.ts';
import { type Command, type CommandOrder, compareCommands } from './command.ts';
import type { Concern, ReplayEvent } from './concern.ts';
import { answerEffect, type EffectRequest, type Grant, type Provenance, type RecordedAnswer } from './effect.ts';
import { CommandQueue } from './queue.ts';

/** An exogenous command, and what the evidence says the outside answered to it. */
export interface Input {
  readonly command: Command;
  readonly recorded: readonly RecordedAnswer[];
}

export interface World {
  readonly concerns: readonly Concern[];
  /** In the order of the run. */
  readonly inputs: Iterable<Input>;
  /** The last moment that is replayed: timers after it do not fire. */
  readonly until: Millis;
  readonly grant: Grant;
  readonly order?: CommandOrder;
}

export type EffectCounts = Readonly<Record<Provenance, number>>;

export interface RunEnd {
  readonly digest: Digest;
  readonly events: number;
  readonly effects: EffectCounts;
}

/** Called for each event in order, with the head of the hash chain after it. */
export type Sink = (event: ReplayEvent, head: string) => void;

/** Commands that one happening may set off at once: a bound against a concern that feeds itself. */
const deliveriesMax = 1_000;

/** Runs the world in virtual time. Synchronous, without a clock, randomness or side effects. */
export function run(world: World, sink: Sink): RunEnd {
  const order = world.order ?? compareCommands;
  const byType = new Map(world.concerns.flatMap((concern) => concern.commands.map((type) => [type, concern] as const)));
  const states = new Map<string, unknown>();
  const queue = new CommandQueue<Command>(order);
  const chain = traceChain(world.concerns);
  const effects = { recorded: 0, assumed: 0, unknown: 0 };
  let events = 0;

  const handle = (first: Command, recorded: readonly RecordedAnswer[]): void => {
    const waiting: Command[] = [first];
    for (let handled = 0; handled < waiting.length; handled++) {
      if (handled >= deliveriesMax)
        throw new Error(`kernel: ${first.type} set off more than ${deliveriesMax} commands`);
      const command = waiting[handled] as Command;
      const concern = byType.get(command.type);
      // No concern takes it: it is outside the model, and says nothing.
      if (concern === undefined) continue;
      const key = `${concern.id}\u0000${concern.stateKey(command)}`;
      const state = states.has(key) ? states.get(key) : concern.init();
      const decided = concern.decide(state, command, (request: EffectRequest) => {
        const answer = answerEffect(request, recorded, world.grant);
        effects[answer.provenance]++;
        return answer;
      });
      for (const event of decided.events) {
        events++;
        sink(event, chain.append(event));
      }
      if (decided.next !== undefined) states.set(key, decided.next);
      for (const next of decided.deliver ?? []) waiting.push(next);
      for (const next of decided.schedule ?? []) queue.push(next);
    }
  };

  const inputs = world.inputs[Symbol.iterator]();
  let input = inputs.next();
  for (;;) {
    const timer = queue.peek();
    const given = input.done === true ? undefined : input.value;
    if (given !== undefined && (timer === undefined || order(given.command, timer) <= 0)) {
      if (given.command.at > world.until) break;
      handle(given.command, given.recorded);
      input = inputs.next();
    } else if (timer !== undefined && timer.at <= world.until) {
      queue.pop();
      handle(timer, []);
    } else {
      break;
    }
  }
  inputs.return?.();
  return { digest: chain.digest(), events, effects };
}
