/** A dialect for foreign records: which kind they are, what each key means, and what could not be decided. */
import { compareText } from '../../base/order.ts';
import { maskText } from '../../base/secrets.ts';
import { canonicalCodes } from '../../base/vocabulary.ts';
import {
  compileWhen,
  contractFields,
  type Field,
  knownActions,
  type MappedKind,
  mappedKinds,
  type When,
} from '../dialects/index.ts';
import { type Assignment, assign, type Pair } from './assign.ts';
import { isMapped, likeliestKind, needs, saysMessage } from './fit.ts';
import { type MetricProposal, proposeMetrics } from './metric-roles.ts';
import { mergeRoutes, proposeRoutes, type RouteProposal, type SeenRoutes } from './routes.ts';
import type { SeenMetric } from './scrapes.ts';
import { emptySketch, mergeSketch, type Node, type Sketch } from './sketch.ts';
import type { SurveyedGroup } from './survey.ts';
import { actionFor, codeFor, thingFor, wordFor } from './words.ts';

export interface ProposedRecords {
  readonly kind: MappedKind;
  readonly paths: readonly string[];
  readonly records: number;
  readonly when: When;
  /** In the order in which they are written. */
  readonly fields: readonly (readonly [target: string, source: string])[];
  readonly values: readonly ProposedWords[];
  /** Fields that nothing is like, where something beside them was found. */
  readonly absent: readonly string[];
  /** Keys that no field takes. */
  readonly unused: readonly string[];
}

/** The words of a closed field. */
export interface ProposedWords {
  readonly target: string;
  readonly words: readonly (readonly [from: string, to: string])[];
  /** Words that none of `known` is like. */
  readonly open: readonly string[];
  readonly known: readonly string[];
}

export interface Guess {
  readonly from: string;
  readonly to: string;
  /** What it was taken from, where not from its name. */
  readonly note: string | null;
}

export interface Proposal {
  readonly records: readonly ProposedRecords[];
  readonly actions: readonly Guess[];
  readonly codes: readonly Guess[];
  /** What was seen and could not be decided, for the tables. */
  readonly openActions: readonly string[];
  readonly openCodes: readonly string[];
  readonly routes: RouteProposal;
  readonly metrics: MetricProposal;
  /** Groups that are none of the kinds that can be mapped. */
  readonly unknown: readonly SurveyedGroup[];
}

/** Of what is read as it stands, only what is plainly the same under another name. */
const sureMin = 0.84;

export function propose(groups: readonly SurveyedGroup[], metrics: readonly SeenMetric[] = []): Proposal {
  const byKind = new Map<MappedKind, { paths: string[]; sketch: Sketch; isSure: boolean }>();
  const unknown: SurveyedGroup[] = [];
  const routes: SeenRoutes = new Map();
  // What nobody recognised first: a kind is spelt in one way only, and there the need is greatest.
  const inTurn = [...groups].sort((a, b) => Number(a.standing === 'sure') - Number(b.standing === 'sure'));
  for (const group of inTurn) {
    const isSure = group.standing === 'sure';
    const kind =
      group.sketch.records === 0 ? null : isSure ? (isMapped(group.kind) ? group.kind : null) : likeliestOf(group);
    if (kind === null) {
      if (!isSure) unknown.push(group);
      continue;
    }
    if (kind === 'requests' || kind === 'state') mergeRoutes(routes, group.sketch.routes);
    const known = byKind.get(kind);
    if (known !== undefined && known.isSure !== isSure) continue;
    const draft = known ?? { paths: [], sketch: emptySketch(), isSure };
    draft.paths.push(...group.paths);
    mergeSketch(draft.sketch, group.sketch);
    byKind.set(kind, draft);
  }
  const drafts = mappedKinds.flatMap((kind): Draft[] => {
    const found = byKind.get(kind);
    if (found === undefined) return [];
    const { paths, sketch, isSure } = found;
    const assignment = assign(kind, sketch);
    return [{ kind, paths, sketch, assignment: isSure ? plainly(assignment) : assignment, isSure }];
  });
  const records = keepApart(
    drafts
      .map((draft) => ({ ...proposedRecords(draft), samples: draft.sketch.samples, free: draft.assignment.free }))
      .filter(({ fields, values }) => fields.length > 0 || values.length > 0),
  );
  const pairs = drafts.flatMap(({ assignment }) => assignment.pairs);
  const codes = guesses(
    pairs.filter(({ field }) => field.type === 'code'),
    canonicalCodes,
    (word, node) => {
      const known = node.words.get(word);
      const guess = known === undefined ? null : codeFor(word, known);
      return guess === null ? null : { to: guess.code, note: guess.by === 'name' ? null : `by its ${guess.by}` };
    },
  );
  const actions = guesses(
    pairs.filter(({ field }) => field.type === 'action'),
    knownActions,
    (word) => {
      const to = actionFor(word);
      return to === null ? null : { to, note: null };
    },
  );
  return {
    records,
    codes: codes.found,
    openCodes: codes.open,
    actions: actions.found,
    openActions: actions.open,
    routes: proposeRoutes(routes),
    metrics: proposeMetrics(metrics),
    unknown,
  };
}

/** What has a time and is nothing else is read as a log, and may say its message under another name. */
const likeliestOf = ({ kind, sketch, paths }: SurveyedGroup): MappedKind | null =>
  likeliestKind(sketch, paths)?.kind ?? (kind === 'logs' && saysMessage(sketch, paths) ? 'logs' : null);

const plainly = (assignment: Assignment): Assignment => ({
  ...assignment,
  pairs: assignment.pairs.filter(({ score, field }) => score >= sureMin || field.type === 'time'),
  absent: [],
  free: [],
});

type Draft = {
  readonly kind: MappedKind;
  readonly paths: readonly string[];
  readonly sketch: Sketch;
  readonly assignment: Assignment;
  readonly isSure: boolean;
};

function proposedRecords({ kind, paths, sketch, assignment }: Draft): ProposedRecords {
  const { pairs, wholes } = assignment;
  const order = new Map(contractFields(kind).map(({ path }, at) => [path, at]));
  const sorted = [...pairs].sort(
    (a, b) => (order.get(a.field.path) ?? 0) - (order.get(b.field.path) ?? 0) || compareText(a.source, b.source),
  );
  const fields = [
    ...wholes,
    ...sorted.filter(({ field: { path } }) => !isChain(path)).map(({ field, source }) => [field.path, source] as const),
    ...sorted.flatMap((pair) => innerLines(pair)),
  ].filter(([target, source]) => target !== source && !wholes.some((whole) => isPartOf(whole, target, source)));
  const values = sorted.flatMap(({ field, node }) => valuesOf(field, node));
  return {
    kind,
    paths,
    records: sketch.records,
    when: whenOf(kind, assignment, sketch),
    fields,
    values: kind === 'manifest' ? manifestFormat(sorted, values) : values,
    absent: absentOf(assignment),
    unused: assignment.free,
  };
}

/** A part that keeps its name in a list that is mapped whole needs no line of its own. */
const isPartOf = ([to, from]: readonly [string, string], target: string, source: string): boolean =>
  target.startsWith(`${to}[].`) &&
  source.startsWith(`${from}[].`) &&
  target.slice(to.length) === source.slice(from.length);

/** The paths that are always there tell the kind best. */
function whenOf(kind: MappedKind, { pairs, wholes }: Assignment, sketch: Sketch): When {
  if (kind === 'state') {
    const sections = [
      ...wholes.filter(([target]) => !target.includes('.')),
      ...pairs
        .map(({ field, source }) => [field.path, source] as const)
        .filter(([target]) => target.includes('.') && !target.includes('[]')),
    ];
    return { has: [...new Set(sections.map(([, source]) => source))].slice(0, 2) };
  }
  const sources = (need: string): readonly string[] => {
    const own = pairs
      .filter(({ field: { path } }) => path === need || path.startsWith(`${need}.`))
      .sort((a, b) => b.node.seen - a.node.seen || compareText(a.source, b.source));
    const whole = wholes.find(([target]) => target === need)?.[1];
    const [first] = own;
    return whole !== undefined ? [whole] : first === undefined ? [] : [first.source];
  };
  const fitting = needs[kind].filter((all) => all.every((need) => sources(need).length > 0));
  const found = (fitting[0] ?? []).flatMap(sources).map((source) => source.replace(/\[\].*$/, ''));
  const counted = found.filter((source) => seenAt(sketch, source) >= 0.5);
  return { has: [...new Set(counted.length > 0 ? counted : found)] };
}

function seenAt(sketch: Sketch, path: string): number {
  const test = compileWhen({ has: [path] });
  const { samples } = sketch;
  return samples.length === 0 ? 1 : samples.filter((record) => test(record, '')).length / samples.length;
}

/** Names inside free JSON that are the contract's, otherwise written. */
const innerNames: ReadonlySet<string> = new Set([
  ...contractFields('state').flatMap(({ path }) => path.replace(/^.*\[\]\./, '').split('.')),
  ...['state_id', 'kid', 'iss', 'aud', 'iat', 'nbf', 'exp', 'agent_id', 'path', 'reason', 'code', 'message', 'status'],
]);

const snake = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[-\s]+/g, '_')
    .toLowerCase();

function innerLines({ field, source, node }: Pair): readonly (readonly [string, string])[] {
  if (field.type !== 'json' || node.objects === 0 || field.path === 'body' || field.path === 'payload') return [];
  return [...node.keys.keys()].sort(compareText).flatMap((key) => {
    const name = snake(key);
    if (name === key || !innerNames.has(name) || node.keys.has(name)) return [];
    return [[`${field.path}.${name}`, `${source}.${key.replace(/[\\.[]/g, '\\$&')}`] as const];
  });
}

/** `__proto__` can be no key of a file, and a secret shall not stand in one. */
const isWritable = (word: string): boolean => word !== '__proto__' && maskText(word) === word;

const isThing = ({ path }: Field): boolean => path === 'resource.kind';

function valuesOf(field: Field, node: Node): readonly ProposedWords[] {
  const words: (readonly [string, string])[] = [];
  const open: string[] = [];
  for (const word of [...node.words.keys()].sort(compareText)) {
    const to = isThing(field) ? (thingFor(word) ?? word) : field.words === undefined ? word : wordFor(field, word);
    if (to === word || !isWritable(word)) continue;
    if (to === null) open.push(word);
    else words.push([word, to]);
  }
  return words.length + open.length === 0 ? [] : [{ target: field.path, words, open, known: field.words ?? [] }];
}

/** A manifest is believed to be one by its format. */
const manifestFormat = (pairs: readonly Pair[], values: ProposedRecords['values']): ProposedRecords['values'] => {
  const format = pairs.find(({ field }) => field.path === 'format');
  const words = [...(format?.node.words.keys() ?? [])]
    .filter((word) => word !== 'inquest-archive' && isWritable(word))
    .sort(compareText);
  const rest = values.filter(({ target }) => target !== 'format');
  return words.length === 0
    ? rest
    : [...rest, { target: 'format', words: words.map((word) => [word, 'inquest-archive']), open: [], known: [] }];
};

/** Of a list or group that is not there nothing is missing. A chain of hashes is over the bytes as they were written: it is not mapped. */
function absentOf({ absent, pairs }: Assignment): readonly string[] {
  const levels = new Set(pairs.map(({ field: { path } }) => path.replace(/[^.]*$/, '')));
  return absent.filter((path) => levels.has(path.replace(/[^.]*$/, '')) && !isChain(path));
}

const isChain = (path: string): boolean => path === 'hash' || path === 'prev_hash';

/** Makes sure that no kind takes the records of another: each `when` gets what only its own records have, or a path. */
function keepApart(
  drafts: readonly (ProposedRecords & { readonly samples: Sketch['samples']; readonly free: readonly string[] })[],
): readonly ProposedRecords[] {
  const sorted = [...drafts].sort((a, b) => (b.when.has?.length ?? 0) - (a.when.has?.length ?? 0));
  return sorted.map(({ samples, free, ...draft }, at) => {
    let { when } = draft;
    const later = sorted.slice(at + 1).flatMap((other) => other.samples);
    const steals = (): boolean => later.some((record) => compileWhen(when)(record, ''));
    for (const path of [...draft.fields.map(([, source]) => source), ...free]) {
      if (!steals()) break;
      if (path.includes('[]')) continue;
      const test = compileWhen({ has: [path] });
      if (samples.every((record) => test(record, '')) && !later.some((record) => test(record, '')))
        when = { ...when, has: [...(when.has ?? []), path] };
    }
    const [only, second] = draft.paths;
    if (steals() && only !== undefined && second === undefined) when = { ...when, path: only };
    return { ...draft, when };
  });
}

function guesses(
  pairs: readonly Pair[],
  known: readonly string[],
  guess: (word: string, node: Node) => { readonly to: string; readonly note: string | null } | null,
): { readonly found: readonly Guess[]; readonly open: readonly string[] } {
  const found = new Map<string, Guess>();
  const open = new Set<string>();
  for (const { node } of pairs)
    for (const word of node.words.keys()) {
      if (known.includes(word) || !isWritable(word)) continue;
      const made = guess(word, node);
      if (made === null) open.add(word);
      else if (!found.has(word)) found.set(word, { from: word, ...made });
    }
  const byName = [...found.values()].sort((a, b) => compareText(a.from, b.from));
  return { found: byName, open: [...open].filter((word) => !found.has(word)).sort(compareText) };
}
