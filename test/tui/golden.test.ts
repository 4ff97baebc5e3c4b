/** Protects what the screens look like: whole frames at each size, drawn by a real terminal emulator. */
import { vi } from 'vitest';

vi.hoisted(() => {
  process.env.FORCE_COLOR = '0';
});

import { afterEach, expect, test } from 'vitest';
import { knownState } from './fixture.ts';
import { keyed } from './keyed.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 60, rows: 16 },
  { columns: 120, rows: 40 },
] as const;

/** Keys from the start to each screen. */
const ways = {
  overview: '',
  timeline: '2G',
  record: '\r',
  help: '2?',
  filter: '2foutcome:ok statsu:4',
  entity: '2jej',
} as const;

let terminal: TestTerminal | undefined;
afterEach(() => terminal?.end());

for (const size of sizes)
  for (const [name, keys] of Object.entries(ways))
    for (const marks of ['unicode', 'ascii'] as const)
      test(`${name} at ${size.columns}x${size.rows}, ${marks}`, async () => {
        terminal = openTerminal(keyed(knownState(size, marks), keys));
        const screen = await terminal.screen();
        expect(screen).toHaveLength(size.rows);
        await expect(`${screen.join('\n')}\n`).toMatchFileSnapshot(
          `frames/${name}-${size.columns}x${size.rows}-${marks}.txt`,
        );
        if (marks === 'ascii') expect(screen.join('')).toMatch(/^[\x20-\x7e]*$/);
        expect(await terminal.styled()).toBe(0);
      });

test('a terminal below 60x16 is told so, and gets its screen when it grows', async () => {
  terminal = openTerminal(knownState({ columns: 59, rows: 16 }));
  expect((await terminal.screen()).join('\n')).toContain('at least 60x16, this is 59x16');
  terminal.resize({ columns: 80, rows: 24 });
  expect((await terminal.screen()).join('\n')).toContain('CONFIRMED');
});

for (const from of sizes)
  for (const to of sizes.filter((size) => size !== from))
    for (const [name, keys] of Object.entries(ways))
      test(`${name} resized from ${from.columns}x${from.rows} to ${to.columns}x${to.rows} equals a fresh start`, async () => {
        terminal = openTerminal(keyed(knownState(from), keys));
        await terminal.screen();
        terminal.resize(to);
        const resized = await terminal.screen();
        terminal.end();
        terminal = openTerminal(keyed(knownState(to), keys));
        expect(resized).toEqual(await terminal.screen());
      });
