/** What the commands of one run share: how to open the evidence, how to tell progress, and how times are shown. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Failure, fail, ok, type Result } from '../base/result.ts';
import { utc, type Zone, zoneOf } from '../base/zone.ts';
import type { CaseReader, Progress } from '../case/index.ts';
import type { DialectFile, UserDialect } from '../evidence/index.ts';
import { type FlagValues, limitsFrom, listFlag, parseWord } from './flags.ts';
import { type ProgressLine, progressLine } from './progress.ts';

export interface OpeningOptions {
  /** A file of no known format is wanted all the same: to be looked into. */
  readonly foreign?: boolean;
}

export interface Session {
  readonly zone: Zone;
  /** Whether the text on standard output may be coloured. */
  readonly color: boolean;
  readonly quiet: boolean;
  /** A sentence on standard error, unless `--quiet`. */
  readonly note: (text: string) => void;
  readonly progress: () => ProgressLine;
  /** SIGINT, SIGTERM and SIGHUP abort the signal while the work runs; the exit code is then the signal's. */
  readonly stoppable: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Opens the archives that the operands name, as one incident. SIGINT and SIGTERM stop it without leaving half a case. */
  readonly open: (archives: readonly string[], options?: OpeningOptions) => Promise<Result<CaseReader>>;
  /** The same for whoever shows progress and takes signals on its own. */
  readonly openQuietly: (
    archives: readonly string[],
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
    options?: OpeningOptions,
  ) => Promise<Result<CaseReader>>;
  /** What is damaged in the evidence that was opened, as a sentence; null where nothing is. */
  readonly damage: () => string | null;
  /** The exit code of the signal that stopped the opening; null where none did. */
  readonly stoppedBy: () => number | null;
  /** What to say of an error that a damaged page of the open case file has caused; null where it is another error. */
  readonly damagedCase: (error: unknown) => Promise<Failure | null>;
  /** Takes a thread that has to end by itself before the process may. */
  readonly outlasting: (thread: Promise<void>) => void;
  readonly threads: () => readonly Promise<void>[];
  readonly close: () => void;
}

const steps = { reading: 'reading', indexing: 'indexing', finishing: 'finishing' } as const;

/** A file that is no archive, and no evidence either: a case of it would only be a copy. */
function isForeignFile(archive: string, reader: CaseReader): boolean {
  const [member, second] = reader.members();
  if (member === undefined || second !== undefined || member.kind !== 'unrecognised' || member.gaps > 0) return false;
  return statSync(archive).isFile() && basename(archive).startsWith(member.path);
}

function damageOf(reader: CaseReader): string | null {
  const { gaps, problems: found } = reader.damage();
  const problems = found.length + reader.checks().counts.reduce((sum, { failed }) => sum + failed, 0);
  if (gaps === 0 && problems === 0) return null;
  return `damaged: ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}, ${problems} integrity ${problems === 1 ? 'problem' : 'problems'}`;
}

async function dialectsFrom(names: readonly string[]): Promise<Result<readonly UserDialect[]>> {
  const files: DialectFile[] = [];
  for (const name of names) {
    try {
      files.push({ name, bytes: readFileSync(name) });
    } catch (error) {
      return fail('usage', name, `the dialect cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    }
  }
  if (files.length === 0) return ok([]);
  const { readDialects } = await import('../evidence/index.ts');
  return readDialects(files);
}

export async function createSession(flags: FlagValues): Promise<Result<Session>> {
  const zoneName = typeof flags.tz === 'string' ? flags.tz : 'UTC';
  const zone = zoneName === 'UTC' ? utc : zoneOf(zoneName);
  if (zone === null)
    return fail('usage', `--tz ${zoneName}`, 'no such time zone', 'Use an IANA name, for example --tz Europe/Berlin.');
  const when = parseWord('--progress', typeof flags.progress === 'string' ? flags.progress : 'auto', [
    'auto',
    'plain',
    'never',
  ]);
  if (!when.ok) return when;

  const quiet = flags.quiet === true;
  const env = process.env;
  // NODE_DISABLE_COLORS and FORCE_COLOR=0 are how a launcher may have passed NO_COLOR on.
  const uncoloured =
    flags.color === false || (env.NO_COLOR ?? '') !== '' || env.FORCE_COLOR === '0' || env.TERM === 'dumb';
  const readers: CaseReader[] = [];
  const threads: Promise<void>[] = [];
  let stoppedBy: number | null = null;

  const openQuietly: Session['openQuietly'] = async (archives, onProgress, signal, opening) => {
    const { defaultLimits } = await import('../archive/index.ts');
    const limits = limitsFrom(flags, defaultLimits);
    if (!limits.ok) return limits;
    const dialects = await dialectsFrom(listFlag(flags, 'dialect'));
    if (!dialects.ok) return dialects;
    const { openIncident } = await import('../case/index.ts');
    const opened = await openIncident(archives, {
      limits: limits.value,
      dialects: dialects.value,
      onProgress,
      signal,
      ...(typeof flags.case === 'string' ? { caseFile: flags.case } : {}),
    });
    if (!opened.ok) return opened;
    const [first = '', second] = archives;
    if (opening?.foreign !== true && second === undefined && isForeignFile(first, opened.value)) {
      opened.value.close();
      // A file that the person named for the case is theirs.
      if (typeof flags.case !== 'string') rmSync(opened.value.path, { force: true });
      return fail(
        'unrecognised',
        first,
        'none of the formats that inquest reads',
        'Give an archive, an evidence file or a case file. What this one looks like: inquest index FILE --explain',
      );
    }
    readers.push(opened.value);
    return opened;
  };

  const stoppable: Session['stoppable'] = async (work) => {
    const abort = new AbortController();
    const stop = (code: number) => (): void => {
      stoppedBy = code;
      abort.abort();
    };
    const listeners = { SIGINT: stop(130), SIGTERM: stop(143), SIGHUP: stop(129) } as const;
    const signals = Object.keys(listeners) as (keyof typeof listeners)[];
    for (const signal of signals) process.on(signal, listeners[signal]);
    try {
      return await work(abort.signal);
    } finally {
      for (const signal of signals) process.off(signal, listeners[signal]);
    }
  };

  const progress = (): ProgressLine => progressLine(quiet ? 'never' : when.value);

  return ok({
    zone,
    color: process.stdout.isTTY === true && !uncoloured,
    quiet,
    note: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
    progress,
    openQuietly,
    stoppable,
    open: (archives) =>
      stoppable(async (signal) => {
        const line = progress();
        signal.addEventListener('abort', line.clear);
        try {
          return await openQuietly(
            archives,
            (news) => line.show({ what: steps[news.step], done: news.done, of: news.of, unit: 'bytes' }),
            signal,
          );
        } finally {
          line.clear();
        }
      }),
    damage: () => {
      for (const reader of readers) {
        const found = damageOf(reader);
        if (found !== null) return found;
      }
      return null;
    },
    damagedCase: async (error) => {
      const reader = readers.at(-1);
      if (reader === undefined) return null;
      const { damagedCase } = await import('./damaged-case.ts');
      return damagedCase(reader, error);
    },
    stoppedBy: () => stoppedBy,
    outlasting: (thread) => threads.push(thread),
    threads: () => threads,
    close: () => {
      for (const reader of readers) reader.close();
      readers.length = 0;
    },
  });
}
