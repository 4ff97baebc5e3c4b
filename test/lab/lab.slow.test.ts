// Protects against the same two errors over many seeds: LAB_SEEDS says how many, LAB_FROM the first one.
import { expect, it } from 'vitest';
import { report, runSeed } from './run.ts';

const isShort = process.env.INQUEST_SHORT === '1';
const count = Number(process.env.LAB_SEEDS ?? (isShort ? 5 : 200));
const from = Number(process.env.LAB_FROM ?? 1);

it(`says nothing false of the incidents ${from} to ${from + count - 1}`, {
  timeout: 60_000 + count * 20_000,
}, async () => {
  const wrong: string[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const ran = await runSeed(seed);
    if (ran.violations.length > 0) wrong.push(report(ran));
  }
  expect(wrong.join('\n\n')).toBe('');
});
