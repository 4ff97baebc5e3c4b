/** How long pages and histograms of a case take, within one process: `pages.ts CASE` writes milliseconds as JSON. */
import { randomStream } from '../../samples/simulator/random.ts';
import { eventKinds } from '../../src/base/vocabulary.ts';
import { utc } from '../../src/base/zone.ts';
import { openIncident } from '../../src/case/index.ts';
import { countsAt, eventPage, parseFilter, selectorOf, zoomOf } from '../../src/timeline/index.ts';
import { vocabularyOf } from './audit-lines.ts';
import { seed, styles } from './places.ts';

/** The 95th percentile of pages of 50 events; medians of the histograms. */
export interface PageTimes {
  readonly page: number;
  readonly entity: number;
  readonly word: number;
  readonly pyramid: number;
  readonly scan: number;
}

const pageEvents = 50;
const asked = 200;
const slices = 200;

async function measure(path: string): Promise<PageTimes> {
  const opened = await openIncident([path]);
  if (!opened.ok) throw new Error(opened.error.why);
  const reader = opened.value;
  const span = reader.span();
  if (span === null) throw new Error('the case holds no dated event');
  const random = randomStream(seed, 'pages');
  const words = vocabularyOf(seed, styles.usual.words);
  const found = reader.sql("SELECT DISTINCT actor_id FROM audit WHERE actor_kind = 'agent' AND n < 100000");
  if (!found.ok) throw new Error(found.error.why);
  const agents = [...found.value.rows].map(([id]) => String(id));
  const selectorFor = (text: string): ReturnType<typeof selectorOf> => {
    const filter = parseFilter(text, { span, zone: utc });
    if (!filter.ok) throw new Error(filter.error.why);
    return selectorOf(reader, filter.value, eventKinds);
  };
  const timed = (action: () => unknown): number => {
    const started = performance.now();
    action();
    return performance.now() - started;
  };
  const quantile = (share: number, times: readonly number[]): number =>
    [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
  const times = (action: () => unknown): readonly number[] => Array.from({ length: asked }, () => timed(action));
  const somewhere = (): number => span.from + random.int(0, 1_000_000) * ((span.to - span.from) / 1_000_000);

  const page = times(() => eventPage(reader, { from: Math.floor(somewhere()), limit: pageEvents }));
  const entity = times(() => eventPage(reader, { limit: pageEvents }, selectorFor(`agent:${random.pick(agents)}`)));
  // A common and a rare one in turn, and all between.
  const word = times(() =>
    eventPage(reader, { limit: pageEvents }, selectorFor(words[random.int(0, words.length - 1)] ?? 'x')),
  );
  const zoom = zoomOf(span, slices);
  const few = <T>(action: () => T): readonly number[] => Array.from({ length: 5 }, () => timed(action));
  const everything = { where: () => ({ dated: {} }), passing: <T>(rows: T): T => rows, looks: false };
  const pyramid = few(() => countsAt(reader, zoom));
  const scan = few(() => countsAt(reader, zoom, everything));
  reader.close();
  return {
    page: quantile(0.95, page),
    entity: quantile(0.95, entity),
    word: quantile(0.95, word),
    pyramid: quantile(0.5, pyramid),
    scan: quantile(0.5, scan),
  };
}

const [, self, path] = process.argv;
if (self === import.meta.filename && path !== undefined)
  process.stdout.write(`${JSON.stringify(await measure(path))}\n`);
