import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { isSecretName } from '../../base/secrets.ts';
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
  readonly words: Map<string, Word>;
  more: boolean;
  readonly keys: Map<string, Node>;
  moreKeys: boolean;
  /** The items of its lists. */
  items: Node | null;
}

export interface Word {
  count: number;
  /** Statuses and texts that stand in records with this word: of codes only. */
  readonly statuses: Map<number, number>;
  readonly texts: Set<string>;
}

/** The shape of the records of one or more members. */
export interface Sketch {
  records: number;
  readonly top: Node;
  /** Whole records, for trying a test on. */
  readonly samples: JsonObject[];
  /** Characters of the samples. */
  sampled: number;
  nodes: number;
}

const keysMax = 256;
const nodesMax = 2_048;
const keyCharsMax = 200;
const wordsMax = 96;
const wordCharsMax = 64;
const samplesMax = 12;
const sampledMax = 64 * 1024;
const depthMax = 12;
const itemsMax = 64;
const textsMax = 4;

const emptyNode = (): Node => ({
  seen: 0,
  shapes: new Map(),
  objects: 0,
  lists: 0,
  words: new Map(),
  more: false,
  keys: new Map(),
  moreKeys: false,
  items: null,
});

export const emptySketch = (): Sketch => ({ records: 0, top: emptyNode(), samples: [], sampled: 0, nodes: 1 });

/** Takes one record into the sketch. */
export function addRecord(sketch: Sketch, record: JsonObject, chars: number): void {
  sketch.records += 1;
  if (sketch.samples.length < samplesMax && sketch.sampled + chars <= sampledMax) {
    sketch.samples.push(record);
    sketch.sampled += chars;
  }
  look(sketch, sketch.top, record, 0, statusIn(record));
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
    if (depth >= depthMax || (node.items === null && sketch.nodes >= nodesMax)) return;
    if (node.items === null) {
      node.items = emptyNode();
      sketch.nodes += 1;
    }
    for (const item of value.slice(0, itemsMax)) look(sketch, node.items, item as Json, depth + 1, status);
    return;
  }
  if (isObject(value)) {
    node.objects += 1;
    if (depth >= depthMax) {
      node.moreKeys = true;
      return;
    }
    const text = longTextIn(value);
    for (const [key, item] of Object.entries(value)) {
      let child = node.keys.get(key);
      if (child === undefined) {
        if (key.length > keyCharsMax || node.keys.size >= keysMax || sketch.nodes >= nodesMax) {
          node.moreKeys = true;
          continue;
        }
        child = emptyNode();
        node.keys.set(key, child);
        sketch.nodes += 1;
      }
      look(sketch, child, item, depth + 1, status);
      if (typeof item === 'string' || typeof item === 'number') noteBeside(child, String(item), status, text);
    }
    return;
  }
  const scalar = value as string | number | bigint | boolean | null;
  const shape = shapeOf(scalar);
  node.shapes.set(shape, (node.shapes.get(shape) ?? 0) + 1);
  if (scalar === null || shape === 'text' || shape === 'empty text') return;
  const word = String(scalar);
  const known = node.words.get(word);
  if (known !== undefined) known.count += 1;
  else if (node.words.size < wordsMax && word.length <= wordCharsMax)
    node.words.set(word, { count: 1, statuses: new Map(), texts: new Set() });
  else node.more = true;
}

const longTextIn = (value: JsonObject): string | null => {
  for (const item of Object.values(value)) if (typeof item === 'string' && /\S\s+\S/.test(item)) return item;
  return null;
};

function noteBeside(node: Node, word: string, status: number | null, text: string | null): void {
  const known = node.words.get(word);
  if (known === undefined) return;
  if (status !== null && (known.statuses.has(status) || known.statuses.size < 8))
    known.statuses.set(status, (known.statuses.get(status) ?? 0) + 1);
  if (text !== null && known.texts.size < textsMax) known.texts.add(text.slice(0, 200));
}

/** Puts the sketch of one member into that of several. */
export function mergeSketch(into: Sketch, from: Sketch): void {
  into.records += from.records;
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
  into.moreKeys ||= from.moreKeys;
  for (const [shape, count] of from.shapes) into.shapes.set(shape, (into.shapes.get(shape) ?? 0) + count);
  for (const [text, word] of from.words) {
    const known = into.words.get(text);
    if (known === undefined && into.words.size >= wordsMax) {
      into.more = true;
      continue;
    }
    const own = known ?? { count: 0, statuses: new Map<number, number>(), texts: new Set<string>() };
    own.count += word.count;
    for (const [status, count] of word.statuses) own.statuses.set(status, (own.statuses.get(status) ?? 0) + count);
    for (const text_ of word.texts) if (own.texts.size < textsMax) own.texts.add(text_);
    into.words.set(text, own);
  }
  for (const [key, child] of from.keys) {
    let own = into.keys.get(key);
    if (own === undefined) {
      if (into.keys.size >= keysMax || sketch.nodes >= nodesMax) {
        into.moreKeys = true;
        continue;
      }
      own = emptyNode();
      into.keys.set(key, own);
      sketch.nodes += 1;
    }
    mergeNode(sketch, own, child);
  }
  if (from.items !== null) {
    if (into.items === null) {
      if (sketch.nodes >= nodesMax) return;
      into.items = emptyNode();
      sketch.nodes += 1;
    }
    mergeNode(sketch, into.items, from.items);
  }
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

/** Whether there are keys that were counted in no place: too many of them, too long, or too deep. */
export const hasMoreKeys = (sketch: Sketch): boolean => isCutAt(sketch.top);

const isCutAt = (node: Node): boolean =>
  node.moreKeys || [...node.keys.values()].some(isCutAt) || (node.items !== null && isCutAt(node.items));

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
