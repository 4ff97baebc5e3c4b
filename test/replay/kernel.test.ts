// Protects the kernel: one total order, virtual time, and a digest that stands for a trace.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerEffect } from '../../src/replay/kernel/effect.ts';
import {
  type Command,
  type Concern,
  compareCommands,
  compareTiesReversed,
  type Input,
  type ReplayEvent,
  rank,
  run,
} from '../../src/replay/kernel/index.ts';
import { CommandQueue } from '../../src/replay/kernel/queue.ts';

const command = (at: number, type: string, more: Partial<Command> = {}): Command => ({
  at,
  rank: rank.input,
  entity: 'thing:a',
  seq: 0,
  type,
  ref: `f@${at}+1`,
  data: null,
  ...more,
});

const arbitraryCommand = fc.record({
  at: fc.integer({ min: 0, max: 5 }),
  rank: fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<0 | 1 | 2 | 3>,
  entity: fc.constantFrom('a:1', 'a:2', 'b:1', 'é:1'),
  seq: fc.integer({ min: 0, max: 9 }),
  type: fc.constant('tick'),
  ref: fc.constant('f@0+1'),
  data: fc.constant(null),
});

/** Counts ticks; a `wake` sets a timer. */
const counter: Concern<number> = {
  id: 'counter',
  version: 1,
  commands: ['tick', 'wake', 'alarm'],
  stateKey: (one) => one.entity,
  init: () => 0,
  decide(state, one) {
    const event: ReplayEvent = {
      at: one.at,
      type: `saw.${one.type}`,
      entity: one.entity,
      rule: 'counter',
      reads: [one.ref],
      ref: one.ref,
      data: { count: state + 1 },
    };
    const timers = one.type === 'wake' ? [command(one.at + 10, 'alarm', { rank: rank.timer, ref: one.ref })] : [];
    return { events: [event], next: state + 1, schedule: timers };
  },
};

function trace(inputs: readonly Command[], until = 1_000, concerns: readonly Concern[] = [counter as Concern]) {
  const events: ReplayEvent[] = [];
  const end = run(
    { concerns, inputs: inputs.map((one): Input => ({ command: one, recorded: [] })), until, grant: () => null },
    (event) => events.push(event),
  );
  return { events, end };
}

describe('the queue', () => {
  it('gives commands back in the total order, whatever order they came in', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryCommand, { maxLength: 60 }),
        fc.constantFrom(compareCommands, compareTiesReversed),
        (commands, order) => {
          const queue = new CommandQueue<Command>(order);
          for (const one of commands) queue.push(one);
          const taken: Command[] = [];
          for (let next = queue.pop(); next !== undefined; next = queue.pop()) taken.push(next);
          expect(taken).toHaveLength(commands.length);
          for (const [index, one] of taken.entries())
            if (index > 0) expect(order(taken[index - 1] as Command, one)).toBeLessThanOrEqual(0);
        },
      ),
    );
  });

  it('puts configuration before input, input before timers, timers before reactions', () => {
    const all = [rank.reaction, rank.timer, rank.input, rank.configuration].map((one) =>
      command(5, 'tick', { rank: one }),
    );
    expect(all.sort(compareCommands).map((one) => one.rank)).toEqual([0, 1, 2, 3]);
  });
});

describe('a run', () => {
  it('fires a timer between the inputs around it, and none after the end', () => {
    const { events } = trace([command(0, 'wake'), command(5, 'tick'), command(20, 'tick'), command(25, 'wake')], 30);
    expect(events.map((event) => [event.at, event.type])).toEqual([
      [0, 'saw.wake'],
      [5, 'saw.tick'],
      [10, 'saw.alarm'],
      [20, 'saw.tick'],
      [25, 'saw.wake'],
    ]);
  });

  it('takes an input at the time of a timer first', () => {
    const { events } = trace([command(0, 'wake'), command(10, 'tick')]);
    expect(events.map((event) => event.type)).toEqual(['saw.wake', 'saw.tick', 'saw.alarm']);
  });

  it('says nothing of a command that no concern takes', () => {
    expect(trace([command(1, 'unheard-of')]).events).toEqual([]);
  });

  it('ends a concern that feeds itself', () => {
    const endless: Concern<null> = {
      ...counter,
      commands: ['tick'],
      init: () => null,
      decide: (_state, one) => ({ events: [], deliver: [one] }),
    };
    expect(() => trace([command(1, 'tick')], 10, [endless])).toThrow('set off more than');
  });
});

describe('the digest', () => {
  it('is equal for equal traces, and another for another event, order, version or reading', () => {
    const inputs = [command(1, 'tick'), command(2, 'tick')];
    const { digest } = trace(inputs).end;
    expect(trace(inputs).end.digest).toBe(digest);
    const others = [
      trace([command(1, 'tick')]).end.digest,
      trace([command(1, 'tick'), command(3, 'tick')]).end.digest,
      trace([command(1, 'tick'), command(2, 'tick', { ref: 'g@1+1' })]).end.digest,
      trace(inputs, 1_000, [{ ...counter, version: 2 } as Concern]).end.digest,
    ];
    expect(new Set([digest, ...others]).size).toBe(5);
  });
});

describe('an effect', () => {
  const request = { entity: 'a:1', operation: 'handler', ordinal: 0, input: 'GET /x' };
  const recorded = [{ operation: 'handler', ordinal: 0, input: 'GET /x', answer: 200 }];

  it('is answered from the record only for the same input', () => {
    expect(answerEffect(request, recorded, () => null)).toEqual({ provenance: 'recorded', answer: 200 });
    expect(answerEffect({ ...request, input: 'GET /y' }, recorded, () => null)).toEqual({
      provenance: 'unknown',
      answer: null,
    });
  });

  it('says when its answer is granted', () => {
    const granted = answerEffect({ ...request, ordinal: 1 }, recorded, () => ({ answer: 201, assumption: 'A1' }));
    expect(granted).toEqual({ provenance: 'assumed', answer: 201, assumption: 'A1' });
  });
});
