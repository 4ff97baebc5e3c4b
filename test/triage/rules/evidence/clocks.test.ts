// Protects the rule on clocks: one that was off or was set is told with its interval, and one that is right is not.
import { describe, expect, test } from 'vitest';
import { clocks as rule } from '../../../../src/triage/rules/evidence/clocks.ts';
import { at, findIn, type Members, type RecordOf, told } from '../../evidence-folder.ts';

/** A job each minute, by a worker whose clock is off by `offset(minute)` seconds. */
function jobs(offset: (minute: number) => number): Members {
  const made = Array.from({ length: 12 }, (_, minute): RecordOf => {
    const now = minute * 60 + 0.125;
    const clock = (seconds: number): string => at(now + seconds + offset(minute));
    return {
      id: `j${minute}`,
      type: 'replay',
      state: 'completed',
      created_at: at(now),
      updated_at: at(now + 2.1),
      attempt: 1,
      attempts: [{ n: 1, started_at: clock(0.2), finished_at: clock(2), worker: 'w-1', outcome: 'ok' }],
    };
  });
  return { 'jobs.ndjson': made };
}

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: a clock that is right', jobs(() => 0), []],
  ['a clock that was set back by 90 s', jobs((minute) => (minute < 6 ? 0 : -90)), ['stepped low host:w-1']],
  [
    'a clock that one record speaks against',
    jobs((minute) => (minute === 6 ? -90 : 0)),
    ['contradictory low host:w-1'],
  ],
];

describe('evidence/clocks', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('says by how much, and rests on the records that bound it', async () => {
    const [draft] = await findIn(
      rule,
      jobs(() => 7),
    );
    expect(draft?.values).toMatchObject({ moved: 12, shown: 'host:w-1: 6.898 s to 7.202 s ahead' });
    expect(draft?.evidence).toHaveLength(1);
    expect(draft?.evidence[0]).toMatchObject({ kind: 'job', note: 'bounds the clock host:w-1' });
  });
});
