/** Writes a dialect that would read what the archive holds. */
import { existsSync, writeFileSync } from 'node:fs';
import { fail, ok, type Result } from '../base/result.ts';
import { dialectText, holeMark, propose, readDialects, type SurveyedGroup, saysAnything } from '../evidence/index.ts';

export interface Suggested {
  readonly file: string;
  /** Kinds that it maps. */
  readonly kinds: readonly string[];
  readonly codes: number;
  readonly actions: number;
  readonly holes: number;
}

/** Null where there is nothing to suggest; then no file is written. */
export async function suggestDialect(
  file: string,
  groups: readonly SurveyedGroup[],
  isForced: boolean,
): Promise<Result<Suggested | null>> {
  if (!isForced && existsSync(file))
    return fail('usage', file, 'this file exists', 'Choose another name, or overwrite it with --force.');
  const proposal = propose(groups);
  if (!saysAnything(proposal)) return ok(null);
  const text = dialectText(proposal, 'suggested');
  const read = await readDialects([{ name: file, bytes: Buffer.from(text) }]);
  if (!read.ok) throw new TypeError(`the suggested dialect is none: ${read.error.what}: ${read.error.why}`);
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
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
    holes: text.split('\n').filter((line) => line.trimStart().startsWith(holeMark)).length,
  });
}
