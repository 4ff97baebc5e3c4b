/** timeline/: what happened, in order: events by page, times as people type them, and the facts that a replay is given. */
export type { CaseReader, EventRow, Progress, RecordDetail } from '../case/index.ts';
export { clockText, isOff, offsetText } from './clocks.ts';
export { type CountStep, countSteps } from './count.ts';
export { type EntityPage, entityPage, type Neighbour, parseEntity } from './entity/page.ts';
export type { EntityState } from './entity/states.ts';
export {
  type EventBatch,
  eventBatches,
  eventPage,
  lineOf,
  placedRefs,
  type TimelineEvent,
} from './events.ts';
export { type RequestFact, type RequestOutcome, requestFact, requestFacts } from './facts.ts';
export { fieldChange, isTexts } from './field-change.ts';
export {
  bothOf,
  everything,
  type FieldName,
  type Filter,
  type FilterError,
  type FilterRecord,
  type FilterWords,
  fields,
  filterTest,
  filterWords,
  flags,
  parseFilter,
  printFilter,
  type Selector,
  selectorOf,
} from './filter/index.ts';
export { type Histogram, histogram } from './histogram.ts';
export {
  configurationActions,
  configurationHistory,
} from './history.ts';
export { type OtherKind, otherKinds, type TimelineLine } from './line.ts';
export { type Moments, parseMoment } from './moment.ts';
export { type RecordLink, type RecordTitle, recordLinks, recordTitles } from './record.ts';
export {
  type Finds,
  foundBy,
  type OtherFind,
  otherLineOf,
  type SearchStep,
  searchPattern,
  searchSteps,
} from './search.ts';
export { openSearch, type Search } from './search-pages.ts';
export { countsAt, type Zoom, zoomOf } from './zoom.ts';
