/** Protects the screen from the evidence: no text of an archive moves the cursor, hides, or breaks a column. */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { TimelineEvent } from '../../src/timeline/index.ts';
import { frameOf } from '../../src/tui/frame.ts';
import { lineText, lineWidth } from '../../src/tui/line.ts';
import { learned } from '../../src/tui/state.ts';
import { diagnosis, eventsOf, knownState } from './fixture.ts';
import { keyed } from './keyed.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';

let terminal: TestTerminal | undefined;
afterEach(() => terminal?.end());

const hostile = [
  '\u001b[2J\u001b[H cleared',
  '\u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007',
  '\u001b]52;c;aGk=\u0007',
  '\u009b31mred',
  'abc\u202edef\u202c',
  'line\u2028break\u2029\n\r\ttab',
  'zero\u200bwidth\u200d\ufeff',
  'tag\u{e0041}\u{e007f}',
  'lone \ud800 surrogate',
  '漢字かな交じり文',
  'e\u0301\u0302\u0303 combining',
  '👩\u200d👩\u200d👧 ⚠\ufe0f 🇩🇪',
  '\u0000\u0007\u0008\u007f',
  'ﷺ'.repeat(40),
];

const sized = { columns: 120, rows: 40 };
const events = (texts: readonly string[]): readonly TimelineEvent[] =>
  eventsOf(60).map((event, at) => ({
    ...event,
    kind: 'log',
    title: texts[at % texts.length] ?? '',
    component: texts[(at + 1) % texts.length] ?? null,
    entities: [`agent:${texts[(at + 2) % texts.length]}`],
  }));

test('no frame is wider than the terminal or holds a character that a terminal obeys', () => {
  const anything = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 80 }));
  fc.assert(
    fc.property(
      fc.array(anything, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 60, max: 130 }),
      (texts, columns) => {
        const [first = ''] = texts;
        const known = knownState({ columns, rows: 24 }, 'unicode', events(texts));
        const state = learned(known, {
          type: 'diagnosis',
          document: {
            ...diagnosis,
            advice: [{ text: first, source: '' }],
            changes: diagnosis.changes.map((change) => ({ ...change, text: first })),
          },
        });
        for (const screen of [state, keyed(state, '2'), keyed(state, '2\r')])
          for (const line of frameOf(screen)) {
            expect(lineWidth(line)).toBeLessThanOrEqual(columns);
            expect(lineText(line)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u);
          }
      },
    ),
    { numRuns: 60 },
  );
});

test('the columns of a real terminal stay straight and the frame whole', async () => {
  terminal = openTerminal(keyed(knownState(sized, 'unicode', events(hostile)), '2'));
  const screen = await terminal.screen();
  expect(screen[0]).toContain('inquest');
  expect(screen.at(-1)).toContain('quit');
  const rows = screen.slice(3, -2);
  for (const row of rows) expect(row).toMatch(/^[ >]\d\d:\d\d:\d\d\.\d{3} /);
  const seen = screen.join('\n');
  expect(seen).toContain('␛[2J␛[H cleared');
  expect(seen).toContain('\\u{202e}');
});
