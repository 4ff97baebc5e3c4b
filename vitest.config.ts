import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * `npm test` runs all but `*.slow.test.ts`; `npm run test:slow` sets SUITE and runs those, and tries some properties more often.
 * INQUEST_SHORT=1 asks for a short form, which is what `.ci/run` does: all of them together within two minutes.
 */
const slow = process.env.SUITE === 'slow';
const slowTests = 'test/**/*.slow.test.{ts,tsx}';

/** Files whose properties are tried more often in the slow suite. */
const tried = [
  'test/archive/{damage,zip}.test.ts',
  'test/case/checks.test.ts',
  'test/evidence/{bundle,msgpack}.test.ts',
  'test/timeline/{search-pages,filter/select}.test.ts',
  'test/tools/lighter-string-width.test.ts',
];

/**
 * Rooms whose tests change nothing of their process: one process runs file after file, and has loaded and warmed up what they
 * share. The others start programs, count what their process holds open, or set what a library reads when it is loaded.
 */
const sharing = 'test/{base,case,control-plane,diagnosis,evidence,lab,replay,report,samples,timeline,triage}/**';
const usual = 'test/**/*.test.{ts,tsx}';

export default defineConfig({
  test: {
    exclude: ['test/corpora/**', ...(slow ? [] : [slowTests])],
    pool: 'forks',
    // Much of a test is waiting for threads, files and programs: one more than there are cores keeps them busy.
    maxWorkers: availableParallelism() + 1,
    testTimeout: slow ? 600_000 : 60_000,
    hookTimeout: slow ? 600_000 : 60_000,
    setupFiles: ['test/setup.ts'],
    // Results must not hang on where and in which language a person works.
    env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    projects: slow
      ? [
          {
            extends: true,
            test: { name: 'slow', include: [slowTests, ...(process.env.INQUEST_SHORT === '1' ? [] : tried)] },
          },
        ]
      : [
          { extends: true, test: { name: 'shared', include: [`${sharing}/*.test.{ts,tsx}`], isolate: false } },
          {
            extends: true,
            test: { name: 'alone', include: [usual], exclude: [sharing, 'test/corpora/**', slowTests] },
          },
        ],
  },
});
