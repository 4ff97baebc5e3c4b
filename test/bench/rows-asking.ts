/** Rows about answers from a case that stands. */
import { join } from 'node:path';
import { vocabularyOf } from './audit-lines.ts';
import { askDuckdb, askLnav, duckdb, grep, lnav, loadDuckdb } from './others.ts';
import { grouped } from './page.ts';
import type { PageTimes } from './pages.ts';
import { archiveOf, fileOf, inNewFolder, inquest, note, script, seed, styles } from './places.ts';
import { type Run, runProgram } from './process-tree.ts';
import type { Pair } from './ratios.ts';
import { compared, milliseconds, type Row, seconds, together } from './row.ts';

/** A file may be taken for changing so shortly after it was written; then its digest is taken anew each time. */
const settledMs = 2_500;

/** With a case of the archive in the data folder, asked for once. */
const withCase = <T>(archive: string, action: (folder: string, env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> =>
  inNewFolder(async (folder, env) => {
    await inquest(['index', archive, '--json'], env);
    await new Promise((resolve) => setTimeout(resolve, settledMs));
    await inquest(['timeline', archive, '--limit', '1'], env);
    return action(folder, env);
  });

async function paired(count: number, ours: () => Promise<Run>, theirs: () => Promise<Run>): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let pair = 1; pair <= count; pair += 1) {
    const other = await theirs();
    pairs.push({ ours: (await ours()).wallMs, theirs: other.wallMs });
  }
  return pairs;
}

/** A request of the middle. */
async function someRequest(lines: number): Promise<string> {
  const file = await fileOf(lines);
  const { out } = await runProgram('sed', ['-n', `${Math.floor(lines / 2)},+20p`, file], process.env);
  const found = /"request_id":"(rq_[0-9a-f]+)"/.exec(out)?.[1];
  if (found === undefined) throw new Error('the middle of the trail names no request');
  return found;
}

const requestLnav: Row = {
  id: 'request-lnav',
  needs: [lnav],
  async measure({ lines, pairs }) {
    const [archive, request] = [await archiveOf(lines), await someRequest(lines)];
    const query = `SELECT log_time, action, outcome FROM bench_audit WHERE request_id = '${request}'`;
    const times = await withCase(archive, (folder, env) =>
      paired(
        pairs,
        () => inquest(['timeline', archive, '--where', `request:${request}`], env),
        () => askLnav(archive, query, join(folder, 'other')),
      ),
    );
    return compared('all events of a request', 'lnav', times, 0.03, seconds);
  },
};

const requestDuckdb: Row = {
  id: 'request-duckdb',
  needs: [duckdb],
  async measure({ lines, pairs }) {
    const [archive, request, plain] = [await archiveOf(lines), await someRequest(lines), await fileOf(lines)];
    const times = await withCase(archive, async (folder, env) => {
      const database = join(folder, 'bench.duckdb');
      await loadDuckdb(plain, database);
      return paired(
        pairs * 3,
        () => inquest(['timeline', archive, '--where', `request:${request}`], env),
        () => askDuckdb(database, request),
      );
    });
    return compared('all events of a request', 'DuckDB, loaded', times, 0.6, milliseconds);
  },
};

/** A word that a few lines hold. */
async function rareWord(file: string): Promise<string> {
  const words = vocabularyOf(seed, styles.usual.words);
  for (let at = words.length - 1; at > 0; at -= 1) {
    const word = words[at] ?? '';
    const found = await runProgram('sh', ['-c', `grep -cwF -- "${word}" "${file}" || true`], process.env);
    const count = Number(found.out);
    if (count > 0 && count <= 20) return word;
  }
  throw new Error('no word is rare');
}

const word: Row = {
  id: 'word',
  needs: [grep],
  async measure({ lines, pairs }) {
    const [archive, file] = [await archiveOf(lines), await fileOf(lines)];
    const wanted = await rareWord(file);
    const times = await withCase(archive, (_folder, env) =>
      paired(
        pairs * 3,
        () => inquest(['timeline', archive, '--search', wanted], env),
        () => runProgram('grep', ['-F', '--', wanted, file], process.env),
      ),
    );
    return compared('a rare word', 'grep -F, plain file', times, 0.7, milliseconds);
  },
};

async function pageTimes(lines: number): Promise<PageTimes> {
  note(`  pages of ${grouped(lines)} lines`);
  const archive = await archiveOf(lines);
  return inNewFolder(async (folder, env) => {
    const file = join(folder, 'bench.inquest');
    await inquest(['index', archive, '--case', file, '--json'], env);
    const { out } = await runProgram(process.execPath, [script('pages.ts'), file], env);
    return JSON.parse(out) as PageTimes;
  });
}

const pages: Row = {
  id: 'pages',
  async measure({ lines, more }) {
    const [large, small] = [await pageTimes(more), await pageTimes(lines)];
    const [of, over] = [grouped(more), `${grouped(lines)} lines`];
    const one = (name: string, key: keyof PageTimes): ReturnType<typeof compared> =>
      compared(
        `${name}, 95th percentile, ${of} lines`,
        over,
        [{ ours: large[key], theirs: small[key] }],
        1.5,
        (ms) => `${ms.toFixed(2)} ms`,
      );
    return together([
      one('a page', 'page'),
      one("a page of an entity's", 'entity'),
      one("a page of a word's", 'word'),
      compared(
        `histogram by pyramid, ${of} lines`,
        'by scan',
        [{ ours: large.pyramid, theirs: large.scan }],
        1 / 100,
        (ms) => `${ms.toFixed(2)} ms`,
      ),
    ]);
  },
};

export const askingRows: readonly Row[] = [requestLnav, requestDuckdb, word, pages];
