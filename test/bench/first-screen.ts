/** The time until a person sees something: the program in a real terminal device, its screen drawn by an emulator. */
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const size = { cols: 120, rows: 40 };
const patienceMs = 60_000;

/** Milliseconds until the screen shows the text; then the program is ended. */
export async function timeUntilShown(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  text: string,
): Promise<number> {
  const term = new xterm.Terminal({ ...size, allowProposedApi: true });
  const isShown = (): boolean => {
    for (let row = 0; row < size.rows; row += 1)
      if (term.buffer.active.getLine(row)?.translateToString(true).includes(text) === true) return true;
    return false;
  };
  const started = performance.now();
  const child = pty.spawn(command, [...args], { ...size, env: { ...env, TERM: 'xterm-256color' } });
  const ended = new Promise<void>((resolve) => {
    child.onExit(() => resolve());
  });
  let written = '';
  try {
    return await new Promise<number>((resolve, reject) => {
      const lost = (why: string): void => reject(new Error(`${text} never shown (${why}): ${JSON.stringify(written)}`));
      const timer = setTimeout(() => lost('too slow'), patienceMs);
      child.onData((data) => {
        written = (written + data).slice(-2_000);
        term.write(data, () => {
          if (!isShown()) return;
          clearTimeout(timer);
          resolve(performance.now() - started);
        });
      });
      void ended.then(() => {
        clearTimeout(timer);
        lost('it ended');
      });
    });
  } finally {
    child.kill('SIGTERM');
    await ended;
    term.dispose();
  }
}
