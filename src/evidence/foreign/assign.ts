/** Which foreign key is which field of a kind: by name, by what stands there, and each once. */
import { compareText, inOrder } from '../../base/order.ts';
import { contractFields, type Field, type FieldType, type MappedKind } from '../dialects/index.ts';
import { isLevelWord } from '../log/level.ts';
import { type Name, nameOf, nameScore } from './names.ts';
import type { Shape } from './shape.ts';
import type { Node, Sketch } from './sketch.ts';
import { wordFor } from './words.ts';

/** A field and where it stands, both as a dialect spells them. */
export interface Pair {
  readonly field: Field;
  readonly source: string;
  readonly node: Node;
  readonly score: number;
}

export interface Assignment {
  readonly kind: MappedKind;
  readonly pairs: readonly Pair[];
  /** Lists and objects that are mapped whole, before their parts: target, source. */
  readonly wholes: readonly (readonly [target: string, source: string])[];
  /** Fields of the contract that nothing fits, at the places that are there. */
  readonly absent: readonly string[];
  /** Foreign keys that no field takes. */
  readonly free: readonly string[];
}

interface Candidate {
  /** From the level's top. */
  readonly path: string;
  /** Without what every record wraps its fields in. */
  readonly name: Name;
  /** Beside what wraps the record: an index's or an envelope's own. */
  readonly outside: boolean;
  readonly node: Node;
}

const scoreMin = 0.6;
/** What has more places than this in one object keeps data in its keys. */
const candidatesMax = 256;
const depthMax = 5;

const escapedKey = (key: string): string => key.replace(/[\\.[]/g, '\\$&');

const times: readonly Shape[] = [
  'time (RFC 3339)',
  'time (epoch s)',
  'time (epoch ms)',
  'time (epoch us)',
  'time (epoch ns)',
];
const texts: readonly Shape[] = ['word', 'text', 'UUID', 'digest', 'path', 'URL', 'address', 'HTTP method'];
const fits: Readonly<Record<Exclude<FieldType, 'texts' | 'json'>, readonly Shape[]>> = {
  time: times,
  int: ['integer', 'HTTP status', 'number'],
  bool: ['true or false'],
  id: ['word', 'UUID', 'digest', 'integer', 'HTTP status', 'text', 'address', ...times],
  text: [...texts, ...times],
  word: ['word', 'text', 'integer', 'path'],
  path: ['path'],
  method: ['HTTP method'],
  status: ['HTTP status'],
  code: ['word', 'integer', 'HTTP status'],
  action: ['word', 'text'],
  hash: ['digest', 'word'],
  ip: ['address'],
};

const tells: ReadonlySet<Shape> = new Set<Shape>(['null', 'masked', 'empty text']);

/** Whether what stands there can be a value of the field. Of what is always null or masked nothing is known. */
function canBe(field: Field, node: Node): boolean {
  if (field.type === 'json') return true;
  if (field.type === 'texts') return node.lists > 0 && node.objects === 0 && (node.items?.objects ?? 0) === 0;
  if (node.objects > 0 || node.lists > 0) return false;
  let all = 0;
  let good = 0;
  for (const [shape, count] of node.shapes) {
    if (tells.has(shape)) continue;
    all += count;
    if (fits[field.type].includes(shape)) good += count;
  }
  return all === 0 || good / all >= 0.8;
}

/** What only few fields look like: then the shape tells almost as much as a name. */
function shapeScore(field: Field, node: Node): number {
  if (node.objects > 0 || node.lists > 0 || node.shapes.size === 0) return 0;
  if (field.type === 'method') return 0.75;
  if (field.type === 'path') return 0.62;
  if (field.type === 'status') return isStatus(node) ? 0.61 : 0;
  if (field.type === 'ip') return 0.6;
  if (field.type === 'hash') return [...node.shapes.keys()].includes('digest') ? 0.5 : 0;
  return 0;
}

/** Few numbers, each a status, and success among them. */
const isStatus = ({ shapes, words, more }: Node): boolean =>
  shapes.size === 1 && shapes.has('HTTP status') && !more && words.size <= 16 && (words.has('200') || words.has('204'));

export function assign(kind: MappedKind, sketch: Sketch): Assignment {
  const pairs: Pair[] = [];
  const wholes: (readonly [string, string])[] = [];
  const absent: string[] = [];
  const free: string[] = [];
  level(contractFields(kind), '', sketch.top, '');
  return { kind, pairs, wholes, absent, free };

  /** One object and the lists in it; their items are levels of their own. */
  function level(fields: readonly Field[], targetBase: string, node: Node, sourceBase: string): void {
    const here = fields.filter(({ path }) => !path.includes('[]'));
    const lists = new Map<string, Field[]>();
    for (const field of fields) {
      const at = field.path.indexOf('[]');
      if (at < 0) continue;
      const name = field.path.slice(0, at);
      const rest = field.path.slice(at + 3);
      lists.set(name, [...(lists.get(name) ?? []), { ...field, path: rest }]);
    }
    const all = candidatesOf(node);
    const taken = new Set<string>();

    const chosenLists = best(
      [...lists].flatMap(([name, inner]) =>
        all
          .filter((one) => (one.node.items?.objects ?? 0) > 0)
          .map((one) => ({ key: name, one, score: listScore(name, inner, one, lists.size) })),
      ),
    );
    for (const { key, one } of chosenLists) taken.add(one.path).add(key);

    // What may hold any JSON is chosen by its name, and what lies in it is its own: `before.status` is no outcome.
    const isPart = (path: string): boolean => [...taken].some((other) => path.startsWith(`${other}.`));
    const choose = (fields: readonly Field[], open: readonly Candidate[]): Choice[] =>
      best(
        fields.flatMap((field) =>
          open
            .filter((one) => canBe(field, one.node))
            .map((one) => ({ key: field.path, one, score: fieldScore(field, one) })),
        ),
      );
    const chosen = choose(
      here.filter(({ type }) => type === 'json'),
      all.filter(({ path, node: own }) => !taken.has(path) && (own.objects > 0 || own.lists > 0)),
    ).filter(({ score }) => score >= 0.7);
    for (const { one } of chosen) taken.add(one.path);
    const open = all.filter(
      ({ path, node: own }) => !taken.has(path) && !isPart(path) && (own.items?.objects ?? 0) === 0,
    );
    const done = new Set(chosen.map(({ key }) => key));
    chosen.push(
      ...choose(
        here.filter(({ path }) => !done.has(path)),
        open,
      ),
    );
    onlyTime(here, open, chosen);
    if (kind === 'logs') onlyWords(here, open, chosen);
    const byPath = new Map(here.map((field) => [field.path, field]));
    for (const { key, one, score } of chosen) {
      const field = byPath.get(key) as Field;
      taken.add(one.path);
      pairs.push({
        field: { ...field, path: targetBase + field.path },
        source: sourceBase + one.path,
        node: one.node,
        score,
      });
    }
    for (const { path } of here)
      if (!chosen.some(({ key }) => sameField(kind, key, path))) absent.push(targetBase + path);
    for (const { path, node: own } of all)
      if (own.objects === 0 && !taken.has(path) && !isPart(path)) free.push(sourceBase + path);

    for (const { key, one } of chosenLists) {
      wholes.push([targetBase + key, sourceBase + one.path]);
      level(lists.get(key) ?? [], `${targetBase}${key}[].`, one.node.items as Node, `${sourceBase}${one.path}[].`);
    }
  }
}

/** A log has one time and one message, for which the contract has several names. */
const logNames = [
  ['ts', 'time', '@timestamp', 'timestamp'],
  ['msg', 'message'],
];
const sameField = (kind: MappedKind, one: string, other: string): boolean =>
  one === other || (kind === 'logs' && logNames.some((names) => names.includes(one) && names.includes(other)));

interface Choice {
  readonly key: string;
  readonly one: Candidate;
  readonly score: number;
}

/** The best choices first, each key and each candidate once. */
function best(choices: readonly Choice[]): Choice[] {
  const sorted = [...choices]
    .filter(({ score }) => score >= scoreMin)
    .sort(
      inOrder<Choice>(
        (a, b) => b.score - a.score,
        (a, b) => a.one.path.length - b.one.path.length,
        (a, b) => compareText(a.one.path, b.one.path),
      ),
    );
  const keys = new Set<string>();
  const paths = new Set<string>();
  return sorted.filter(({ key, one }) => {
    if (keys.has(key) || paths.has(one.path)) return false;
    keys.add(key);
    paths.add(one.path);
    return true;
  });
}

/** Whether only words stand there that the field is known to hold. */
function speaks(field: Field, { words, more }: Node): boolean {
  const known = field.words;
  return known !== undefined && !more && words.size > 0 && [...words.keys()].every((word) => known.includes(word));
}

/** Whether any of what stands there is another word for what the field may hold. */
const understands = (field: Field, { words }: Node): boolean =>
  [...words.keys()].some((word) => wordFor(field, word) !== null);

function fieldScore(field: Field, { path, name, outside, node }: Candidate): number {
  if (path === field.path) return 1.5;
  const named = nameScore(field.path, name);
  // An object is a field only where the field holds any JSON, and then by its name.
  if (field.type === 'json' && node.objects === 0 && node.lists === 0 && named < 0.9) return 0;
  const shaped = Math.max(shapeScore(field, node), speaks(field, node) ? 0.65 : 0);
  const strange = field.words !== undefined && node.words.size > 0 && !understands(field, node) ? 0.25 : 0;
  return (
    Math.max(named + (shaped > 0 && named > 0 ? 0.1 : 0), shaped) -
    (outside && field.type !== 'time' ? 0.3 : 0) -
    strange
  );
}

/** Records that all have one time, and no other, have their time there, whatever it is called. */
function onlyTime(fields: readonly Field[], open: readonly Candidate[], chosen: Choice[]): void {
  const [first] = fields.filter(({ type }) => type === 'time');
  if (first === undefined || chosen.some(({ key }) => key === first.path)) return;
  const used = new Set(chosen.map(({ one }) => one.path));
  const most = Math.max(0, ...open.map(({ node }) => node.seen));
  const left = open.filter(
    ({ path, node }) => !used.has(path) && canBe(first, node) && isTime(node) && node.seen >= 0.9 * most,
  );
  const [only, second] = left;
  if (only !== undefined && second === undefined) chosen.push({ key: first.path, one: only, score: scoreMin });
}

const logPlaces = [
  { names: ['message', 'msg'], holds: isSentence },
  { names: ['level'], holds: isLevel },
] as const;

/** A log has its message where alone sentences stand, and its level where alone levels do, whatever they are called. */
function onlyWords(fields: readonly Field[], open: readonly Candidate[], chosen: Choice[]): void {
  const most = Math.max(0, ...open.map(({ node }) => node.seen));
  for (const { names, holds } of logPlaces) {
    const [name] = names;
    if (chosen.some(({ key }) => (names as readonly string[]).includes(key))) continue;
    if (!fields.some(({ path }) => path === name)) continue;
    const used = new Set(chosen.map(({ one }) => one.path));
    const [only, second] = open.filter(({ path, node }) => !used.has(path) && node.seen >= 0.9 * most && holds(node));
    if (only !== undefined && second === undefined) chosen.push({ key: name, one: only, score: scoreMin });
  }
}

/** Mostly several words; never a list or an object. */
function isSentence({ shapes, objects, lists, seen }: Node): boolean {
  return objects === 0 && lists === 0 && (shapes.get('text') ?? 0) >= 0.5 * seen;
}

function isLevel({ words, more, objects, lists }: Node): boolean {
  return objects === 0 && lists === 0 && !more && words.size > 0 && [...words.keys()].every(isLevelWord);
}

const isTime = (node: Node): boolean => [...node.shapes.keys()].some((shape) => times.includes(shape));

/** A list by its name, and by what its items hold. */
function listScore(list: string, inner: readonly Field[], { path, name, node }: Candidate, lists: number): number {
  if (path === list) return 1.5;
  const named = nameScore(list, name);
  const items = node.items;
  if (items === null) return 0;
  const leaves = inner.filter((field) => !field.path.includes('[]'));
  const keys = candidatesOf(items).filter((one) => one.node.objects === 0);
  const alike = leaves.filter((field) => keys.some((one) => nameScore(field.path, one.name) >= 0.95)).length;
  const told = keys.length === 0 ? 0 : alike / Math.min(leaves.length, keys.length);
  return Math.max(named, 0.4 * named + 0.65 * told, lists === 1 ? 0.4 + 0.4 * told : 0);
}

/** Everything below an object, lists not entered; without what wraps it all. */
function candidatesOf(node: Node): readonly Candidate[] {
  const found: Candidate[] = [];
  const wrapped = wrapperOf(node);
  const walk = (here: Node, path: string, name: string, depth: number): void => {
    for (const [key, child] of here.keys) {
      // No path can name it.
      if (key === '') continue;
      if (found.length >= candidatesMax) return;
      const own = path === '' ? escapedKey(key) : `${path}.${escapedKey(key)}`;
      const isWrapper = wrapped === own || wrapped.startsWith(`${own}.`);
      const spelt = isWrapper ? '' : name === '' ? key : `${name}.${key}`;
      const outside = wrapped !== '' && !own.startsWith(`${wrapped}.`);
      if (!isWrapper) found.push({ path: own, name: nameOf(spelt), outside, node: child });
      if (child.keys.size > 0 && depth < depthMax) walk(child, own, spelt, depth + 1);
    }
  };
  walk(node, '', '', 0);
  return found;
}

const leavesOf = (node: Node): number => {
  const items = node.items === null ? 0 : leavesOf(node.items);
  return node.keys.size === 0
    ? Math.max(1, items)
    : [...node.keys.values()].reduce((sum, one) => sum + leavesOf(one), items);
};

/** Beside what wraps a record stand few keys: an index's, an envelope's. */
const besideMax = 5;

/** The path of the object that holds nearly all the fields: `data`, `_source`, `event.payload`. Empty where there is none. */
function wrapperOf(node: Node): string {
  let path = '';
  let here = node;
  const all = leavesOf(node);
  for (let depth = 0; depth < 3 && here.keys.size <= besideMax + 1; depth++) {
    const outer = here;
    const next = [...outer.keys].find(
      ([, child]) =>
        child.keys.size >= 1 &&
        child.keys.size + 1 >= outer.keys.size &&
        child.seen >= 0.95 * outer.seen &&
        leavesOf(child) >= 0.6 * all,
    );
    if (next === undefined) break;
    const [key, child] = next;
    path = path === '' ? escapedKey(key) : `${path}.${escapedKey(key)}`;
    here = child;
  }
  return path;
}
