import type { Checks } from './check-results.ts';
import type { IntegrityProblem } from './reader-types.ts';

/** Checks that failed, as problems of integrity. A problem begins with its code. */
export const failedProblems = ({ results }: Checks): IntegrityProblem[] =>
  results.flatMap(({ check, result, path, ref, why }) =>
    result === 'failed' ? [{ path, problem: `${check}: ${why}`, ref }] : [],
  );
