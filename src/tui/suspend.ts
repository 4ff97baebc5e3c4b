import type { TerminalSuspension } from 'ink';
import { autowrap } from './terminal.ts';

/** Long enough that it never fires: it only keeps the process alive. */
const foreverMs = 2 ** 31 - 1;

/** Ctrl-Z: hands the terminal back, stops the whole process group (its leader waits for us), and draws again afterwards. */
export async function suspendToShell(suspendTerminal: () => Promise<TerminalSuspension>): Promise<void> {
  const suspension = await suspendTerminal();
  autowrap(process.stdout, 'on');
  // Without a pending timer the event loop would be empty and the program would end on waking up.
  const alive = setInterval(() => undefined, foreverMs);
  process.once('SIGCONT', () => {
    clearInterval(alive);
    autowrap(process.stdout, 'off');
    void suspension.resume();
  });
  process.kill(0, 'SIGSTOP');
}
