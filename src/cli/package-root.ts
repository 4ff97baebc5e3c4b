/** Where the program's own files lie: beside `dist/` in a package, above `src/` in the sources. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function packageRoot(): string {
  let here = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(here, 'package.json'))) {
    const above = dirname(here);
    if (above === here) throw new Error('the package of the program is not complete: package.json is missing');
    here = above;
  }
  return here;
}
