/**
 * `npm run bench`: speed, memory and size as ratios that were measured side by side in one run.
 * `-- --records N` lines in the large archive, `--pairs N` of each measurement, `--write` puts the results into
 * docs/performance.md. Ends with 1 when a limit is passed.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trailArchive } from './archive.ts';
import { timeUntilShown } from './first-screen.ts';
import { type Amount, grouped, pageWith, type Results, resultText } from './page.ts';
import { type Run, runProgram } from './process-tree.ts';
import { type Finding, isOver, median, medianRatio, type Pair } from './ratios.ts';
import type { Seen } from './yardstick.ts';

const root = join(import.meta.dirname, '../..');
const launcher = join(root, 'bin/inquest.cjs');
const yardstick = join(import.meta.dirname, 'yardstick.ts');
const dataFolder = join(root, 'bench-data');
const page = join(root, 'docs/performance.md');
const sample = join(root, 'samples/agent-scope');

const seed = 'bench';
/** The small archive is a fifth of the large one. */
const fewerTimes = 5;
/** Starts are short, so that many of them are compared. */
const startPairs = 9;

const limits = { indexing: 5, memoryGrowth: 1.4, firstScreen: 4.5 };
/** Archives of fewer lines do not fill what is bounded, so the growth of memory says nothing of the bound. */
const judgedFromLines = 1_000_000;

/** How the top row of every screen begins; what the launcher or an error says begins otherwise. */
const title = 'inquest  ';

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
const milliseconds = (ms: number): string => `${Math.round(ms)} ms`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Runs with a data folder that is new, so that no case is found, and gone afterwards. */
async function inNewFolder<T>(action: (folder: string, env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(dataFolder, 'run-'));
  try {
    return await action(folder, { ...process.env, INQUEST_DATA: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const inquest = (args: readonly string[]): Promise<Run> =>
  inNewFolder((_folder, env) => runProgram(process.execPath, [launcher, ...args], env));

const nothing = (): Promise<Run> => runProgram(process.execPath, ['-e', '0'], process.env);

interface Indexing {
  readonly run: Run;
  readonly caseBytes: number;
}

const indexCold = (archive: string): Promise<Indexing> =>
  inNewFolder(async (folder, env) => {
    const file = join(folder, 'bench.inquest');
    const args = [launcher, 'index', archive, '--case', file, '--json'];
    const run = await runProgram(process.execPath, args, env);
    return { run, caseBytes: statSync(file).size };
  });

/** Both sides must have read the same, or their times say nothing. */
function compareCounts(run: Run, seen: Seen): void {
  const { totals } = JSON.parse(run.out) as { totals: { records: number; gaps: number } };
  if (totals.records !== seen.records || totals.gaps !== seen.broken)
    throw new Error(`counts differ: ${JSON.stringify(totals)} and ${JSON.stringify(seen)}`);
}

interface Measured {
  readonly findings: readonly Finding[];
  readonly amounts: readonly Amount[];
}

async function measureIndexing(lines: number, pairs: number): Promise<Measured> {
  const fewer = Math.ceil(lines / fewerTimes);
  note(`making the archives: ${grouped(lines)} and ${grouped(fewer)} lines`);
  const large = await trailArchive(dataFolder, { seed, lines });
  const small = await trailArchive(dataFolder, { seed, lines: fewer });

  const times: Pair[] = [];
  const memory: Pair[] = [];
  const sizes: Pair[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const bare = await runProgram(process.execPath, [yardstick, large], process.env);
    const { run, caseBytes } = await indexCold(large);
    const seen = JSON.parse(bare.out) as Seen;
    compareCounts(run, seen);
    const smaller = await indexCold(small);
    times.push({ ours: run.wallMs, theirs: bare.wallMs });
    sizes.push({ ours: caseBytes, theirs: seen.bytes });
    memory.push({ ours: run.peakBytes ?? Number.NaN, theirs: smaller.run.peakBytes ?? Number.NaN });
    note(`pair ${pair} of ${pairs}: indexing ${seconds(run.wallMs)}, yardstick ${seconds(bare.wallMs)}`);
  }
  const ours = (side: readonly Pair[]): number => median(side.map((pair) => pair.ours));
  const theirs = (side: readonly Pair[]): number => median(side.map((pair) => pair.theirs));
  return {
    findings: [
      { name: 'indexing', against: 'yardstick', ratio: medianRatio(times), limit: limits.indexing },
      {
        name: `peak memory, ${grouped(lines)} lines`,
        against: `${grouped(fewer)} lines`,
        ratio: medianRatio(memory),
        limit: lines < judgedFromLines ? null : limits.memoryGrowth,
      },
      { name: 'case file', against: 'decompressed bytes', ratio: medianRatio(sizes), limit: null },
    ],
    amounts: [
      { name: 'yardstick', text: seconds(theirs(times)) },
      { name: 'indexing', text: seconds(ours(times)) },
      { name: `peak memory, ${grouped(lines)} lines`, text: mebibytes(ours(memory)) },
      { name: `peak memory, ${grouped(fewer)} lines`, text: mebibytes(theirs(memory)) },
      { name: 'decompressed', text: mebibytes(theirs(sizes)) },
      { name: 'case file', text: mebibytes(ours(sizes)) },
      { name: 'archive', text: mebibytes(statSync(large).size) },
    ],
  };
}

interface Start {
  readonly name: string;
  readonly limit: number | null;
  readonly timeMs: () => Promise<number>;
}

const command =
  (...args: readonly string[]): Start['timeMs'] =>
  async () =>
    (await inquest(args)).wallMs;

/** `inquest ARCHIVE` at a terminal, never opened before, until the text stands. */
const screen =
  (archive: string, text: string): Start['timeMs'] =>
  () =>
    inNewFolder((_folder, env) => timeUntilShown(process.execPath, [launcher, archive], env, text));

async function measureStarts(lines: number): Promise<Measured> {
  const large = await trailArchive(dataFolder, { seed, lines });
  const starts: readonly Start[] = [
    { name: 'first screen, sample', limit: limits.firstScreen, timeMs: screen(sample, title) },
    { name: 'first screen, large archive', limit: limits.firstScreen, timeMs: screen(large, title) },
    { name: 'cause on the screen, sample', limit: null, timeMs: screen(sample, 'CONFIRMED') },
    { name: '--version', limit: null, timeMs: command('--version') },
    { name: '--help', limit: null, timeMs: command('--help') },
    { name: 'diagnose, sample', limit: null, timeMs: command('diagnose', sample) },
  ];
  const pairs = starts.map((): Pair[] => []);
  for (let round = 1; round <= startPairs; round += 1) {
    note(`starts: round ${round} of ${startPairs}`);
    for (const [i, start] of starts.entries()) {
      const theirs = (await nothing()).wallMs;
      pairs[i]?.push({ ours: await start.timeMs(), theirs });
    }
  }
  return {
    findings: starts.map(({ name, limit }, i) => ({
      name,
      against: 'node -e 0',
      ratio: medianRatio(pairs[i] ?? []),
      limit,
    })),
    amounts: [
      { name: 'node -e 0', text: milliseconds(median(pairs.flat().map(({ theirs }) => theirs))) },
      ...starts.map(({ name }, i) => ({
        name,
        text: milliseconds(median((pairs[i] ?? []).map(({ ours }) => ours))),
      })),
    ],
  };
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${flag} takes a whole number from 1, not ${text}`);
  return value;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '1000000' },
      pairs: { type: 'string', default: '3' },
      write: { type: 'boolean', default: false },
    },
  });
  const lines = positive('--records', values.records);
  const pairs = positive('--pairs', values.pairs);
  mkdirSync(dataFolder, { recursive: true });
  const [load = 0] = loadavg();
  const indexing = await measureIndexing(lines, pairs);
  const starts = await measureStarts(lines);
  const results: Results = {
    machine: {
      system: `${platform()}-${arch()}`,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.versions.node,
      load,
    },
    lines,
    pairs,
    findings: [...indexing.findings, ...starts.findings],
    amounts: [...indexing.amounts, ...starts.amounts],
  };
  process.stdout.write(resultText(results));
  if (values.write) writeFileSync(page, pageWith(readFileSync(page, 'utf8'), results));
  return results.findings.some(isOver) ? 1 : 0;
}

process.exitCode = await main();
