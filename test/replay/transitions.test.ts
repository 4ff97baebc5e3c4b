// Protects the alignment of state changes: what is paired, what is counted against the prediction, and what it costs.
import { describe, expect, it } from 'vitest';
import { fitnessOf, TallyCounter } from '../../src/replay/fidelity/tally.ts';
import { alignTransitions, type Transition } from '../../src/replay/fidelity/transitions.ts';

const off = (at: number): Transition => ({ at, type: 'agent.offline', entity: 'agent:a', ref: 'f@0+1' });
const on = (at: number): Transition => ({ at, type: 'agent.online', entity: 'agent:a', ref: 'f@0+1' });
const moves = (observed: readonly Transition[], predicted: readonly Transition[]): string[] =>
  alignTransitions(observed, predicted, 0, 60).map((one) => one.move);

describe('alignment', () => {
  it.each<readonly [string, Transition[], Transition[], string[]]>([
    ['nothing on either side', [], [], []],
    ['the same change at the same time', [off(10)], [off(10)], ['match']],
    ['a sweep later', [off(10)], [off(40)], ['minor']],
    ['too far apart to be one', [off(10)], [off(100)], ['observed_only', 'predicted_only']],
    ['another type', [off(10)], [on(10)], ['observed_only', 'predicted_only']],
    ['one more predicted', [off(10)], [off(10), on(30)], ['match', 'predicted_only']],
    ['one more observed', [off(10), on(30), off(90)], [off(10), off(90)], ['match', 'observed_only', 'match']],
  ])('%s', (_name, observed, predicted, expected) => {
    expect(moves(observed, predicted)).toEqual(expected);
  });
});

describe('fitness', () => {
  const tally = (...added: Parameters<TallyCounter['add']>[]) => {
    const counter = new TallyCounter();
    for (const one of added) counter.add(...one);
    return counter.result();
  };
  const plain = { telling: false, terminal: false };

  it('is whole where all matches, and where nothing could be wrong', () => {
    expect(fitnessOf(tally(['match', plain], ['match', plain]))).toBe(1000);
    expect(fitnessOf(tally(['unobservable', plain]))).toBe(1000);
  });

  it('is nothing where everything stands alone', () => {
    expect(fitnessOf(tally(['observed_only', plain], ['predicted_only', plain]))).toBe(0);
  });

  it('counts as evidence only what a constant answer would have got wrong', () => {
    expect(
      tally(
        ['match', { telling: true, terminal: false }],
        ['match', plain],
        ['critical', { telling: true, terminal: false }],
      ),
    ).toMatchObject({
      refused: 1,
      accepted: 1,
    });
  });

  it('weighs a lost final state double', () => {
    expect(tally(['observed_only', { telling: true, terminal: true }]).cost).toBe(
      2 * tally(['observed_only', plain]).cost,
    );
  });
});
