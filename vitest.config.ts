import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const { engineFlags } = createRequire(import.meta.url)('./bin/runtime.cjs') as { readonly engineFlags: string[] };

/**
 * `npm test` runs all but `*.slow.test.ts`; `npm run test:slow` sets SUITE and runs those alone. INQUEST_SHORT=1 asks them for
 * their short form, which is what `.ci/run` does: all of them together within two minutes.
 */
const slow = process.env.SUITE === 'slow';
const slowTests = 'test/**/*.slow.test.{ts,tsx}';

export default defineConfig({
  test: {
    include: slow ? [slowTests] : ['test/**/*.test.{ts,tsx}'],
    exclude: slow ? ['test/corpora/**'] : ['test/corpora/**', slowTests],
    pool: 'forks',
    execArgv: engineFlags,
    // Most of a test is waiting for threads and files: a core need not be kept free.
    maxWorkers: '100%',
    testTimeout: slow ? 600_000 : 30_000,
    hookTimeout: slow ? 600_000 : 60_000,
    // Results must not hang on where and in which language a person works.
    env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  },
});
