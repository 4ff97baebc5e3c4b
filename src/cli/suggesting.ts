/** Writes a dialect that would read what the archive holds. */
import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';
import { dialectText, holeMark, type Proposal, readDialects, saysAnything } from '../evidence/index.ts';

export interface Suggested {
  readonly file: string;
  /** Kinds that it maps. */
  readonly kinds: readonly string[];
  readonly codes: number;
  readonly actions: number;
  readonly routes: number;
  readonly metrics: number;
  readonly holes: number;
}

const taken = (file: string): Result<never> =>
  fail('usage', file, 'this file exists', 'Choose another name, or overwrite it with --force.');

/** Asked before an archive is read for long. */
export const mayWrite = (file: string, isForced: boolean): Result<null> =>
  !isForced && existsSync(file) ? taken(file) : ok(null);

/** Dialects that are used together have names of their own: that of the file, as far as a name may be like it. */
function nameOf(file: string): string {
  const name = basename(file)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return name === '' || name === 'byteor' ? 'suggested' : name;
}

/** Null where there is nothing to suggest; then no file is written. */
export async function suggestDialect(
  file: string,
  proposal: Proposal,
  isForced: boolean,
): Promise<Result<Suggested | null>> {
  if (!saysAnything(proposal)) return ok(null);
  const text = dialectText(proposal, nameOf(file));
  const read = await readDialects([{ name: file, bytes: Buffer.from(text) }]);
  if (!read.ok) throw new TypeError(`the suggested dialect is none: ${read.error.what}: ${read.error.why}`);
  try {
    // What came into being meanwhile is not overwritten either.
    writeFileSync(file, text, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    if (why === 'EEXIST') return taken(file);
    return fail(
      'output_unwritable',
      file,
      `cannot be written (${why})`,
      'Name another file with --suggest-dialect FILE.',
    );
  }
  return ok({
    file,
    kinds: proposal.records.map(({ kind }) => kind),
    codes: proposal.codes.length,
    actions: proposal.actions.length,
    routes: proposal.routes.found.length,
    metrics: proposal.metrics.found.length,
    holes: text.split('\n').filter((line) => line.trimStart().startsWith(holeMark)).length,
  });
}
