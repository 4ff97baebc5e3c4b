import { isUtf8 } from 'node:buffer';
import { isObject, type Json, type JsonObject, parseJson } from '../base/json.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import { RowSink } from './batch.ts';
import { scanJson } from './cut/json-spans.ts';
import { cutLines, type LineCutter, type LineHandler, lineBytesMax } from './cut/lines.ts';
import { cutValues, type ValueCutter } from './cut/msgpack.ts';
import { compileExtractor, type Extractor } from './extract.ts';
import { createTimeReader } from './fast-time.ts';
import { listBegins, objectIn, trimmed, whyNoList } from './json-text.ts';
import type { GapReason, JsonKind, Kind, LineKind, LineReader, Out, TextKind } from './kind.ts';
import { createLineScanners } from './line-scanner.ts';
import { hasLongDigits } from './long-digits.ts';
import { decode, TooDeep } from './msgpack/decode.ts';
import { placeOf } from './place.ts';
import type { EvidenceOptions, EvidenceReader, LineCount, MemberReader, MemberReading } from './reader-types.ts';
import {
  headBytes,
  jsonFormOf,
  kindOfRecord,
  lookedAt,
  otherKind,
  type Reading,
  readingsOf,
  recognise,
  spellingsOf,
  textFormOf,
} from './recognise.ts';
import { createSymbols } from './symbols.ts';
import { type RowKind, rowKinds, tables } from './tables.ts';

/** A document of more bytes than this is a gap: it would have to be held whole. */
const documentBytesMax = 256 * 1024 * 1024;

/** Turns the bytes of members, one after another, into rows. Memory is bounded by the limits on lines and documents. */
export function createEvidenceReader(options: EvidenceOptions): EvidenceReader {
  const symbols = createSymbols();
  const times = createTimeReader();
  const spellings = spellingsOf(options.dialects ?? []);
  const sinks = {} as Record<RowKind, RowSink>;
  const into = {} as Record<RowKind, Extractor>;
  for (const name of rowKinds) {
    sinks[name] = new RowSink(name, symbols);
    into[name] = compileExtractor(tables[name], sinks[name], times);
  }
  const scannerOf = createLineScanners(sinks, times);
  const noRecord: JsonObject = {};
  const noBinary: ReadonlyMap<string, Buffer> = new Map();
  let gaps = 0;
  const out: Out = {
    into,
    times,
    mention: (table, mentions) => sinks[table].mention(mentions),
    metric: spellings.metric,
    gap(offset, length, reason) {
      gaps += 1;
      into.gap(noRecord, offset, length, [reason]);
    },
  };

  function flush(names: readonly RowKind[], all: boolean): void {
    for (const name of names) {
      const sink = sinks[name];
      if (!all && !sink.isFull) continue;
      const batch = sink.take();
      if (batch !== null) options.onRows(batch);
    }
  }

  function member(path: string): MemberReader {
    const place = placeOf(path);
    let reading: Reading | null = null;
    let kind: EvidenceKind = 'unrecognised';
    let held: Buffer[] = [];
    let heldBytes = 0;
    let hasLine = false;
    let tooLarge = false;
    let cutter: ValueCutter | null = null;
    let counted: LineCutter['counted'] | null = null;
    let records = 0;
    let comments = 0;
    let textLines: LineReader | null = null;
    let main: Kind | null = null;
    let mainBy: MemberReading['by'] = 'content';
    const strays = new Map<JsonKind, number>();
    let breaksOff = false;
    gaps = 0;

    let source: string | Buffer = '';
    const bytes = (): Buffer => (typeof source === 'string' ? Buffer.from(source, 'utf8') : source);
    const input = { record: noRecord, offset: 0, length: 0, bytes, place, binary: noBinary };

    function gap(offset: number, length: number, reason: GapReason): void {
      out.gap(offset, length, breaksOff ? 'cut_off' : reason);
      if (sinks.gap.isFull) flush(['gap'], false);
    }

    /** A record of another kind in this member is read as its own; logs take only what nobody else does. */
    function emit(own: JsonKind, record: JsonObject, from: string | Buffer, offset: number, length: number): void {
      const by = own.accepts(record, path) || own.ownPath !== undefined ? own : otherKind(spellings, own, record, path);
      source = from;
      input.record = record;
      input.offset = offset;
      input.length = length;
      const primary = sinks[by.fills[0] as RowKind];
      const before = primary.total;
      try {
        by.emit(input, out);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        gap(offset, length, 'nested_too_deep');
      }
      const made = primary.total - before;
      records += made;
      if (by !== main) strays.set(by, (strays.get(by) ?? 0) + made);
      if (by.kind === 'manifest') options.onManifest(record);
      flush(by.fills, false);
    }

    function jsonLine(own: JsonKind, line: string, offset: number, length: number): void {
      let value: Json;
      try {
        value = hasLongDigits(line) ? parseJson(line) : (JSON.parse(line) as Json);
      } catch (error) {
        gap(offset, length, error instanceof RangeError ? 'nested_too_deep' : 'not_json');
        return;
      }
      if (isObject(value)) emit(own, value, line, offset, length);
      else gap(offset, length, 'not_an_object');
    }

    const opened = (text: LineKind): LineReader => {
      textLines = text.open(place, { ...out, gap });
      return textLines;
    };

    function textLine(lines: LineReader, own: LineKind, line: string, at: number, length: number, before?: JsonObject) {
      try {
        const made = lines.line(line, at, length, before);
        if (made === 0) comments += 1;
        records += made ?? 0;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        gap(at, length, 'nested_too_deep');
      }
      flush(own.fills, false);
    }

    /** A kind that has both forms: lines that are records of it as JSON, and lines of text. */
    function mixedLines(json: JsonKind, text: LineKind): LineHandler['line'] {
      const lines = opened(text);
      let before: JsonObject | undefined;
      return (line, offset, length) => {
        const value = line.charCodeAt(0) === 123 ? objectIn(line) : undefined;
        if (value !== undefined && json.accepts(value, path)) {
          emit(json, value, line, offset, length);
          before = value;
        } else {
          textLine(lines, text, line, offset, length, before);
          before = undefined;
        }
      };
    }

    function packed(own: JsonKind, value: Buffer, offset: number): void {
      try {
        const decoded = decode(value);
        input.binary = decoded.binary;
        if (isObject(decoded.value)) emit(own, decoded.value, value, offset, value.length);
        else gap(offset, value.length, 'not_an_object');
      } catch (error) {
        if (!(error instanceof TooDeep)) throw error;
        gap(offset, value.length, 'nested_too_deep');
      } finally {
        input.binary = noBinary;
      }
    }

    function lineReader(how: Extract<Reading, { readonly form: 'lines' | 'text-lines' }>): LineHandler['line'] {
      if (how.form === 'lines') {
        const text = textFormOf(how.kind, path);
        return text === undefined
          ? (line, at, length) => jsonLine(how.kind, line, at, length)
          : mixedLines(how.kind, text);
      }
      const json = jsonFormOf(spellings, how.kind);
      if (json !== undefined) return mixedLines(json, how.kind);
      const lines = opened(how.kind);
      return (line, at, length) => textLine(lines, how.kind, line, at, length);
    }

    function start(head: Buffer, complete: boolean): void {
      reading = recognise(spellings, path, head, complete);
      if (reading.form === 'raw') return;
      if (reading.kind !== null) kind = reading.kind.kind;
      main = reading.kind;
      mainBy = reading.by;
      const bad = {
        badUtf8: (offset: number, length: number) => gap(offset, length, 'invalid_utf8'),
        tooLong: (offset: number, length: number) => gap(offset, length, 'line_too_long'),
      };
      if (reading.form === 'lines' || reading.form === 'text-lines') {
        const scan = reading.form === 'lines' ? scanOf(reading.kind) : undefined;
        const lines = cutLines({ ...bad, line: lineReader(reading), scan });
        cutter = lines;
        counted = lines.counted;
      } else if (reading.form === 'values') {
        const own = reading.kind;
        cutter = cutValues(
          {
            value: (value, offset) => packed(own, value, offset),
            damaged: (offset, length) => gap(offset, length, 'not_msgpack'),
            tooLarge: (offset, length) => gap(offset, length, 'document_too_large'),
            cutOff: (offset, length) => gap(offset, length, 'cut_off'),
          },
          documentBytesMax,
        );
      }
    }

    /** The usual lines of a kind whose records are rows need no parsing. */
    function scanOf(own: JsonKind): LineHandler['scan'] {
      const scanner = scannerOf(own);
      if (scanner === null) return undefined;
      return (bytes, from, offset) => {
        const end = scanner(bytes, from, offset);
        if (end < 0) return end;
        records += 1;
        flush(own.fills, false);
        return end;
      };
    }

    /** Of a member of bytes only the beginning is kept. */
    function holdHead(chunk: Buffer): void {
      if (heldBytes < headBytes) held.push(Buffer.from(chunk.subarray(0, headBytes - heldBytes)));
      heldBytes += chunk.length;
    }

    function hold(chunk: Buffer): void {
      if (heldBytes + chunk.length > documentBytesMax) {
        tooLarge = true;
        held = [];
      }
      if (!tooLarge) held.push(Buffer.from(chunk));
      heldBytes += chunk.length;
    }

    const take = (): Buffer => Buffer.concat(held.splice(0));

    function document(own: JsonKind | null, bytes: Buffer): void {
      const at = trimmed(bytes);
      if (at.length === 0) return;
      const body = bytes.subarray(at.offset, at.offset + at.length);
      if (!isUtf8(body)) {
        gap(at.offset, at.length, 'invalid_utf8');
        return;
      }
      if (body[0] === listBegins) {
        const why = whyNoList(body);
        if (why === null) items(own, body, at.offset);
        else gap(at.offset, at.length, why);
        return;
      }
      const source = body.toString('utf8');
      let value: Json;
      try {
        value = parseJson(source);
      } catch (error) {
        gap(at.offset, at.length, error instanceof RangeError ? 'nested_too_deep' : 'not_json');
        return;
      }
      if (!isObject(value)) {
        gap(at.offset, at.length, 'not_an_object');
        return;
      }
      const told = own?.ownPath !== undefined ? null : kindOfRecord(spellings, value, path);
      const by = told ?? own;
      if (by === null) return;
      kind = by.kind;
      main = by;
      if (told !== null) mainBy = 'content';
      emit(by, value, source, at.offset, at.length);
    }

    /** One array of records: every item is one. */
    function items(own: JsonKind | null, body: Buffer, base: number): void {
      let by = own;
      let decided = false;
      scanJson(
        body,
        {
          value(depth, key, span) {
            if (depth !== 1 || key !== null) return;
            const source = body.toString('utf8', span.offset, span.offset + span.length);
            let value: Json;
            try {
              value = parseJson(source);
            } catch {
              if (by !== null) gap(base + span.offset, span.length, 'not_json');
              return;
            }
            if (isObject(value) && !decided) {
              const found = kindOfRecord(spellings, value, path);
              // The path tells where the content does not; but what a user's dialect says goes before it.
              by = own === null || found?.spelling !== undefined ? found : own;
              decided = by !== null;
              main = by;
              if (found !== null && found.kind === by?.kind) mainBy = 'content';
            }
            if (by === null) return;
            if (isObject(value)) emit(by, value, source, base + span.offset, span.length);
            else gap(base + span.offset, span.length, 'not_an_object');
          },
        },
        1,
      );
      if (by !== null) kind = own === null || by.spelling !== undefined ? by.kind : own.kind;
    }

    return {
      feed(chunk) {
        if (cutter !== null) {
          cutter.feed(chunk);
          return;
        }
        if (reading !== null) {
          if (reading.form === 'bytes') holdHead(chunk);
          else if (reading.form !== 'raw') hold(chunk);
          return;
        }
        hold(chunk);
        hasLine ||= chunk.includes(10);
        // A first line without an end is waited for, up to the longest.
        if (heldBytes < headBytes || (heldBytes < lineBytesMax && !hasLine)) return;
        const head = take();
        start(lookedAt(head), false);
        feedHead(head);
      },
      end(cut) {
        if (reading === null) {
          const head = take();
          start(head, true);
          feedHead(head);
        }
        breaksOff = cut;
        if (cutter !== null) cutter.end();
        else if (reading !== null && reading.form !== 'raw') finishDocument(reading);
        flush(rowKinds, true);
        const readings = main === null ? [] : readingsOf(main, mainBy, records, strays);
        const faults = textLines?.faults?.() ?? [];
        return { kind, records, gaps, lines: lineCount(), faults, timeForms: times.takeForms(), place, readings };
      },
    };

    /** Null where a line may be more than a record, or less. */
    function lineCount(): LineCount | null {
      if (counted === null || [main, ...strays.keys()].some((one) => one?.fills.includes('document'))) return null;
      const { lines, blank } = counted();
      return { total: lines, blank: blank + comments };
    }

    function feedHead(head: Buffer): void {
      if (cutter !== null) cutter.feed(head);
      else if (reading !== null && reading.form !== 'raw') {
        heldBytes = 0;
        if (reading.form === 'bytes') holdHead(head);
        else hold(head);
      }
    }

    function finishDocument(how: Reading): void {
      if (how.form === 'raw' || how.form === 'lines' || how.form === 'values' || how.form === 'text-lines') return;
      if (tooLarge) {
        gap(0, heldBytes, 'document_too_large');
        return;
      }
      const bytes = take();
      if (how.form === 'document') document(how.kind, bytes);
      else if (how.form === 'bytes') {
        how.kind.emitBytes(bytes, heldBytes, place, out);
        records += 1;
      } else if (isUtf8(bytes)) wholeText(how.kind, bytes);
      else gap(0, bytes.length, 'invalid_utf8');
    }

    function wholeText(own: TextKind, bytes: Buffer): void {
      try {
        own.emitText(bytes.toString('utf8'), bytes.length, place, { ...out, gap });
        records += 1;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        gap(0, bytes.length, 'nested_too_deep');
      }
    }
  }

  return { member, takeSymbols: () => symbols.takeNew(), dialectHits: () => spellings.hits };
}
