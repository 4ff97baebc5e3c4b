/** Rows about the time until something is seen, over `node -e 0`. */
import { timeUntilShown } from './first-screen.ts';
import { archiveOf, inNewFolder, inquest, launcher, note, nothing, sample } from './places.ts';
import { median, medianRatio, type Pair } from './ratios.ts';
import { medianOf, milliseconds, type Row } from './row.ts';

/** Starts are short, so that many of them are compared. */
const rounds = 9;

/** How the top row of every screen begins; what the launcher or an error says begins otherwise. */
const title = 'inquest  ';
const firstScreenLimit = 4.5;

interface Start {
  readonly name: string;
  readonly limit: number | null;
  readonly timeMs: () => Promise<number>;
}

const command =
  (...args: readonly string[]): Start['timeMs'] =>
  () =>
    inNewFolder(async (_folder, env) => (await inquest(args, env)).wallMs);

/** `inquest ARCHIVE` at a terminal, never opened before, until the text stands. */
const screen =
  (archive: string, text: string): Start['timeMs'] =>
  () =>
    inNewFolder((_folder, env) => timeUntilShown(process.execPath, [launcher, archive], env, text));

export const starts: Row = {
  id: 'starts',
  async measure({ lines }) {
    const large = await archiveOf(lines);
    const all: readonly Start[] = [
      { name: 'first screen, sample', limit: firstScreenLimit, timeMs: screen(sample, title) },
      { name: 'first screen, large archive', limit: firstScreenLimit, timeMs: screen(large, title) },
      { name: 'cause on the screen, sample', limit: null, timeMs: screen(sample, 'CONFIRMED') },
      { name: '--version', limit: null, timeMs: command('--version') },
      { name: '--help', limit: null, timeMs: command('--help') },
      { name: 'diagnose, sample', limit: null, timeMs: command('diagnose', sample) },
    ];
    const pairs = all.map((): Pair[] => []);
    for (let round = 1; round <= rounds; round += 1) {
      note(`  round ${round} of ${rounds}`);
      for (const [i, start] of all.entries()) {
        const theirs = (await nothing()).wallMs;
        pairs[i]?.push({ ours: await start.timeMs(), theirs });
      }
    }
    return {
      findings: all.map(({ name, limit }, i) => ({
        name,
        against: 'node -e 0',
        ratio: medianRatio(pairs[i] ?? []),
        limit,
      })),
      amounts: [
        { name: 'node -e 0', text: milliseconds(median(pairs.flat().map(({ theirs }) => theirs))) },
        ...all.map(({ name }, i) => ({ name, text: milliseconds(medianOf(pairs[i] ?? [], 'ours')) })),
      ],
    };
  },
};
