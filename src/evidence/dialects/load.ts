import { sha256Hex } from '../../base/digest.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { DialectFile, UserDialect } from './dialect.ts';

/** Reads the users' dialects, in the order given. An error names file, line and column. */
export async function readDialects(files: readonly DialectFile[]): Promise<Result<readonly UserDialect[]>> {
  if (files.length === 0) return ok([]);
  // Schema and YAML are loaded for those who have a dialect.
  const { readDialect } = await import('./file.ts');
  const read: UserDialect[] = [];
  for (const file of files) {
    const dialect = readDialect(file);
    if (!dialect.ok) return dialect;
    const { name } = dialect.value;
    if (read.some((other) => other.dialect.name === name))
      return fail(
        'usage',
        file.name,
        `a dialect named ${name} is loaded already`,
        'Give each dialect a name of its own.',
      );
    read.push({ dialect: dialect.value, sha256: sha256Hex(file.bytes) });
  }
  return ok(read);
}
