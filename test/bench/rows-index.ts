/** Rows about reading an archive: time, memory, size. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { askLnav, duckdb, importSqlite, lnav, lnavFailures, loadDuckdb, sqlite, sqliteFailures } from './others.ts';
import { grouped } from './page.ts';
import { archiveOf, fileOf, indexCold, inNewFolder, inquest, note, type StyleName, script, styles } from './places.ts';
import { type Run, runProgram } from './process-tree.ts';
import type { Pair } from './ratios.ts';
import { compared, type Measured, mebibytes, type Row, type Sizes, seconds, together } from './row.ts';
import type { Seen } from './yardstick.ts';

const yardstick = script('yardstick.ts');

/** Both sides must have read the same, or their times say nothing. */
function compareCounts(run: Run, seen: Seen): void {
  const { totals } = JSON.parse(run.out) as { totals: { records: number; gaps: number } };
  if (totals.records !== seen.records || totals.gaps !== seen.broken)
    throw new Error(`counts differ: ${JSON.stringify(totals)} and ${JSON.stringify(seen)}`);
}

async function forEachStyle(
  sizes: Sizes,
  pairOf: (style: StyleName) => Promise<Pair>,
  told: (style: StyleName, pairs: readonly Pair[]) => Measured,
): Promise<Measured> {
  const made: Measured[] = [];
  for (const style of Object.keys(styles) as StyleName[]) {
    const pairs: Pair[] = [];
    for (let pair = 1; pair <= sizes.pairs; pair += 1) {
      const found = await pairOf(style);
      pairs.push(found);
      note(`  ${style}, pair ${pair} of ${sizes.pairs}: ${seconds(found.ours)} and ${seconds(found.theirs)}`);
    }
    made.push(told(style, pairs));
  }
  return together(made);
}

const styled = (name: string, style: StyleName): string => (style === 'usual' ? name : `${name}, ${style}`);

const index: Row = {
  id: 'index',
  measure: (sizes) =>
    forEachStyle(
      sizes,
      async (style) => {
        const archive = await archiveOf(sizes.lines, style);
        const bare = await runProgram(process.execPath, [yardstick, archive], process.env);
        const { run } = await indexCold(archive);
        compareCounts(run, JSON.parse(bare.out) as Seen);
        return { ours: run.wallMs, theirs: bare.wallMs };
      },
      (style, pairs) => compared(styled('indexing', style), 'yardstick', pairs, 3, seconds),
    ),
};

const failuresQuery =
  "SELECT ts / 60000000 AS minute, actor_id, count(*) AS failures FROM audit WHERE outcome IN ('failure', 'denied') GROUP BY 1, 2";

/** Index and count failures per minute and actor; groups that both sides found. */
const indexAndCount = (archive: string): Promise<{ readonly wallMs: number; readonly groups: number }> =>
  inNewFolder(async (folder, env) => {
    const file = join(folder, 'bench.inquest');
    const indexed = await inquest(['index', archive, '--case', file, '--json'], env);
    const counted = await inquest(['sql', archive, failuresQuery, '--case', file, '--csv'], env);
    return { wallMs: indexed.wallMs + counted.wallMs, groups: linesIn(counted.out) - 1 };
  });

const linesIn = (text: string): number => text.split('\n').filter((line) => line.trim() !== '').length;

/** Another program may read an odd line differently, but not a whole part of them. */
function compareGroups(ours: number, theirs: number): void {
  if (Math.abs(ours - theirs) > ours / 50) throw new Error(`${ours} and ${theirs} groups were counted`);
}

const failures = (
  id: string,
  other: Row['needs'],
  name: string,
  limit: number,
  theirs: (sizes: Sizes, style: StyleName, folder: string) => Promise<{ readonly run: Run; readonly groups: number }>,
): Row => ({
  id,
  ...(other === undefined ? {} : { needs: other }),
  measure: (sizes) =>
    forEachStyle(
      sizes,
      async (style) => {
        const { run, groups } = await inNewFolder((folder) => theirs(sizes, style, folder));
        const ours = await indexAndCount(await archiveOf(sizes.lines, style));
        compareGroups(ours.groups, groups);
        return { ours: ours.wallMs, theirs: run.wallMs };
      },
      (style, pairs) => compared(styled('index and count failures', style), name, pairs, limit, seconds),
    ),
});

const indexLnav = failures('lnav', [lnav], 'lnav', 0.9, async ({ lines }, style, folder) => {
  const run = await askLnav(await archiveOf(lines, style), lnavFailures, folder);
  return { run, groups: linesIn(run.out) - 1 };
});

const indexDuckdb = failures('duckdb', [duckdb], 'DuckDB, plain file', 3, async ({ lines }, style, folder) => {
  const run = await loadDuckdb(await fileOf(lines, style), join(folder, 'bench.duckdb'));
  return { run, groups: Number(run.out) };
});

const indexSqlite = failures('sqlite', [sqlite], 'sqlite3 .import', 1.3, async ({ lines }, style, folder) => {
  const run = await importSqlite(await archiveOf(lines, style), join(folder, 'bench.db'), sqliteFailures);
  return { run, groups: linesIn(run.out) };
});

/** The same time for each event, and the same memory, however long the archive is. */
const growth: Row = {
  id: 'growth',
  async measure({ lines, more, pairs }) {
    const [large, small] = [await archiveOf(more), await archiveOf(lines)];
    const speed: Pair[] = [];
    const memory: Pair[] = [];
    for (let pair = 1; pair <= pairs; pair += 1) {
      const ours = (await indexCold(large)).run;
      const theirs = (await indexCold(small)).run;
      speed.push({ ours: ours.wallMs / more, theirs: theirs.wallMs / lines });
      memory.push({ ours: ours.peakBytes ?? Number.NaN, theirs: theirs.peakBytes ?? Number.NaN });
      note(`  pair ${pair} of ${pairs}: ${seconds(ours.wallMs)} and ${seconds(theirs.wallMs)}`);
    }
    const [of, over] = [`${grouped(more)} lines`, `${grouped(lines)} lines`];
    return together([
      compared(`time of an event, ${of}`, over, speed, 1 / 0.8, (ms) => `${(ms * 1_000).toFixed(2)} us`),
      compared(`peak memory, ${of}`, over, memory, 1.5, mebibytes),
    ]);
  },
};

const memoryLnav: Row = {
  id: 'memory',
  needs: [lnav],
  async measure({ lines, pairs }) {
    const archive = await archiveOf(lines);
    const peaks: Pair[] = [];
    for (let pair = 1; pair <= pairs; pair += 1) {
      const theirs = await inNewFolder((folder) => askLnav(archive, lnavFailures, folder));
      const ours = (await indexCold(archive)).run;
      peaks.push({ ours: ours.peakBytes ?? Number.NaN, theirs: theirs.peakBytes ?? Number.NaN });
    }
    return compared('peak memory', 'lnav', peaks, 1, mebibytes);
  },
};

const size: Row = {
  id: 'size',
  async measure({ lines }) {
    const archive = await archiveOf(lines);
    const plain = statSync(await fileOf(lines)).size;
    const { caseBytes } = await indexCold(archive);
    return compared('case file', 'decompressed bytes', [{ ours: caseBytes, theirs: plain }], 1, mebibytes);
  },
};

export const indexRows: readonly Row[] = [index, indexLnav, indexDuckdb, indexSqlite, growth, memoryLnav, size];
