/** A running query cannot be stopped from within: the launcher is asked to end the whole process, unless it is done in time. */

/** Returns what takes the request back. Without a launcher there is nobody to ask, and no limit. */
export async function askForDeadline(seconds: number, what: string): Promise<() => void> {
  const send = process.send?.bind(process);
  if (send === undefined) return () => undefined;
  const text = `inquest: ${what} ran longer than ${seconds} s: it was stopped\nNarrow it down, or raise the limit with --timeout SECONDS.`;
  await new Promise<void>((resolve) => send({ kill_after_ms: seconds * 1_000, text }, undefined, {}, () => resolve()));
  return () => {
    send({ kill_after_ms: null });
  };
}
