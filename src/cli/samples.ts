/** The sample incidents that ship with the program. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../base/order.ts';
import { packageRoot } from './package-root.ts';

export interface Sample {
  readonly name: string;
  /** The first line of its story. */
  readonly title: string;
  readonly folder: string;
}

/** A sample is a folder with a manifest; its README begins with its title. */
export function samples(): readonly Sample[] {
  const folder = join(packageRoot(), 'samples');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort(compareText)
    .filter((name) => existsSync(join(folder, name, 'manifest.json')))
    .map((name) => ({ name, title: titleIn(join(folder, name, 'README.md')), folder: join(folder, name) }));
}

/** Its README: what happened, without the answer. */
export function storyOf(sample: Sample): string {
  const readme = join(sample.folder, 'README.md');
  return existsSync(readme) ? readFileSync(readme, 'utf8') : `${sample.title}\n`;
}

function titleIn(readme: string): string {
  if (!existsSync(readme)) return '';
  const line = readFileSync(readme, 'utf8')
    .split('\n')
    .find((text) => text.startsWith('# '));
  return line === undefined ? '' : line.slice(2).trim();
}

/** Every file of a sample, by code unit of its path within. */
export function sampleFiles(sample: Sample): readonly { readonly path: string; readonly bytes: Buffer }[] {
  const found: string[] = [];
  const walk = (within: string): void => {
    for (const name of readdirSync(join(sample.folder, within)).sort(compareText)) {
      const path = within === '' ? name : `${within}/${name}`;
      if (statSync(join(sample.folder, path)).isDirectory()) walk(path);
      else found.push(path);
    }
  };
  walk('');
  return found.map((path) => ({ path, bytes: readFileSync(join(sample.folder, path)) }));
}
