/** Every exit code of the program (cli.md). */
export const exitCodes = {
  done: 0,
  /** The answer is no: an expectation was not met. */
  no: 1,
  /** Wrong usage, or output that cannot be written. */
  usage: 2,
  unreadable: 3,
  /** Read, but damaged, with `--strict`. */
  damaged: 4,
  defect: 70,
  interrupted: 130,
} as const;
