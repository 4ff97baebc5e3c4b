// The launcher's parts, typed for its tests, and small projects to launch.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const require = createRequire(import.meta.url);
export const root = join(import.meta.dirname, '../..');
const load = (name: string): unknown => require(join(root, 'bin', name));

type Env = Readonly<Record<string, string | undefined>>;

export const launcher = load('inquest.cjs') as {
  readonly dataFolder: (env: Env) => string;
  readonly folderOfPerson: (env: Env, packageFolder: string) => string | null;
  readonly outputsOf: (args: readonly string[]) => readonly string[];
  readonly permissionFlags: (folders: readonly string[]) => readonly string[];
  readonly programEnvironment: (env: Env, data: string) => Env;
  readonly writableFolders: (args: readonly string[], cwd: string, env: Env) => readonly string[];
};

type Runtime = { readonly node: string; readonly install: boolean } | { readonly problem: string };

export const runtimes = load('runtime.cjs') as {
  readonly engineFlags: readonly string[];
  readonly chooseRuntime: (folder: string, version: string) => Runtime;
  readonly isNewEnough: (version: string) => boolean;
  readonly pinnedPath: (folder: string) => string | null;
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone when the file's tests are done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'inquest-launcher-'));
  folders.push(folder);
  return folder;
}

/** Writes the files of a small project. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** An installed package whose program is `main`: the real launcher, and no sources. */
export function packageOf(main: string): string {
  const folder = newFolder();
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  return writeFiles(folder, {
    'package.json': JSON.stringify({ name: 'inquest', version: '1.2.3', type: 'module' }),
    'dist/main.js': main,
  });
}

/** A checkout whose build takes a moment, fails when told so, and counts itself in `builds.log`. */
export function checkoutOf(main: string): string {
  const folder = packageOf(main);
  writeFiles(folder, {
    'src/cli/main.ts': main,
    'package-lock.json': '{}',
    'tools/build.mjs': `import { appendFileSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
if (existsSync('fail')) process.exit(7);
appendFileSync('builds.log', 'built\\n');
await new Promise((resolve) => setTimeout(resolve, 500));
mkdirSync('dist', { recursive: true });
copyFileSync('src/cli/main.ts', 'dist/main.js');
`,
  });
  writeFiles(folder, { 'node_modules/.inquest-stamp': `${process.platform}-${process.arch}\n{}` });
  return folder;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves to the output once it matches. */
  readonly says: (pattern: RegExp) => Promise<string>;
}

/** Starts `node` with the arguments; `env` is added to ours. */
export function startNode(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Env } = {},
): Running {
  const { npm_lifecycle_event: _event, INIT_CWD: _cwd, ...ours } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...ours, NODE_OPTIONS: '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  const says = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(out)) resolve(out);
      };
      look();
      child.stdout.on('data', look);
      void ended.then(() => reject(new Error(`ended without ${pattern}: ${out}${err}`)));
    });
  return { child, ended, says };
}

/** Starts the launcher of a package or checkout. */
export const launch = (
  folder: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Env } = {},
): Running => startNode([join(folder, 'bin/inquest.cjs'), ...args], { cwd: folder, ...options });

/** Resolves when the process is gone; rejects after the time. */
export async function untilGone(pid: number, withinMs: number): Promise<void> {
  for (let waited = 0; waited < withinMs; waited += 50) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.kill(pid, 'SIGKILL');
  throw new Error(`process ${pid} still ran after ${withinMs} ms`);
}
