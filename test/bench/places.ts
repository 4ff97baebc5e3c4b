/** Where the bench finds and puts things, and how it runs the program. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { trailArchive, trailFile } from './archive.ts';
import { type Style, usual } from './audit-lines.ts';
import { type Run, runProgram } from './process-tree.ts';

const root = join(import.meta.dirname, '../..');
export const launcher = join(root, 'bin/inquest.cjs');
export const dataFolder = join(root, 'bench-data');
export const page = join(root, 'docs/performance.md');
export const sample = join(root, 'samples/agent-scope');
/** Of the person, who may have another than the program runs on: it starts the launcher, and is what a start is measured by. */
export const nodeAtHand = process.env.INQUEST_STARTED_BY ?? process.execPath;
export const script = (name: string): string => join(import.meta.dirname, name);

export const seed = 'bench';

/** How the lines of an archive are; a measure that is no matter of lines takes the usual ones. */
export const styles = {
  usual,
  plain: { oddOneIn: null, words: 1_000, keys: 'fixed' },
  'shuffled keys': { oddOneIn: null, words: 1_000, keys: 'shuffled' },
  '5 % odd lines': { oddOneIn: 20, words: 1_000, keys: 'fixed' },
  '50,000 words': { oddOneIn: null, words: 50_000, keys: 'fixed' },
} as const satisfies Readonly<Record<string, Style>>;
export type StyleName = keyof typeof styles;

const trail = (lines: number, style: StyleName): { seed: string; lines: number; style?: Style } =>
  style === 'usual' ? { seed, lines } : { seed, lines, style: styles[style] };

export const archiveOf = (lines: number, style: StyleName = 'usual'): Promise<string> =>
  trailArchive(dataFolder, trail(lines, style));
export const fileOf = (lines: number, style: StyleName = 'usual'): Promise<string> =>
  trailFile(dataFolder, trail(lines, style));

export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Runs with a data folder that is new, so that no case is found, and gone afterwards. */
export async function inNewFolder<T>(action: (folder: string, env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(dataFolder, 'run-'));
  try {
    return await action(folder, { ...process.env, INQUEST_DATA: folder, HOME: folder, TMPDIR: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const inquest = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> =>
  runProgram(nodeAtHand, [launcher, ...args], env);

export interface Indexing {
  readonly run: Run;
  readonly caseBytes: number;
}

/** Into a new file, which is gone afterwards. */
export const indexCold = (archive: string): Promise<Indexing> =>
  inNewFolder(async (folder, env) => {
    const file = join(folder, 'bench.inquest');
    const run = await inquest(['index', archive, '--case', file, '--json'], env);
    return { run, caseBytes: statSync(file).size };
  });
