/** tui/: the terminal UI. Imported only when there is a terminal on both sides. */
import './webassembly.ts';
import { render } from 'ink';
import { createElement } from 'react';
import { type Failure, failureExit, ok, type Result } from '../base/result.ts';
import type { CaseReader, Progress } from '../timeline/index.ts';
import { App } from './app.tsx';
import { diagnoseInBackground } from './background.ts';
import { caseFacts } from './case-facts.ts';
import { createSession } from './session.ts';
import { type Display, type News, startState } from './state.ts';
import { autowrap } from './terminal.ts';

export { type KeyBinding, keymap } from './keymap.ts';
export type { Display } from './state.ts';

export interface TuiOptions {
  /** What is being opened, as the user named it. */
  readonly name: string;
  /** Opens or builds the case; the caller closes the reader when the UI has ended. */
  readonly openCase: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<Result<CaseReader>>;
  readonly display: Display;
  /** Told of a thread that may outlive the screens, and has to end by itself before the process may. */
  readonly outlasting: (thread: Promise<void>) => void;
}

/** Progress is drawn at most this often. */
const progressEveryMs = 100;

/** Exit codes of the signals that end the program (cli.md). */
const signalExit = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Shows the screens until the user leaves; the value is the exit code. A case that could not be opened is the failure,
 * to be printed by the caller: the terminal is restored by then. Throws on a defect, with the terminal restored.
 */
export async function openTui(options: TuiOptions): Promise<Result<number>> {
  const { stdin, stdout } = process;
  const now = (): number => performance.now();
  const size = { columns: stdout.columns || 80, rows: stdout.rows || 24 };
  const session = createSession(startState(options.name, size, options.display));
  const abort = new AbortController();
  const cleanups: (() => void)[] = [];

  autowrap(stdout, 'off');
  const ink = render(createElement(App, { session, now }), {
    stdin,
    stdout,
    alternateScreen: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    interactive: true,
    maxFps: 120,
    patchConsole: false,
  });
  const restore = (): void => {
    ink.unmount();
    autowrap(stdout, 'on');
  };
  // Ahead of whoever reports a defect and exits: what is printed on the alternate screen is lost.
  process.on('uncaughtExceptionMonitor', restore);
  process.prependListener('unhandledRejection', restore);
  process.prependListener('exit', restore);
  cleanups.push(() => {
    process.off('uncaughtExceptionMonitor', restore);
    process.off('unhandledRejection', restore);
    process.off('exit', restore);
  });
  let exitCode: number | null = null;
  let failure: Failure | null = null;
  const leave = (code: number): void => {
    exitCode = code;
    ink.unmount();
  };
  for (const signal of Object.keys(signalExit) as (keyof typeof signalExit)[]) {
    const listener = (): void => leave(signalExit[signal]);
    process.on(signal, listener);
    cleanups.push(() => process.off(signal, listener));
  }
  const resized = (): void =>
    session.learn({ type: 'size', size: { columns: stdout.columns || 80, rows: stdout.rows || 24 } });
  stdout.on('resize', resized);
  cleanups.push(() => stdout.off('resize', resized));

  const opening = openStandingCase(options, session.learn, now, abort.signal, (cleanup) => cleanups.push(cleanup)).then(
    (opened) => {
      // Who left before the case stood has the answer already.
      if (opened.ok || abort.signal.aborted) return;
      failure = opened.error;
      leave(failureExit[opened.error.code]);
    },
    (defect: unknown) => ink.unmount(defect instanceof Error ? defect : new Error(String(defect))),
  );

  try {
    const exited = await ink.waitUntilExit();
    exitCode ??= typeof exited === 'number' ? exited : 0;
  } finally {
    autowrap(stdout, 'on');
    abort.abort();
    await opening;
    for (const cleanup of cleanups.toReversed()) cleanup();
  }
  return failure === null ? ok(exitCode) : { ok: false, error: failure };
}

/** Opens the case, shows it as soon as it stands, and starts the diagnosis. */
async function openStandingCase(
  options: TuiOptions,
  tell: (news: News) => void,
  now: () => number,
  signal: AbortSignal,
  atEnd: (cleanup: () => void) => void,
): Promise<Result<null>> {
  const startedMs = now();
  let toldMs = Number.NEGATIVE_INFINITY;
  const onProgress = (progress: Progress): void => {
    if (now() - toldMs < progressEveryMs) return;
    toldMs = now();
    tell({ type: 'opening', opening: { ...progress, elapsedMs: toldMs - startedMs } });
  };
  const opened = await options.openCase(onProgress, signal);
  if (!opened.ok) return opened;
  const reader = opened.value;
  // What asks a case is loaded once there is one: the first screen does not wait for it.
  const { timelineSource } = await import('./timeline/case-source.ts');
  const facts = await caseFacts(reader);
  if (signal.aborted) return ok(null);
  tell({ type: 'standing', standing: { facts, source: timelineSource(reader, options.display.zone) } });
  const background = diagnoseInBackground(reader.path, tell);
  options.outlasting(background.ended);
  atEnd(background.abandon);
  return ok(null);
}
