// Protects the count of what passes a filter: its last step is the number of events that the timeline shows.
import { afterAll, expect, test } from 'vitest';
import { eventKinds } from '../../src/base/vocabulary.ts';
import { countSteps, eventPage, parseFilter, selectorOf } from '../../src/timeline/index.ts';
import { folderOf, opened } from '../case/archives.ts';
import { moments } from './filter/filters.ts';
import { severalParts } from './several-parts.ts';

const undated = '{"request_id":"late","method":"GET","path":"/x","status":500,"details":{"at":"1"}}\n';
const reader = await opened(folderOf({ ...severalParts, 'more/requests.ndjson': undated }));
afterAll(() => reader.close());

test.each(['', 'is:undated', 'kind:request,audit', 'details.at:1', '-outcome:ok', 'kind:gap code:nothing'])(
  'of %j',
  (text) => {
    const filter = parseFilter(text, moments);
    if (!filter.ok) throw new Error(filter.error.why);
    const selector = selectorOf(reader, filter.value, eventKinds);
    const steps = [...countSteps(reader, selector)];
    expect(steps.map(({ done }) => done)).toEqual([...steps.slice(1).map(() => false), true]);
    expect(steps.every(({ count }, at) => count >= (steps[at - 1]?.count ?? 0))).toBe(true);
    expect(steps.at(-1)?.count).toBe(eventPage(reader, { limit: 10_000 }, selector).length);
  },
);
