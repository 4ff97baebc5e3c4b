/** A running query cannot be stopped from within: the launcher is asked to end the whole process, unless it is done in time. */
import { failureExit } from '../base/result.ts';

/** As the launcher reads it: `text` goes to standard error, `code` is the exit code. */
interface Deadline {
  readonly kill_after_ms: number;
  readonly text: string;
  readonly code: number;
}

/** Returns what takes the request back; null where there is no launcher to ask. */
async function ask(deadline: Deadline): Promise<(() => void) | null> {
  const send = process.send?.bind(process);
  if (send === undefined || !process.connected) return null;
  await new Promise<void>((resolve) => send(deadline, undefined, {}, () => resolve()));
  return () => {
    send({ kill_after_ms: null });
  };
}

/** Returns what takes the request back. Without a launcher there is no limit. */
export async function askForDeadline(seconds: number, what: string): Promise<() => void> {
  const text = `inquest: ${what} ran longer than ${seconds} s: it was stopped\nNarrow it down, or raise the limit with --timeout SECONDS.\n`;
  const takeBack = await ask({ kill_after_ms: seconds * 1_000, text, code: failureExit.query_stopped });
  return takeBack ?? (() => undefined);
}

/** What a person who leaves does not notice. */
const leavingMs = 100;
/** Without a launcher the process has to end its threads after all. */
const orphanMs = 2_000;

/**
 * Waits for threads that hold SQLite, before the process ends with `code`. They are ended by nobody but themselves, or by
 * the launcher together with the process: ending such a thread alone can take the process along.
 */
export async function threadsEnded(threads: readonly Promise<void>[], code: number): Promise<void> {
  const launched = await ask({ kill_after_ms: leavingMs, text: '', code });
  const orphaned = new Promise<void>((resolve) => setTimeout(resolve, orphanMs));
  await Promise.race([Promise.all(threads), orphaned]);
  launched?.();
}
