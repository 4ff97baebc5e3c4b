import { everyKind } from '../case/archives.ts';

/** Jobs whose attempts and calls lie between each other's in time: one record is several events, which are no neighbours. */
export const severalParts: Readonly<Record<string, string>> = {
  ...everyKind,
  'jobs.ndjson': Array.from({ length: 6 }, (_, job) =>
    JSON.stringify({
      id: `job_${job}`,
      type: 'replay',
      state: 'completed',
      created_at: `2026-01-31T12:00:0${job}Z`,
      attempt: 2,
      attempts: [0, 1].map((n) => ({
        n: n + 1,
        started_at: `2026-01-31T12:0${n}:0${5 - job}Z`,
        outcome: 'ok',
        calls: [{ op: 'storage.put' }, { op: 'db.read' }],
      })),
    }),
  ).join('\n'),
};
