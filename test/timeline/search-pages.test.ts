// Protects pages of a search: what is met while events are walked in their order is what a look through everything finds, for words
// of every frequency, in every kind of record, at every limit, forwards and backwards.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventKinds } from '../../src/base/vocabulary.ts';
import { utc } from '../../src/base/zone.ts';
import type { CaseReader, EventQuery } from '../../src/case/index.ts';
import {
  eventPage,
  type Finds,
  foundBy,
  openSearch,
  parseFilter,
  type Selector,
  searchPattern,
  searchSteps,
  selectorOf,
} from '../../src/timeline/index.ts';
import { everyKind, folderOf, opened } from '../case/archives.ts';
import { often } from '../often.ts';

/** One record in so many holds the word. */
const oneIn = [1, 2, 10, 150, 1_500] as const;
const wordsOf = (n: number): string =>
  oneIn
    .filter((share) => n % share === 0)
    .map((share) => `often${share}x`)
    .join(' ');

const noon = Date.parse('2026-01-31T12:00:00Z');
const at = (ms: number): string => new Date(noon + ms).toISOString();
const lines = (count: number, record: (n: number) => object): string =>
  Array.from({ length: count }, (_, n) => `${JSON.stringify(record(n))}\n`).join('');

const files = {
  ...everyKind,
  // Times go back and forth, so that the order of events is not that of their bytes.
  'logs/api.ndjson': lines(3_000, (n) => ({
    ts: at((n * 7_919) % 3_600_000),
    level: n % 3 === 0 ? 'error' : 'info',
    msg: wordsOf(n),
    component: n % 4 === 0 ? 'often4x' : 'api',
  })),
  'requests.ndjson': lines(1_500, (n) => ({
    ts: at(n * 2_000),
    request_id: `req_${n}`,
    method: 'GET',
    path: `/v1/agents/${n}`,
    status: 200,
    unknown: { [n % 10 === 5 ? 'often10x' : 'k']: [wordsOf(n)] },
  })),
  'jobs.ndjson': lines(400, (n) => ({
    id: `job_${n}`,
    type: 'replay',
    state: 'completed',
    created_at: at(n * 9_000),
    attempt: 1,
    payload: { says: wordsOf(n) },
    attempts: [
      { n: 1, started_at: at(n * 9_000 + 5), outcome: 'error', error: { code: 'x', message: wordsOf(n + 1) } },
    ],
  })),
  'metrics/often7x/1769860800000.prom': 'a_total 1\nb_total{says="often2x"} 2\n'.repeat(100),
  'agents/often9x/snapshots/1769860800000.json': '{"model":"SingleRing","cursor":1,"gating":[1]}',
  'notes.txt': 'often2x\noften9x and often1500x\n',
};

let reader: CaseReader;
beforeAll(async () => {
  reader = await opened(folderOf(files));
});
afterAll(() => reader.close());

const selectorFor = (text: string): Selector => {
  const filter = parseFilter(text, { span: reader.span(), zone: utc });
  if (!filter.ok) throw new Error(filter.error.why);
  return selectorOf(reader, filter.value, eventKinds);
};

const known = new Map<string, Finds>();
function everythingOf(words: string): Finds {
  const before = known.get(words);
  if (before !== undefined) return before;
  const steps = searchSteps(reader, searchPattern(words));
  for (;;) {
    const step = steps.next();
    if (step.done !== true) continue;
    known.set(words, step.value);
    return step.value;
  }
}

/** By the search: its events, and whether it had to look through everything. */
function searched(words: string, query: EventQuery, selector: Selector): { refs: string[]; looked: boolean } {
  const refs: string[] = [];
  let looked = false;
  for (const step of openSearch(reader, words).batches(query, selector))
    if ('events' in step) refs.push(...step.events.map(({ kind, n, ref }) => `${kind} ${n} ${ref}`));
    else looked = true;
  return { refs, looked };
}

const words = [
  ...oneIn.map((share) => `often${share}x`),
  'often4x',
  'often7x',
  'often9x',
  'OFTEN2X',
  'often1*',
  'of*',
  'api',
  'often2x often10x',
  'SingleRing',
  'storage.put',
  'job_7',
  'nowhere',
  '1',
];
const filters = ['', 'kind:log', 'kind:job,attempt', 'severity:high OR status:200', '-kind:log'];
const span = 3_600_000;

it('both ways find the same events in the same order', () => {
  const page = fc.record({
    word: fc.constantFrom(...words),
    filter: fc.constantFrom(...filters),
    limit: fc.constantFrom(1, 7, 100, 700, Number.MAX_SAFE_INTEGER),
    backwards: fc.boolean(),
    from: fc.option(fc.integer({ min: 0, max: span }), { nil: undefined }),
  });
  fc.assert(
    fc.property(page, ({ word, filter, limit, backwards, from }) => {
      const selector = selectorFor(filter);
      const query: EventQuery = { limit, backwards, ...(from === undefined ? {} : { from: (noon + from) * 1000 }) };
      const expected = eventPage(reader, query, foundBy(selector, everythingOf(word)));
      expect(searched(word, query, selector).refs).toEqual(expected.map(({ kind, n, ref }) => `${kind} ${n} ${ref}`));
    }),
    { numRuns: often(60, 500) },
  );
});

it('a page of a word that is nearly everywhere needs no look through everything, one of a rare word does', () => {
  const selector = selectorFor('');
  for (const word of ['often1x', 'often2x', 'of*'])
    expect(searched(word, { limit: 100 }, selector)).toMatchObject({ looked: false });
  for (const word of ['often1500x', 'nowhere'])
    expect(searched(word, { limit: 100 }, selector)).toMatchObject({ looked: true });
});

it('pages follow one another, and what is no event is found whichever way was taken', () => {
  const selector = selectorFor('');
  for (const word of ['often1x', 'often10x', 'often150x', 'often9x']) {
    const all = eventPage(reader, { limit: 10_000 }, foundBy(selector, everythingOf(word)));
    const met: string[] = [];
    let after: EventQuery['after'];
    do {
      const page: { n: number; kind: (typeof eventKinds)[number]; ref: string }[] = [];
      const query: EventQuery = { limit: 97, ...(after === undefined ? {} : { after }) };
      for (const step of openSearch(reader, word).batches(query, selector))
        if ('events' in step) page.push(...step.events);
      met.push(...page.map(({ ref }) => ref));
      after = page.length < 97 ? undefined : page.at(-1);
    } while (after !== undefined);
    expect(met).toEqual(all.map(({ ref }) => ref));
    const search = openSearch(reader, word);
    for (const _step of search.batches({ limit: 5 }, selector));
    const others = search.others();
    let step = others.next();
    while (step.done !== true) step = others.next();
    expect(step.value).toEqual(everythingOf(word).others);
  }
});
