/** Markdown that generators write, and the places where it stands. */

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table; texts as they are, but for what would end a cell. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

export const code = (text: string): string => `\`${text}\``;
export const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** A fenced block; longer than any fence within. */
export function fenced(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/^`+/gm)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

const place = /<!-- generated: (\S+) \(npm run generate\) -->\n([\s\S]*?)<!-- end: (\S+) -->/g;

/** Names of the generated blocks of a page, in order. */
export const blocksIn = (page: string): readonly string[] => [...page.matchAll(place)].map((found) => found[1] ?? '');

/** The page with every block filled anew. Throws where markers do not match or name no block. */
export function filled(page: string, blocks: ReadonlyMap<string, string>): string {
  return page.replace(place, (_whole, name: string, _old: string, end: string) => {
    const text = blocks.get(name);
    if (text === undefined) throw new Error(`no generated block is called ${name}`);
    if (end !== name) throw new Error(`the block ${name} ends as ${end}`);
    return `<!-- generated: ${name} (npm run generate) -->\n\n${text}\n\n<!-- end: ${name} -->`;
  });
}
