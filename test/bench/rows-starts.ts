/** Rows about the time until something is seen, over `node -e 0`. */
import { timeUntilShown } from './first-screen.ts';
import { archiveOf, inNewFolder, launcher, nodeAtHand, note, sample } from './places.ts';
import { runProgram } from './process-tree.ts';
import type { Pair } from './ratios.ts';
import { compared, milliseconds, type Row, together } from './row.ts';

/** Starts are short, so that many of them are compared. */
const rounds = 9;

/** How the top row of every screen begins; what the launcher or an error says begins otherwise. */
const title = 'inquest  ';
const firstScreenLimit = 4.5;

interface Start {
  readonly name: string;
  readonly limit: number | null;
  /** Milliseconds when `node` starts the launcher. */
  readonly timeMs: (node: string) => Promise<number>;
}

const command =
  (...args: readonly string[]): Start['timeMs'] =>
  (node) =>
    inNewFolder(async (_folder, env) => (await runProgram(node, [launcher, ...args], env)).wallMs);

/** `inquest ARCHIVE` at a terminal, never opened before, until the text stands. */
const screen =
  (archive: string, text: string): Start['timeMs'] =>
  (node) =>
    inNewFolder((_folder, env) => timeUntilShown(node, [launcher, archive], env, text));

export const starts: Row = {
  id: 'starts',
  async measure({ lines }) {
    const large = await archiveOf(lines);
    const first: Start = { name: 'first screen, sample', limit: firstScreenLimit, timeMs: screen(sample, title) };
    const byNodeAtHand: readonly Start[] = [
      first,
      { name: 'first screen, large archive', limit: firstScreenLimit, timeMs: screen(large, title) },
      { name: 'cause on the screen, sample', limit: null, timeMs: screen(sample, 'CONFIRMED') },
      { name: '--version', limit: null, timeMs: command('--version') },
      { name: '--help', limit: null, timeMs: command('--help') },
      { name: 'diagnose, sample', limit: null, timeMs: command('diagnose', sample) },
    ];
    const all = byNodeAtHand.map((start) => ({ ...start, node: nodeAtHand }));
    // Where the program runs on another Node, the first screen as that one starts it.
    if (nodeAtHand !== process.execPath)
      all.push({
        ...first,
        name: `${first.name}, by Node ${process.versions.node}`,
        limit: null,
        node: process.execPath,
      });
    const pairs = all.map((): Pair[] => []);
    for (let round = 1; round <= rounds; round += 1) {
      note(`  round ${round} of ${rounds}`);
      for (const [i, start] of all.entries()) {
        const theirs = (await runProgram(start.node, ['-e', '0'], process.env)).wallMs;
        pairs[i]?.push({ ours: await start.timeMs(start.node), theirs });
      }
    }
    return together(all.map(({ name, limit }, i) => compared(name, 'node -e 0', pairs[i] ?? [], limit, milliseconds)));
  },
};
