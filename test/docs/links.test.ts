// Protects readers from links that lead nowhere, and pages from being found by nobody.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, linksIn, root, textOf } from './page.ts';

const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .map((name) => `docs/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'samples/README.md', ...docs];

const isOutside = (target: string): boolean => /^[a-z]+:/.test(target);

/** The file that a link of a page names, from the root. */
const fileOf = (page: string, target: string): string => {
  const [path = ''] = target.split('#');
  return path === '' ? page : normalize(join(dirname(page), path));
};

test.each(pages)('the links of %s resolve', (page) => {
  const broken = linksIn(textOf(page))
    .filter((target) => !isOutside(target))
    .filter((target) => {
      const file = fileOf(page, target);
      if (!existsSync(join(root, file))) return true;
      const anchor = target.split('#')[1];
      return anchor !== undefined && !anchorsOf(textOf(file)).has(anchor);
    });
  expect(broken).toEqual([]);
});

test('every page is reached from README.md', () => {
  const reached = new Set<string>();
  const waiting = ['README.md'];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (reached.has(page) || !page.endsWith('.md') || !existsSync(join(root, page))) continue;
    reached.add(page);
    for (const target of linksIn(textOf(page))) if (!isOutside(target)) waiting.push(fileOf(page, target));
  }
  expect(docs.filter((page) => !reached.has(page))).toEqual([]);
});

test('links and anchors are read as a renderer reads them', () => {
  const text = '# A `b` c: d\n\n[x](y.md#z)\n\n```sh\n# no\n[n](no.md)\n```\n';
  expect(linksIn(text)).toEqual(['y.md#z']);
  expect([...anchorsOf(text)]).toEqual(['a-b-c-d']);
});
