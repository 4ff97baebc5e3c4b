import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';

// Many processes a test, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const sampleFolder = join(root, 'samples/agent-scope');
export const healthyFolder = join(root, 'samples/healthy');

/** The bundle starts faster, but only one that is newer than every source says anything about them. */
function entry(): string {
  const bundle = join(root, 'dist/main.js');
  const built = existsSync(bundle) ? statSync(bundle).mtimeMs : 0;
  const isNewer = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).every(
    (name) => statSync(join(root, 'src', name)).mtimeMs < built,
  );
  return isNewer ? bundle : join(root, 'src/cli/main.ts');
}
const main = entry();

/** A folder of the test file's own, gone at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'inquest-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export type Environment = Readonly<Record<string, string>>;

/** The program in a process of its own, from its sources. */
export function start(args: readonly string[], env: Environment, stdout: 'pipe' | number = 'pipe'): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TERM: 'xterm', ...env },
    stdio: ['ignore', stdout, 'pipe'],
  });
}

export function finish(child: ChildProcess): Promise<Run> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });
}

/** Runs with the data folder that is given, so that a case is built once a test file. */
export const runner =
  (data: string) =>
  (...args: readonly string[]): Promise<Run> =>
    finish(start(args, { INQUEST_DATA: data }));
