/** The replay of an open case, with what it writes to files. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { canonicalJson } from '../base/digest.ts';
import { fileTrouble } from '../base/file-trouble.ts';
import { type Json, writeJson } from '../base/json.ts';
import { type Failure, fail, ok, type Result } from '../base/result.ts';
import { type Verdict, verdicts } from '../base/vocabulary.ts';
import type { CaseReader } from '../case/index.ts';
import { type ReplayDocument, type ReplayOptions, replayCase } from '../diagnosis/index.ts';
import type { Session } from './session.ts';

const chunkCharacters = 65_536;

interface Lines {
  readonly add: (value: unknown) => void;
  readonly end: () => void;
}

/** A file that is written as the events come. Throws a file system error. */
function linesTo(path: string): Lines {
  const handle = openSync(path, 'w', 0o600);
  let waiting = '';
  const flush = (): void => {
    if (waiting !== '') writeSync(handle, waiting);
    waiting = '';
  };
  return {
    add: (value) => {
      waiting += `${writeJson(value as Json)}\n`;
      if (waiting.length >= chunkCharacters) flush();
    },
    end: () => {
      flush();
      closeSync(handle);
    },
  };
}

const unwritable = (path: string, error: unknown): { readonly ok: false; readonly error: Failure } =>
  fail('output_unwritable', path, `cannot be written: ${fileTrouble(error)}`, 'Name another file.');

/** Runs the replay; a trace and the certificates go to the files that are named. */
export async function replayOf(
  reader: CaseReader,
  whatIf: ReplayOptions['whatIf'],
  trace: string | undefined,
  certificate: string | undefined,
  session: Session,
): Promise<Result<ReplayDocument>> {
  const progress = session.progress();
  let lines: Lines | null = null;
  try {
    if (trace !== undefined) lines = linesTo(trace);
    const { document, certificates } = await replayCase(reader, {
      whatIf,
      onProgress: (news) => progress.show({ ...news, unit: 'steps' }),
      ...(lines === null ? {} : { onEvent: (event, head) => lines?.add({ ...event, head }) }),
    });
    lines?.end();
    if (certificate !== undefined) {
      const decided = certificates.filter((_statement, index) => document.what_ifs[index]?.certificate !== null);
      try {
        writeFileSync(certificate, decided.map((one) => `${canonicalJson(one as unknown as Json)}\n`).join(''), {
          mode: 0o600,
        });
      } catch (error) {
        return unwritable(certificate, error);
      }
    }
    return ok(document);
  } catch (error) {
    return unwritable(trace ?? '', error);
  } finally {
    progress.clear();
  }
}

/** The strongest verdict of each cause over the symptoms (cli.md). */
export function strongestVerdicts(document: ReplayDocument): readonly Verdict[] {
  const strongest = new Map<string, Verdict>();
  for (const { cause, verdict } of document.what_ifs) {
    const key = `${cause.kind}@${cause.entity}`;
    const before = strongest.get(key);
    if (before === undefined || verdicts.indexOf(verdict) < verdicts.indexOf(before)) strongest.set(key, verdict);
  }
  return [...strongest.values()];
}
