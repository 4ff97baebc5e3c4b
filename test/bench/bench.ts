/**
 * `npm run bench`: speed, memory and size as ratios that were measured side by side in one run.
 * `-- --only ID,ID` some of the rows, `--records N` lines in the archive, `--more N` in the large one, `--pairs N` of each
 * measurement, `--install-duckdb` what one of the rows needs, `--write` puts the results into docs/performance.md. Ends with 1
 * when a limit is passed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, loadavg, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { installDuckdb } from './others.ts';
import { pageWith, type Results, resultText } from './page.ts';
import { dataFolder, note, page } from './places.ts';
import { isOver } from './ratios.ts';
import { type Measured, type Row, type Sizes, together } from './row.ts';
import { askingRows } from './rows-asking.ts';
import { indexRows } from './rows-index.ts';
import { starts } from './rows-starts.ts';

const rows: readonly Row[] = [...indexRows, ...askingRows, starts];

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${flag} takes a whole number from 1, not ${text}`);
  return value;
}

function chosen(only: string | undefined): readonly Row[] {
  if (only === undefined) return rows;
  return only.split(',').map((id) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`no row ${id}: ${rows.map((one) => one.id).join(', ')}`);
    return row;
  });
}

async function measured(row: Row, sizes: Sizes, absent: string[]): Promise<Measured> {
  const reasons = await Promise.all((row.needs ?? []).map((other) => other.absent()));
  const why = reasons.find((reason) => reason !== null);
  if (why === undefined) {
    note(row.id);
    return row.measure(sizes);
  }
  absent.push(`${row.id} was not measured: ${why}.`);
  return { findings: [], amounts: [] };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '1000000' },
      more: { type: 'string' },
      pairs: { type: 'string', default: '3' },
      only: { type: 'string' },
      'install-duckdb': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const lines = positive('--records', values.records);
  const sizes: Sizes = {
    lines,
    more: values.more === undefined ? lines * 5 : positive('--more', values.more),
    pairs: positive('--pairs', values.pairs),
  };
  const wanted = chosen(values.only);
  mkdirSync(dataFolder, { recursive: true });
  if (values['install-duckdb']) await installDuckdb();
  const [load = 0] = loadavg();
  const absent: string[] = [];
  const parts: Measured[] = [];
  for (const row of wanted) parts.push(await measured(row, sizes, absent));
  const results: Results = {
    machine: {
      system: `${platform()}-${arch()}`,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.versions.node,
      load,
    },
    lines,
    pairs: sizes.pairs,
    ...together(parts),
    absent,
  };
  process.stdout.write(resultText(results));
  if (values.write) writeFileSync(page, pageWith(readFileSync(page, 'utf8'), results));
  return results.findings.some(isOver) ? 1 : 0;
}

process.exitCode = await main();
