import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { isSecretName } from '../../base/secrets.ts';
import { addRoutes, mergeRoutes, type SeenRoutes } from './routes.ts';
import { type Shape, shapeOf, shapes } from './shape.ts';

/** What stands at one place of many records. Bounded: beyond the limits only counts grow. */
export interface Node {
  /** Records, or items, in which it stands. */
  seen: number;
  readonly shapes: Map<Shape, number>;
  /** How often it was an object, and how often a list. */
  objects: number;
  lists: number;
  /** Different scalar values, as text, with their number; `more` when there were others. */
  words: ReadonlyMap<string, Word>;
  more: boolean;
  keys: ReadonlyMap<string, Node>;
  /** The items of its lists. */
  items: Node | null;
}

export interface Word {
  count: number;
  /** Statuses and texts that stand in records with this word: of codes only. Null where there are none. */
  statuses: Map<number, number> | null;
  texts: Set<string> | null;
}

/** What may still be kept, of one sketch or of several together. */
export interface Room {
  nodes: number;
  /** Words, and texts that stand with them. */
  words: number;
}

/** The shape of the records of one or more members. */
export interface Sketch {
  records: number;
  readonly top: Node;
  /** Whole records, for trying a test on. */
  readonly samples: JsonObject[];
  /** Characters of the samples. */
  sampled: number;
  /** Its own, and what it shares with others. */
  readonly rooms: readonly [own: Room, shared: Room];
  /** How often a key stood that is counted in no place: too many of them, too long, or too deep. */
  keysLeftOut: number;
  readonly routes: SeenRoutes;
}

const keysMax = 256;
const keyCharsMax = 200;
const wordsMax = 96;
const wordCharsMax = 64;
const samplesMax = 12;
const sampledMax = 64 * 1024;
const itemsMax = 64;
const textsMax = 4;
const textCharsMax = 200;
const statusesMax = 8;
/** What has more words than this holds no codes. */
const codesMax = 32;
export const depthMax = 12;

/** What one sketch keeps at most. */
const roomOfOne = (): Room => ({ nodes: 2_048, words: 16_384 });
/** What the sketches of an archive keep at most, all together: some tens of megabytes. */
export const roomOfAll = (): Room => ({ nodes: 16_384, words: 65_536 });

/** Most nodes hold either words or keys: an empty map for each would be most of a sketch. */
const none: ReadonlyMap<string, never> = new Map<string, never>();

const emptyNode = (): Node => ({
  seen: 0,
  shapes: new Map(),
  objects: 0,
  lists: 0,
  words: none,
  more: false,
  keys: none,
  items: null,
});

/** The map with the entry, which is the map itself but for the first one. */
function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  const own = map === (none as unknown) ? new Map<string, V>() : (map as Map<string, V>);
  return own.set(key, value);
}

export const emptySketch = (shared: Room = roomOfAll()): Sketch => ({
  records: 0,
  top: emptyNode(),
  samples: [],
  sampled: 0,
  rooms: [roomOfOne(), shared],
  keysLeftOut: 0,
  routes: new Map(),
});

/** Takes the room for one, where there is some. */
function take({ rooms }: Sketch, what: keyof Room): boolean {
  if (rooms.some((room) => room[what] <= 0)) return false;
  for (const room of rooms) room[what] -= 1;
  return true;
}

/** The node of a key; undefined where there is no room for it. */
function childOf(sketch: Sketch, node: Node, key: string): Node | undefined {
  const known = node.keys.get(key);
  if (known !== undefined) return known;
  if (key.length > keyCharsMax || node.keys.size >= keysMax || !take(sketch, 'nodes')) return undefined;
  const made = emptyNode();
  node.keys = withEntry(node.keys, key, made);
  return made;
}

function itemsOf(sketch: Sketch, node: Node): Node | null {
  if (node.items === null && take(sketch, 'nodes')) node.items = emptyNode();
  return node.items;
}

function wordIn(sketch: Sketch, node: Node, text: string): Word | undefined {
  const known = node.words.get(text);
  if (known !== undefined) return known;
  if (text.length > wordCharsMax || node.words.size >= wordsMax || !take(sketch, 'words')) {
    node.more = true;
    return undefined;
  }
  const made: Word = { count: 0, statuses: null, texts: null };
  node.words = withEntry(node.words, text, made);
  return made;
}

function addStatus(word: Word, status: number, count: number): void {
  word.statuses ??= new Map();
  if (word.statuses.has(status) || word.statuses.size < statusesMax)
    word.statuses.set(status, (word.statuses.get(status) ?? 0) + count);
}

function addText(sketch: Sketch, word: Word, text: string): void {
  word.texts ??= new Set();
  if (word.texts.has(text) || word.texts.size >= textsMax || !take(sketch, 'words')) return;
  word.texts.add(copied(text));
}

/** Takes one record into the sketch. */
export function addRecord(sketch: Sketch, record: JsonObject, chars: number): void {
  sketch.records += 1;
  if (sketch.samples.length < samplesMax && sketch.sampled + chars <= sampledMax) {
    sketch.samples.push(record);
    sketch.sampled += chars;
  }
  look(sketch, sketch.top, record, 0, statusIn(record));
  addRoutes(sketch.routes, record);
}

/** A number that may be the record's HTTP status: what a code goes with. */
function statusIn(value: Json, depth = 0): number | null {
  if (!isObject(value) || depth > 3) return null;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'number' && shapeOf(item) === 'HTTP status' && /status|code/i.test(key)) return item;
    const inner = statusIn(item, depth + 1);
    if (inner !== null) return inner;
  }
  return null;
}

function look(sketch: Sketch, node: Node, value: Json, depth: number, status: number | null): void {
  node.seen += 1;
  if (Array.isArray(value)) {
    node.lists += 1;
    const items = depth >= depthMax ? null : itemsOf(sketch, node);
    if (items === null) return;
    for (const item of value.slice(0, itemsMax)) look(sketch, items, item as Json, depth + 1, status);
    return;
  }
  if (isObject(value)) {
    node.objects += 1;
    const entries = Object.entries(value);
    if (depth >= depthMax) {
      sketch.keysLeftOut += entries.length;
      return;
    }
    const text = longTextIn(value);
    for (const [key, item] of entries) {
      const child = childOf(sketch, node, key);
      if (child === undefined) {
        sketch.keysLeftOut += 1;
        continue;
      }
      look(sketch, child, item, depth + 1, status);
      if (typeof item === 'string' || typeof item === 'number') noteBeside(sketch, child, String(item), status, text);
    }
    return;
  }
  const scalar = value as string | number | bigint | boolean | null;
  const shape = shapeOf(scalar);
  node.shapes.set(shape, (node.shapes.get(shape) ?? 0) + 1);
  if (scalar === null || shape === 'text' || shape === 'empty text') return;
  const word = wordIn(sketch, node, String(scalar));
  if (word !== undefined) word.count += 1;
}

const longTextIn = (value: JsonObject): string | null => {
  for (const item of Object.values(value))
    if (typeof item === 'string' && /\S\s+\S/.test(item)) return item.slice(0, textCharsMax);
  return null;
};

/** A part of a text holds the whole of it in memory. */
const copied = (part: string): string => Buffer.from(part, 'utf16le').toString('utf16le');

function noteBeside(sketch: Sketch, node: Node, word: string, status: number | null, text: string | null): void {
  const known = node.words.size > codesMax ? undefined : node.words.get(word);
  if (known === undefined) return;
  if (status !== null) addStatus(known, status, 1);
  if (text !== null) addText(sketch, known, text);
}

/** Puts the sketch of one member into that of several. */
export function mergeSketch(into: Sketch, from: Sketch): void {
  into.records += from.records;
  into.keysLeftOut += from.keysLeftOut;
  mergeRoutes(into.routes, from.routes);
  const room = into.sampled + from.sampled <= sampledMax ? samplesMax - into.samples.length : 0;
  if (room > 0) {
    into.samples.push(...from.samples.slice(0, room));
    into.sampled += from.sampled;
  }
  mergeNode(into, into.top, from.top);
}

function mergeNode(sketch: Sketch, into: Node, from: Node): void {
  into.seen += from.seen;
  into.objects += from.objects;
  into.lists += from.lists;
  into.more ||= from.more;
  for (const [shape, count] of from.shapes) into.shapes.set(shape, (into.shapes.get(shape) ?? 0) + count);
  for (const [text, { count, statuses, texts }] of from.words) {
    const own = wordIn(sketch, into, text);
    if (own === undefined) continue;
    own.count += count;
    for (const [status, times] of statuses ?? []) addStatus(own, status, times);
    for (const beside of texts ?? []) addText(sketch, own, beside);
  }
  for (const [key, child] of from.keys) {
    const own = childOf(sketch, into, key);
    if (own === undefined) sketch.keysLeftOut += child.seen;
    else mergeNode(sketch, own, child);
  }
  const items = from.items === null ? null : itemsOf(sketch, into);
  if (from.items !== null && items !== null) mergeNode(sketch, items, from.items);
}

/** One key of foreign records, as it may be shown. */
export interface SeenKey {
  /** As a dialect spells it. */
  readonly path: string;
  readonly seen: number;
  /** What stands there, most frequent first; words where there are few of them and none is a secret. */
  readonly shapes: readonly string[];
}

const keyShown = (key: string): string => key.replace(/[\\.[]/g, '\\$&');
const shownWord = /^[A-Za-z][\w.:-]{0,31}$/;
const fewWords = 8;

/** All keys with their nesting, in code-unit order. At most `limit`. */
export function keysOf(sketch: Sketch, limit: number): readonly SeenKey[] {
  const found: SeenKey[] = [];
  const walk = (node: Node, path: string, name: string, isSecret: boolean): void => {
    if (found.length >= limit) return;
    if (path !== '') found.push({ path, seen: node.seen, shapes: shapesShown(node, name, isSecret) });
    for (const key of [...node.keys.keys()].sort(compareText)) {
      const child = node.keys.get(key);
      if (child !== undefined)
        walk(child, path === '' ? keyShown(key) : `${path}.${keyShown(key)}`, key, isSecret || isSecretName(key));
    }
    if (node.items !== null) walk(node.items, `${path}[]`, name, isSecret);
  };
  walk(sketch.top, '', '', false);
  return found;
}

function shapesShown(node: Node, name: string, isSecret: boolean): readonly string[] {
  const shown: (readonly [string, number])[] = [];
  if (node.objects > 0) shown.push(['object', node.objects]);
  if (node.lists > 0) shown.push(['list', node.lists]);
  const counted = [...node.shapes].sort((a, b) => b[1] - a[1] || shapes.indexOf(a[0]) - shapes.indexOf(b[0]));
  const isAllStatus = !node.shapes.has('integer') && !node.shapes.has('number');
  for (const [of, count] of counted) {
    const shape = of === 'HTTP status' && !isAllStatus ? 'integer' : of;
    const words = [...node.words.keys()].sort(compareText);
    const isFew =
      shape === 'word' && !node.more && !isSecret && !isSecretName(name) && words.length <= fewWords && node.seen > 1;
    const few = isFew && words.every((word) => shownWord.test(word)) && node.seen > words.length;
    shown.push([isSecret && shape !== 'null' ? 'not shown' : few ? words.join('|') : shape, count]);
  }
  return [...new Set(shown.sort((a, b) => b[1] - a[1]).map(([text]) => text))].slice(0, 4);
}
