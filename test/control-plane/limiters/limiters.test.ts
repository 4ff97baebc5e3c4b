// Protects the six rate limit algorithms: each must decide as an independent, plainly written reading of its rule does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Hit,
  hit,
  type LimiterAlgorithm,
  type LimitRule,
  type LimitState,
} from '../../../src/control-plane/index.ts';

const ruleOf = (algorithm: LimiterAlgorithm, rule: Partial<LimitRule> = {}): LimitRule => ({
  algorithm,
  limit: 3,
  windowMs: 100,
  burst: rule.limit ?? 3,
  countsRejected: false,
  since: null,
  ...rule,
});

function hits(rule: LimitRule, times: readonly number[]): Hit[] {
  let state: LimitState | null = null;
  return times.map((at) => {
    const result = hit(rule, state, at);
    state = result.state;
    return result;
  });
}

const admitted = (rule: LimitRule, times: readonly number[]): string =>
  hits(rule, times)
    .map((one) => (one.admitted ? '+' : '-'))
    .join('');

/** Whole histories are scanned again for each hit: slow, and hard to get wrong. */
const oracles: Record<LimiterAlgorithm, (rule: LimitRule, times: readonly number[]) => string> = {
  fixed_window: ({ limit, windowMs, countsRejected }, times) => {
    let answers = '';
    times.forEach((at, index) => {
      const same = times.slice(0, index).filter((_, i) => countsRejected || answers[i] === '+');
      const count = same.filter((time) => Math.floor(time / windowMs) === Math.floor(at / windowMs)).length;
      answers += count >= limit ? '-' : '+';
    });
    return answers;
  },
  fixed_window_first_hit: ({ limit, windowMs, countsRejected }, times) => {
    let answers = '';
    let group: number[] = [];
    times.forEach((at, index) => {
      const opened = group[0] === undefined ? null : (times[group[0]] as number);
      if (opened === null || at - opened >= windowMs) group = [];
      const count = group.filter((i) => countsRejected || answers[i] === '+').length;
      answers += count >= limit ? '-' : '+';
      group.push(index);
    });
    return answers;
  },
  sliding_window_log: ({ limit, windowMs, countsRejected }, times) => {
    let answers = '';
    times.forEach((at, index) => {
      const count = times
        .slice(0, index)
        .filter((time, i) => (countsRejected || answers[i] === '+') && time > at - windowMs && time <= at).length;
      answers += count >= limit ? '-' : '+';
    });
    return answers;
  },
  sliding_window_counter: ({ limit, windowMs, countsRejected }, times) => {
    let answers = '';
    times.forEach((at, index) => {
      const window = Math.floor(at / windowMs);
      const counted = (which: number): number =>
        times
          .slice(0, index)
          .filter((time, i) => (countsRejected || answers[i] === '+') && Math.floor(time / windowMs) === which).length;
      let weighted = 0;
      // The largest whole number w with w <= (1 - (t mod W)/W) * previous.
      while ((weighted + 1) * windowMs <= (windowMs - (at % windowMs)) * counted(window - 1)) weighted += 1;
      answers += weighted + counted(window) >= limit ? '-' : '+';
    });
    return answers;
  },
  token_bucket: ({ limit, windowMs, burst }, times) => {
    // Tokens in units of 1/W, stepped millisecond by millisecond.
    let answers = '';
    let units = BigInt(burst) * BigInt(windowMs);
    let now = times[0] ?? 0;
    for (const at of times) {
      for (; now < at; now += 1) {
        units += BigInt(limit);
        if (units > BigInt(burst) * BigInt(windowMs)) units = BigInt(burst) * BigInt(windowMs);
      }
      const passes = units >= BigInt(windowMs);
      if (passes) units -= BigInt(windowMs);
      answers += passes ? '+' : '-';
    }
    return answers;
  },
  gcra: ({ limit, windowMs, burst }, times) => {
    // Times in units of 1/L milliseconds, so that T = W.
    let answers = '';
    let tat: number | null = null;
    for (const at of times) {
      const now = at * limit;
      const due: number = tat ?? now;
      if (now < due - windowMs * (burst - 1)) answers += '-';
      else {
        tat = Math.max(due, now) + windowMs;
        answers += '+';
      }
    }
    return answers;
  },
};

const algorithms = Object.keys(oracles) as LimiterAlgorithm[];
const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 250 })), {
  minLength: 1,
  maxLength: 40,
});
const traffic = gaps.map((all) => {
  let now = 1_000;
  return all.map((gap) => {
    now += gap;
    return now;
  });
});
const rules = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.integer({ min: 1, max: 120 }),
  burst: fc.integer({ min: 1, max: 8 }),
  countsRejected: fc.boolean(),
});

describe.each(algorithms)('%s', (algorithm) => {
  it('decides as its oracle', () => {
    fc.assert(
      fc.property(rules, traffic, (rule, times) => {
        const full = ruleOf(algorithm, rule);
        expect(admitted(full, times)).toBe(oracles[algorithm](full, times));
      }),
      { numRuns: 300 },
    );
  });

  it('tells the time after which the next request passes, and no sooner', () => {
    fc.assert(
      fc.property(rules, traffic, (rule, times) => {
        // In units of a thousand, so that whole seconds are the clock's own grain.
        const full = ruleOf(algorithm, { ...rule, windowMs: rule.windowMs * 1_000 });
        let state: LimitState | null = null;
        for (const at of times.map((time) => time * 1_000)) {
          const result = hit(full, state, at);
          state = result.state;
          expect(result.admitted).toBe(result.retryAfterS === null);
          if (result.retryAfterS === null) continue;
          expect(hit(full, state, at + result.retryAfterS * 1_000).admitted).toBe(true);
          if (result.retryAfterS > 1)
            expect(hit(full, state, at + (result.retryAfterS - 1) * 1_000).admitted).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells how many more would pass at the same moment', () => {
    fc.assert(
      fc.property(rules, traffic, (rule, times) => {
        const full = ruleOf(algorithm, rule);
        let state: LimitState | null = null;
        for (const at of times) {
          const result = hit(full, state, at);
          state = result.state;
          let more = 0;
          for (let probe = hit(full, state, at); probe.admitted; probe = hit(full, probe.state, at)) more += 1;
          expect(result.remaining).toBe(more);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its state as plain JSON of whole numbers and texts', () => {
    fc.assert(
      fc.property(rules, traffic, (rule, times) => {
        const full = ruleOf(algorithm, rule);
        let state: LimitState | null = null;
        for (const at of times) {
          const plain: LimitState | null = state === null ? null : (JSON.parse(JSON.stringify(state)) as LimitState);
          const result: Hit = hit(full, state, at);
          expect(hit(full, plain, at)).toEqual(result);
          state = result.state;
        }
        expect(JSON.stringify(state)).not.toMatch(/\d\.\d|e\+|null,"held":null/);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses all at a limit of zero, and takes a positive one up again', () => {
    const closed = hit(ruleOf(algorithm, { limit: 0, burst: 0 }), null, 5);
    expect(closed).toMatchObject({ admitted: false, remaining: 0, retryAfterS: null });
    expect(hit(ruleOf(algorithm), closed.state, 6).admitted).toBe(true);
  });

  it('starts anew when algorithm or key changed, and keeps its state when the limit did', () => {
    const rule = ruleOf(algorithm, { limit: 2, burst: 2, windowMs: 10_000 });
    const used = hits(rule, [100, 100]).at(-1)?.state ?? null;
    expect(hit(rule, used, 101).admitted).toBe(false);
    expect(hit({ ...rule, since: 50 }, used, 101).admitted).toBe(true);
    expect(hit({ ...rule, limit: 1, burst: 1 }, used, 101).admitted).toBe(false);
  });
});

describe('boundaries', () => {
  it.each([
    ['fixed_window', [99, 99, 99, 99, 100], '+++-+'],
    ['fixed_window_first_hit', [30, 30, 30, 129, 130], '+++-+'],
    ['sliding_window_log', [30, 40, 50, 129, 130], '+++-+'],
    ['sliding_window_counter', [99, 99, 99, 100, 101, 133, 134], '+++-+-+'],
    ['token_bucket', [0, 0, 0, 33, 34], '+++-+'],
    ['gcra', [0, 0, 0, 33, 34], '+++-+'],
  ] as const)('%s at %j', (algorithm, times, answers) => {
    expect(admitted(ruleOf(algorithm), times)).toBe(answers);
  });

  it('a rejected request counts where the rule says so', () => {
    const times = [0, 0, 0, 50, 120];
    expect(admitted(ruleOf('sliding_window_log', { limit: 1 }), times)).toBe('+---+');
    expect(admitted(ruleOf('sliding_window_log', { limit: 1, countsRejected: true }), times)).toBe('+----');
  });

  it('holds the vector of gcra: T = 100 ms, burst 5', () => {
    const rule = ruleOf('gcra', { limit: 10, windowMs: 1_000, burst: 5 });
    const results = hits(rule, [0, 0, 0, 0, 0, 0, 50, 100, 100, 200, 1_000]);
    expect(results.map((one) => (one.admitted ? '+' : '-')).join('')).toBe('+++++--+-++');
    expect(results.at(-1)?.remaining).toBe(4);
  });

  it('stays exact where products pass 2^53', () => {
    const rule = ruleOf('token_bucket', { limit: 1_000_000_007, windowMs: 86_400_001, burst: 1 });
    const first = hit(rule, null, 1_773_000_000_000);
    expect(first.admitted).toBe(true);
    const emptied = { ...rule, limit: 1 };
    const waiting = hit(emptied, first.state, 1_773_000_000_000 + 86_400_000);
    expect(waiting.admitted).toBe(false);
    expect(hit(emptied, waiting.state, 1_773_000_000_000 + 86_400_001).admitted).toBe(true);
  });
});

describe('a change of the rule', () => {
  it('keeps the count of a fixed window that still runs', () => {
    const used = hits(ruleOf('fixed_window'), [110, 111, 112]).at(-1)?.state ?? null;
    expect(hit(ruleOf('fixed_window', { windowMs: 1_000 }), used, 150).admitted).toBe(false);
    expect(hit(ruleOf('fixed_window', { windowMs: 1_000 }), used, 200).admitted).toBe(true);
  });

  it('keeps tokens up to the new burst, and adds none for a larger one', () => {
    const wide = ruleOf('token_bucket', { limit: 1, windowMs: 1_000_000, burst: 10 });
    const used = hits(wide, [0, 0]).at(-1)?.state ?? null;
    expect(hit({ ...wide, burst: 3 }, used, 1).remaining).toBe(2);
    expect(hit({ ...wide, burst: 90 }, used, 1).remaining).toBe(7);
  });

  it('never lets numbers grow for ever', () => {
    let state: LimitState | null = null;
    for (let step = 0; step < 400; step += 1) {
      const rule = ruleOf('token_bucket', { limit: 1, windowMs: 1_000_003 + 2 * step, burst: 1_000 });
      state = hit(rule, state, step).state;
    }
    expect(JSON.stringify(state).length).toBeLessThan(300);
  });
});
