/** Protects the rule that colour adds to a screen and never carries it: the same text with and without. */
import { vi } from 'vitest';

vi.hoisted(() => {
  process.env.FORCE_COLOR = '1';
});

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { knownState } from './fixture.ts';
import { keyed } from './keyed.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

let terminal: TestTerminal | undefined;
afterEach(() => terminal?.end());

for (const [name, keys] of Object.entries({ overview: '', timeline: '2G', record: '\r', help: '2?' }))
  test(`${name} in colour has the text of the golden frame`, async () => {
    terminal = openTerminal(keyed(knownState({ columns: 80, rows: 24 }), keys));
    const screen = await terminal.screen();
    const golden = readFileSync(new URL(`frames/${name}-80x24-unicode.txt`, import.meta.url), 'utf8');
    expect(`${screen.map((row) => row.trimEnd()).join('\n')}\n`).toBe(
      golden
        .split('\n')
        .map((row) => row.trimEnd())
        .join('\n'),
    );
    expect(await terminal.styled()).toBeGreaterThan(20);
  });
