/** The records of a JSON document as far as a sketch looks at them: however large it is, little of it is held at once. */
import { isObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { type Span, scanJson } from '../cut/json-spans.ts';

/** What an object and a list may hold: more than a sketch keeps, so that it sees that there is more. */
const keysMax = 300;
const itemsMax = 100;
/** Values of one depth of one record. */
const valuesMax = 32_768;
/** Of a longer text only the beginning, as it is spelt. */
const textBytesMax = 64 * 1024;
const beginningBytes = 1_024;

const listBegins = 91;
const objectBegins = 123;
const quote = 34;

/** What was read of the innermost objects and lists that are open, one for each depth. */
interface Level {
  entries: (readonly [string, Json])[];
  items: Json[];
  /** Values taken into this depth since the record began. */
  taken: number;
}

/**
 * Gives each object of a list, or the object that the document is, with its bytes. Down to `depthMax` levels of a record. False where
 * the document is no JSON.
 */
export function thinRecords(
  text: Buffer,
  depthMax: number,
  onRecord: (record: JsonObject, bytes: number) => void,
): boolean {
  const isList = text.find((byte) => byte > 32) === listBegins;
  const recordDepth = isList ? 1 : 0;
  const levels = Array.from(
    { length: recordDepth + depthMax + 2 },
    (): Level => ({ entries: [], items: [], taken: 0 }),
  );
  let isBroken = false;

  function valueAt(depth: number, { offset, length }: Span): Json {
    const first = text[offset];
    if (first !== objectBegins && first !== listBegins) return scalarIn(text, offset, length);
    const inner = levels[depth + 1] as Level;
    const { entries, items } = inner;
    inner.entries = [];
    inner.items = [];
    return first === objectBegins ? (Object.fromEntries(entries) as JsonObject) : items;
  }

  function put(depth: number, key: string | null, value: Json): void {
    const level = levels[depth] as Level;
    if (level.taken >= valuesMax) return;
    level.taken += 1;
    if (key === null) {
      if (level.items.length < itemsMax) level.items.push(value);
    } else if (level.entries.length < keysMax) level.entries.push([plainKey(key), value]);
  }

  const visitor = {
    value(depth: number, key: string | null, span: Span): void {
      if (isBroken) return;
      try {
        const value = valueAt(depth, span);
        if (depth > recordDepth) put(depth, key, value);
        else if (depth === recordDepth) {
          for (const level of levels) level.taken = 0;
          if (isObject(value)) onRecord(value, span.length);
        }
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        isBroken = true;
      }
    },
  };
  return scanJson(text, visitor, recordDepth + depthMax) === 'whole' && !isBroken;
}

function scalarIn(text: Buffer, offset: number, length: number): Json {
  return text[offset] === quote && length > textBytesMax
    ? text.toString('utf8', offset + 1, offset + beginningBytes)
    : parseJson(text.toString('utf8', offset, offset + length));
}

const plainKey = (key: string): string => (key.includes('\\') ? String(JSON.parse(`"${key}"`)) : key);
