// Protects against the two errors that must never be, a false cause and a true one refuted, by incidents drawn at random.
import { expect, it } from 'vitest';
import { report, runSeed } from './run.ts';

// 2021, 2038 and 2059 once had a true cause refuted, or a false one told; in 2134 the second of two causes was not
// named, in 5046 a state from before the evidence counted as wrong, in 2119 nothing was told without an audit.
const seeds = [3, 7, 14, 23, 31, 1012, 1027, 1031, 2021, 2038, 2059, 2119, 2134, 5046];

it('says nothing false of incidents of every shape', { timeout: 120_000 }, async () => {
  const wrong: string[] = [];
  for (const seed of seeds) {
    const ran = await runSeed(seed);
    if (ran.violations.length > 0) wrong.push(report(ran));
  }
  expect(wrong.join('\n\n')).toBe('');
});
