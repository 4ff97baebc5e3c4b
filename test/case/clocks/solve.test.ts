// Protects the offsets of clocks: the interval holds the truth whatever the delays, a step is found where it was, and nothing is
// made up where the evidence does not bound an offset.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Anchor, createAnchorCollector } from '../../../src/case/clocks/anchors.ts';
import { offsetBounds } from '../../../src/case/clocks/bounds.ts';
import { type Clock, reference } from '../../../src/case/clocks/clock.ts';
import { epochsAt } from '../../../src/case/clocks/placing.ts';
import { correctionOf, solveClocks } from '../../../src/case/clocks/solve.ts';

const second = 1_000_000;
const start = 1_770_000_000 * second;
let number = 0;
const place = (): Anchor['place'] => {
  number += 1;
  return { n: number, rank: 0, off: number };
};

/** A message of the clock's host that was received by the reference `delay` later. */
const sent = (clock: string, at: number, offset: number, delay: number): Anchor => ({
  clock,
  own: at + offset,
  other: reference,
  at: at + delay,
  least: offset - delay,
  place: place(),
});
/** The same, told to be of one moment where it was not held up. */
const prompt = (clock: string, at: number, offset: number, delay: number): Anchor => ({
  ...sent(clock, at, offset, delay),
  together: { lo: offset - delay, hi: offset - delay + second, late: true },
});
/** What the clock's host did `delay` after the reference gave it cause to. */
const reacted = (clock: string, at: number, offset: number, delay: number): Anchor => ({
  clock,
  own: at + delay + offset,
  other: reference,
  at,
  most: offset + delay,
  place: place(),
});

function solved(anchors: readonly Anchor[], hosts: ReadonlySet<string> = new Set()): readonly Clock[] {
  const collector = createAnchorCollector();
  for (const anchor of anchors) collector.add(anchor);
  return solveClocks(collector.pairs(), hosts);
}

const only = (clocks: readonly Clock[]): Clock => {
  expect(clocks).toHaveLength(1);
  return clocks[0] as Clock;
};

const offsets = fc.integer({ min: -200 * second, max: 200 * second });
const delays = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });
const moments = fc.integer({ min: 0, max: 7_200 }).map((s) => start + s * second);

describe('one clock that runs evenly', () => {
  it('has an interval that holds its offset, whatever the delays', () => {
    const event = fc.record({ at: moments, delay: delays(400 * second), isSent: fc.boolean() });
    fc.assert(
      fc.property(offsets, fc.array(event, { minLength: 1, maxLength: 60 }), (offset, events) => {
        const anchors = events.map(({ at, delay, isSent }) =>
          isSent ? sent('host:a', at, offset, delay) : reacted('host:a', at, offset, delay),
        );
        const clock = only(solved(anchors));
        const epoch = clock.epochs[0];
        expect(clock.epochs).toHaveLength(1);
        expect(epoch?.offset.lo).toBeLessThanOrEqual(offset);
        expect(epoch?.offset.hi).toBeGreaterThanOrEqual(offset);
        const isTwoSided = events.some(({ isSent }) => isSent) && events.some(({ isSent }) => !isSent);
        expect(clock.state).toBe(isTwoSided ? 'known' : 'unbounded');
        if (!isTwoSided) expect(epoch?.correction).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('is known from prompt messages alone where three slices of time agree', () => {
    fc.assert(
      fc.property(offsets, fc.array(delays(second), { minLength: 3, maxLength: 30 }), (offset, list) => {
        const anchors = list.map((delay, index) => prompt('host:a', start + index * 30 * second, offset, delay));
        const clock = only(solved(anchors));
        expect(clock.state).toBe('known');
        expect(clock.epochs[0]?.offset.lo).toBeLessThanOrEqual(offset);
        expect(clock.epochs[0]?.offset.hi).toBeGreaterThanOrEqual(offset);
      }),
      { numRuns: 100 },
    );
  });

  it('is not known from two messages, nor from scattered ones', () => {
    const at = (delay: number, index: number): Anchor =>
      prompt('host:a', start + index * 30 * second, 7 * second, delay);
    const two = only(solved([0.1, 0.2].map((s, index) => at(s * second, index))));
    expect(two.state).toBe('unbounded');
    const scattered = only(solved([0, 9, 21, 3, 14, 6, 27, 11].map((s, index) => at(s * second, index))));
    expect(scattered.state).toBe('unbounded');
    expect(scattered.epochs[0]).toMatchObject({ offset: { lo: 7 * second }, correction: 0 });
  });

  it('is not doubted for messages that were held up among prompt ones', () => {
    const anchors = Array.from({ length: 40 }, (_, index) =>
      prompt('host:a', start + index * 30 * second, 7 * second, (index % 8 === 3 ? 20 : 0.05) * second),
    );
    const clock = only(solved(anchors));
    expect(clock.state).toBe('known');
    expect(clock.epochs[0]?.offset.lo).toBe(6.95 * second);
  });

  it('has an interval that holds all that it showed where it drifts', () => {
    const drift = (index: number): number => Math.round(index * 0.003 * second) - 0.1 * second;
    const anchors = Array.from({ length: 100 }, (_, index) => [
      sent('host:a', start + index * 36 * second, drift(index), 2_000),
      reacted('host:a', start + index * 36 * second, drift(index), 2_000),
    ]).flat();
    const clock = only(solved(anchors));
    expect(clock.state).toBe('known');
    expect(clock.epochs[0]?.offset.lo).toBeLessThanOrEqual(drift(0));
    expect(clock.epochs[0]?.offset.hi).toBeGreaterThanOrEqual(drift(99));
    expect(clock.epochs[0]?.correction).toBe(0);
  });

  it('is not taken for one that stepped where messages are held up for a while', () => {
    const anchors = Array.from({ length: 60 }, (_, index) =>
      prompt('host:a', start + index * 30 * second, 0, (index >= 20 && index < 30 ? 6 : 0.05) * second),
    );
    expect(only(solved(anchors)).state).toBe('known');
  });
});

describe('a clock that stepped', () => {
  const world = fc.record({
    before: offsets,
    step: fc.integer({ min: 10 * second, max: 100 * second }).chain((size) => fc.constantFrom(size, -size)),
    at: fc.integer({ min: 20, max: 100 }),
    events: fc.array(fc.tuple(delays(2 * second), delays(2 * second)), { minLength: 121, maxLength: 121 }),
  });

  it('has an interval for each stretch that holds its offset, and one for the moment of the step', () => {
    fc.assert(
      fc.property(world, ({ before, step, at, events }) => {
        const anchors = events.flatMap(([out, back], index) => {
          const offset = index < at ? before : before + step;
          const now = start + index * 10 * second;
          return [sent('host:a', now, offset, out), reacted('host:a', now, offset, back)];
        });
        const clock = only(solved(anchors));
        expect(clock.state).toBe('stepped');
        expect(clock.epochs).toHaveLength(2);
        clock.epochs.forEach(({ offset }, index) => {
          const truth = before + index * step;
          expect(offset.lo).toBeLessThanOrEqual(truth);
          expect(offset.hi).toBeGreaterThanOrEqual(truth);
        });
        const began = clock.epochs[1]?.began;
        expect(began?.lo).toBeLessThanOrEqual(start + at * 10 * second);
        expect(began?.hi).toBeGreaterThanOrEqual(start + (at - 1) * 10 * second);
        // Whatever the clock showed, the epoch that it showed it in is among those that it may have been.
        for (const index of [0, at - 1, at, 120]) {
          const epoch = index < at ? 0 : 1;
          expect(epochsAt(clock, start + index * 10 * second + before + epoch * step)).toContain(epoch);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is found from prompt messages alone', () => {
    const anchors = Array.from({ length: 40 }, (_, index) =>
      prompt('agent:a', start + index * 30 * second, index < 25 ? 0 : -90 * second, 0.04 * second),
    );
    const clock = only(solved(anchors));
    expect(clock.state).toBe('stepped');
    expect(clock.epochs.map(({ offset }) => offset.lo)).toEqual([-0.04 * second, -90.04 * second]);
    expect(clock.epochs.map(({ correction }) => correction)).toEqual([0, -90.03 * second]);
  });

  it('is contradictory, and known to no one, where one record alone says otherwise', () => {
    const good = Array.from({ length: 20 }, (_, index) => [
      sent('host:a', start + index * 10 * second, 0, second),
      reacted('host:a', start + index * 10 * second, 0, second),
    ]).flat();
    const odd = reacted('host:a', start + 95 * second, -500 * second, 0);
    const clock = only(solved([...good, odd]));
    expect(clock.state).toBe('contradictory');
    expect(clock.epochs[0]?.offset).toEqual({ lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY });
  });
});

describe('several clocks', () => {
  const constraints = fc.record({
    offsets: fc.array(offsets, { minLength: 1, maxLength: 6 }),
    edges: fc.array(fc.tuple(fc.nat(6), fc.nat(6), delays(50 * second)), { maxLength: 30 }),
  });

  it('have bounds that hold the truth and are no wider than the constraints make them', () => {
    fc.assert(
      fc.property(constraints, ({ offsets: list, edges }) => {
        const truth = [0, ...list];
        const count = truth.length;
        const all = edges.map(([a, b, delay]) => {
          const [from, to] = [a % count, b % count];
          return { from, to, most: (truth[to] as number) - (truth[from] as number) + delay };
        });
        const bounds = offsetBounds(count, all);
        expect(bounds).not.toBeNull();
        // The same by all ways through all nodes (Floyd and Warshall).
        const most = truth.map((_, i) => truth.map((__, j) => (i === j ? 0 : Number.POSITIVE_INFINITY)));
        const row = (i: number): number[] => most[i] as number[];
        for (const { from, to, most: value } of all) row(from)[to] = Math.min(row(from)[to] as number, value);
        for (let k = 0; k < count; k++)
          for (let i = 0; i < count; i++)
            for (let j = 0; j < count; j++)
              row(i)[j] = Math.min(row(i)[j] as number, (row(i)[k] as number) + (row(k)[j] as number));
        truth.forEach((offset, node) => {
          expect(bounds?.[node]?.lo).toBeLessThanOrEqual(offset);
          expect(bounds?.[node]?.hi).toBeGreaterThanOrEqual(offset);
          expect(bounds?.[node]?.hi).toBe(row(0)[node]);
          expect(bounds?.[node]?.lo).toBe(0 - (row(node)[0] as number));
        });
      }),
      { numRuns: 200 },
    );
  });

  it('have no bounds where a circle of causes would be earlier than itself', () => {
    expect(
      offsetBounds(3, [
        { from: 0, to: 1, most: 5 },
        { from: 1, to: 2, most: -9 },
        { from: 2, to: 0, most: 3 },
      ]),
    ).toBeNull();
  });

  it('are bounded through one another', () => {
    const b: Anchor = { ...reacted('host:b', start, 0, 0), other: 'host:a', most: 3 * second, least: 2 * second };
    const clocks = solved([sent('host:a', start, 7 * second, 0), reacted('host:a', start, 7 * second, second), b]);
    expect(clocks.map(({ name, state }) => [name, state])).toEqual([
      ['host:a', 'known'],
      ['host:b', 'known'],
    ]);
    expect(clocks[1]?.epochs[0]?.offset).toEqual({ lo: 9 * second, hi: 11 * second });
  });

  it('are told against the host that answered, unless that is off itself', () => {
    const hosts = new Set(['host:api-1', 'host:api-2']);
    const audited = (host: string, offset: number): Anchor[] => [
      sent(host, start, offset, 0),
      reacted(host, start, offset, 0.01 * second),
    ];
    const seen = (clock: string, host: string, off: number): Anchor[] =>
      [sent(clock, start, 0, 0.1 * second), reacted(clock, start, 0, 0.1 * second)].map((anchor) => ({
        ...anchor,
        other: host,
        at: anchor.at + off,
        ...(anchor.least === undefined ? {} : { least: anchor.least - off }),
        ...(anchor.most === undefined ? {} : { most: anchor.most - off }),
      }));
    const clocks = solved(
      [
        ...audited('host:api-1', 0),
        ...audited('host:api-2', 7 * second),
        ...seen('agent:x', 'host:api-1', 0),
        ...seen('agent:y', 'host:api-2', 7 * second),
      ],
      hosts,
    );
    expect(clocks.map(({ name, epochs }) => [name, epochs[0]?.correction])).toEqual([
      ['agent:x', 0],
      ['agent:y', 0],
      ['host:api-1', 0],
      ['host:api-2', 7.005 * second],
    ]);
  });

  it('come out the same in whatever order the records were read', () => {
    const event = fc.record({
      host: fc.constantFrom('a', 'b'),
      at: moments,
      delay: delays(9 * second),
      way: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 300 }), fc.infiniteStream(fc.nat()), (events, random) => {
        const anchors = events.map(({ host, at, delay, way }) =>
          [sent, prompt, reacted][way]?.(`host:${host}`, at, 7 * second, delay),
        ) as Anchor[];
        const shuffled = anchors
          .map((anchor) => ({ anchor, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ anchor }) => anchor);
        expect(solved(shuffled)).toEqual(solved(anchors));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the correction', () => {
  const certainly = (lo: number, hi: number): number => correctionOf({ lo, hi }, { lo, hi });

  it('is the least that causes ask for, and none where it may be none', () => {
    expect(certainly(-5, 9)).toBe(0);
    expect(certainly(7_000_000, 7_000_400)).toBe(7_000_200);
    expect(certainly(7_000_000, 3_600_000_000)).toBe(7_010_000);
    expect(certainly(-90_000_000, -89_000_000)).toBe(-89_010_000);
    expect(certainly(7_000_000, Number.POSITIVE_INFINITY)).toBe(0);
  });

  it('is near the side that causes bound, where agreement bounds the other', () => {
    const [lo, hi] = [-90_000_000, -89_000_000];
    expect(correctionOf({ lo, hi }, { lo, hi: Number.POSITIVE_INFINITY })).toBe(-89_990_000);
    expect(correctionOf({ lo, hi }, { lo: Number.NEGATIVE_INFINITY, hi })).toBe(-89_010_000);
    expect(correctionOf({ lo, hi }, { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY })).toBe(-89_500_000);
  });
});
