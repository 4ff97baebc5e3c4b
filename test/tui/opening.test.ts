/** Protects the screen of indexing: how far, how fast, how long still, and nothing that is not known yet. */
import { expect, test } from 'vitest';
import { frameOf } from '../../src/tui/frame.ts';
import { lineText } from '../../src/tui/line.ts';
import type { Opening } from '../../src/tui/opening/lines.ts';
import { learned, startState } from '../../src/tui/state.ts';

const size = { columns: 80, rows: 24 };
const shown = (opening: Omit<Opening, 'name'>, name = 'incident.tar.gz'): string =>
  frameOf(
    learned(startState(name, size, { zone: { name: 'UTC', offset: () => 0 }, marks: 'unicode' }), {
      type: 'opening',
      opening,
    }),
  )
    .map(lineText)
    .join('\n');

test('bytes, share, rate and time left', () => {
  const text = shown({ step: 'reading', done: 200_000_000, of: 800_000_000, elapsedMs: 4000 });
  expect(text).toContain('Reading the archive');
  expect(text).toContain(' 25 %');
  expect(text).toContain('200 MB of 800 MB · 50.0 MB/s · about 12 s left');
});

test('no rate from a moment, and no bar before the size is known', () => {
  expect(shown({ step: 'reading', done: 5, of: 10, elapsedMs: 100 })).not.toContain('/s');
  const text = shown({ step: 'starting', done: 0, of: 0, elapsedMs: 0 });
  expect(text).toContain('Opening');
  expect(text).not.toContain('%');
});

test('a hostile name is shown, not obeyed', () => {
  expect(shown({ step: 'reading', done: 1, of: 2, elapsedMs: 0 }, 'a\u001b[2J.tar')).toContain('a␛[2J.tar');
});
