// Protects pages: put together they are the whole timeline, by nothing but the reference of the last line of each.
import { afterAll, expect, test } from 'vitest';
import { eventKinds } from '../../src/base/vocabulary.ts';
import type { EventQuery } from '../../src/case/index.ts';
import { cursorAfter } from '../../src/cli/cursor.ts';
import {
  eventBatches,
  everything,
  type Filter,
  parseFilter,
  placedRefs,
  selectorOf,
} from '../../src/timeline/index.ts';
import { folderOf, opened } from '../case/archives.ts';
import { moments } from './filter/filters.ts';
import { severalParts } from './several-parts.ts';

const reader = await opened(folderOf(severalParts));
afterAll(() => reader.close());
const refOf = placedRefs(reader);

const refs = (filter: Filter, query: Omit<EventQuery, 'limit'>, limit = 10_000): readonly string[] =>
  [...eventBatches(reader, { ...query, limit }, selectorOf(reader, filter, eventKinds))].flatMap(({ events }) =>
    events.map(refOf),
  );

function paged(filter: Filter, size: number): readonly string[] {
  const all: string[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last === undefined ? null : cursorAfter(reader, last);
    if (after?.ok === false) throw new Error(after.error.why);
    const page = refs(filter, after === null ? {} : { after: after.value }, size);
    all.push(...page);
    if (page.length < size) return all;
  }
}

const filterOf = (text: string): Filter => {
  const found = parseFilter(text, moments);
  if (!found.ok) throw new Error(found.error.why);
  return found.value;
};

test.each(['', 'kind:attempt,call OR status:403', 'payload.a:1 OR has:request', '-is:undated'])(
  'of %j, of any size',
  (text) => {
    const filter = filterOf(text);
    const whole = refs(filter, {});
    expect(whole.length).toBeGreaterThan(3);
    expect(new Set(whole).size).toBe(whole.length);
    for (const size of [1, 2, 3, 7, whole.length]) expect(paged(filter, size)).toEqual(whole);
  },
);

test('go on after a record that does not pass itself, and backwards', () => {
  const whole = refs(everything, {});
  const filter = filterOf('kind:attempt,call');
  const passing = new Set(refs(filter, {}));
  for (const [at, ref] of whole.entries()) {
    const after = cursorAfter(reader, ref);
    if (!after.ok) throw new Error(after.error.why);
    expect(refs(filter, { after: after.value })).toEqual(whole.slice(at + 1).filter((one) => passing.has(one)));
    expect(refs(filter, { after: after.value, backwards: true })).toEqual(
      whole
        .slice(0, at)
        .reverse()
        .filter((one) => passing.has(one)),
    );
  }
});

test.each([
  ['jobs.ndjson@1+2', /^no record begins there$/],
  ['jobs.ndjson@0+1#2', /^no record begins there$/],
  ['x', /^not a reference$/],
  ['job.ndjson@0+1', /^no member job\.ndjson .*near: jobs\.ndjson/],
  ['state.json@54+1', /^no record begins there$/],
])('a reference to nothing is an error: %s', (text, why) => {
  const found = cursorAfter(reader, text);
  expect(found.ok ? '' : found.error.why).toMatch(why);
});
