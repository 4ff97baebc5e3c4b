/** A terminal in memory: what the screens write is drawn by a real emulator. */
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { type Instance, render } from 'ink';
import { createElement } from 'react';
import { App } from '../../src/tui/app.tsx';
import type { Size } from '../../src/tui/layout.ts';
import { createSession, type Session } from '../../src/tui/session.ts';
import type { State } from '../../src/tui/state.ts';

export interface TestTerminal {
  readonly session: Session;
  readonly ink: Instance;
  /** Bytes that were written. */
  readonly written: () => number;
  /** The screen, row by row, once all that is pending is drawn. */
  readonly screen: () => Promise<readonly string[]>;
  readonly type: (input: string) => void;
  readonly resize: (size: Size) => void;
  /** Cells of the screen that have a colour, or are bold or inverse. */
  readonly styled: () => Promise<number>;
  readonly end: () => void;
}

export function openTerminal(state: State): TestTerminal {
  const { columns, rows } = state.size;
  const term = new xterm.Terminal({ cols: columns, rows, convertEol: true, allowProposedApi: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  let bytes = 0;
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    term.write(chunk);
  });
  const session = createSession(state);
  const ink = render(createElement(App, { session, now: () => performance.now() }), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    interactive: true,
    alternateScreen: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    maxFps: 120,
    patchConsole: false,
  });
  const drawn = async (): Promise<void> => {
    await ink.waitUntilRenderFlush();
    await new Promise<void>((done) => term.write('', done));
  };
  return {
    session,
    ink,
    written: () => bytes,
    screen: async () => {
      await drawn();
      const { active } = term.buffer;
      return Array.from({ length: term.rows }, (_, row) =>
        (active.getLine(row)?.translateToString(true, 0, term.cols) ?? '').trimEnd(),
      );
    },
    styled: async () => {
      await drawn();
      let count = 0;
      for (let row = 0; row < term.rows; row += 1)
        for (let column = 0; column < term.cols; column += 1) {
          const cell = term.buffer.active.getLine(row)?.getCell(column);
          if (cell !== undefined && !cell.isAttributeDefault()) count += 1;
        }
      return count;
    },
    type: (input) => void stdin.write(input),
    resize: (size) => {
      Object.assign(stdout, size);
      term.resize(size.columns, size.rows);
      session.learn({ type: 'size', size });
      stdout.emit('resize');
    },
    end: () => ink.unmount(),
  };
}
