/** Standard output carries the answer and nothing else. Who reads it may leave early, and that is no error. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import { fileTrouble } from '../base/file-trouble.ts';
import type { Failure } from '../base/result.ts';
import { exitCodes } from './exit-codes.ts';

/** Waits while the reader is slow, so that memory stays bounded. */
export async function writeOut(text: string): Promise<void> {
  if (text === '' || process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}

/** All that was written has left the process. */
export const flushOut = (): Promise<void> => new Promise((resolve) => process.stdout.write('', () => resolve()));

/** One line, `inquest: what: why`; where it is, and what to do, where that is known. */
export function failureText(failure: Failure): string {
  const lines = [`inquest: ${escapeTerminal(failure.what)}: ${escapeTerminal(failure.why)}`];
  for (const line of failure.shown ?? []) lines.push(escapeTerminal(line));
  if (failure.next !== undefined) lines.push(escapeTerminal(failure.next));
  return `${lines.join('\n')}\n`;
}

/** A closed pipe ends the program quietly; any other failure of standard output is told. */
export function watchStandardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') process.exit(exitCodes.done);
    process.stderr.write(
      failureText({
        code: 'output_unwritable',
        what: 'standard output',
        why: `cannot be written: ${fileTrouble(error)}`,
      }),
    );
    process.exit(exitCodes.usage);
  });
  // Nothing can be said of a broken standard error, and the answer does not need it.
  process.stderr.on('error', () => undefined);
}
