/** The program in a real terminal device, its screen drawn by an emulator. */
import { execFileSync } from 'node:child_process';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = new URL('../../', import.meta.url).pathname;

export interface Program {
  readonly pid: number;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly screen: () => string;
  /** Waits until the screen shows it; fails with the screen when it never does. */
  readonly shows: (what: string | RegExp) => Promise<void>;
  readonly hides: (what: string) => Promise<void>;
  readonly exited: () => Promise<number>;
  /** Waits until its process group is stopped. */
  readonly stopped: () => Promise<void>;
  readonly buffer: () => 'normal' | 'alternate';
  /** Everything that was written to the terminal. */
  readonly output: () => string;
}

const patienceMs = 20_000;

/** Starts it through its launcher, as people do. */
export function startProgram(
  args: readonly string[],
  dataFolder: string,
  env: Readonly<Record<string, string>> = {},
): Program {
  const term = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const child = pty.spawn(process.execPath, ['bin/inquest.cjs', ...args], {
    cols: 80,
    rows: 24,
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: dataFolder, TERM: 'xterm-256color', INQUEST_DATA: dataFolder, ...env },
  });
  let output = '';
  let exit: number | null = null;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  child.onData((data) => {
    output += data;
    term.write(data, changed);
  });
  child.onExit(({ exitCode, signal }) => {
    exit = signal === undefined || signal === 0 ? exitCode : 128 + signal;
    term.write('', changed);
  });
  const screen = (): string =>
    Array.from(
      { length: term.rows },
      (_, row) => term.buffer.active.getLine(row)?.translateToString(true, 0, term.cols) ?? '',
    ).join('\n');
  const until = (what: string, holds: () => boolean): Promise<void> =>
    new Promise((done, fail) => {
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        listeners.delete(check);
        done();
      };
      const timer = setTimeout(() => {
        listeners.delete(check);
        fail(new Error(`never came: ${what}\nexit: ${exit}\n${screen()}`));
      }, patienceMs);
      listeners.add(check);
      check();
    });
  return {
    pid: child.pid,
    type: (keys) => child.write(keys),
    resize: (columns, rows) => {
      term.resize(columns, rows);
      child.resize(columns, rows);
    },
    kill: (signal) => process.kill(child.pid, signal),
    screen,
    shows: (what) =>
      until(String(what), () => (typeof what === 'string' ? screen().includes(what) : what.test(screen()))),
    hides: (what) => until(`no ${what}`, () => !screen().includes(what)),
    exited: async () => {
      await until('the end', () => exit !== null);
      return exit ?? -1;
    },
    stopped: async () => {
      // A stopped process tells nobody, so it has to be asked.
      while (!execFileSync('ps', ['-o', 'stat=', '-p', String(child.pid)], { encoding: 'utf8' }).startsWith('T'))
        await new Promise((next) => setTimeout(next, 20));
      // What it wrote before may still be on its way through the terminal device.
      await until('the main screen', () => term.buffer.active.type === 'normal');
    },
    buffer: () => term.buffer.active.type,
    output: () => output,
  };
}
