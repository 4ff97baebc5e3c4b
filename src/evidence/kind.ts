import type { JsonObject } from '../base/json.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import type { MetricMeaning, When } from './dialects/index.ts';
import type { Extractor } from './extract.ts';
import type { TimeReader } from './fast-time.ts';
import type { FlatRecords } from './flat-records.ts';
import type { Mention } from './mentions.ts';
import type { Place } from './place.ts';
import type { RowKind } from './tables.ts';

/** Why bytes became no record. Closed: documentation and checks come from this table. */
export const gapReasons = {
  not_json: 'the line or document is no JSON',
  not_an_object: 'the JSON value is no object, so it is no record',
  invalid_utf8: 'the bytes are no UTF-8',
  line_too_long: 'the line is longer than 16 MiB',
  document_too_large: 'the document is larger than 256 MiB',
  nested_too_deep: 'the JSON is nested too deep to be read',
  unreadable_sample: 'the line of a scrape is no sample',
  not_msgpack: 'the bytes are no MessagePack, and nothing after them can be found',
  not_a_pair: 'the line of a specification has no key and value',
  cut_off: 'the member breaks off within this record',
} as const;
export type GapReason = keyof typeof gapReasons;

/** What a member as a whole tells against itself, beside records that cannot be read. Closed, as the reasons above. */
export const memberFaults = {
  cut: 'a scrape that is OpenMetrics by what it holds lacks the `# EOF` at its end',
  after_eof: 'lines follow the `# EOF` of a scrape; they are read',
  unit_mismatch: 'a `# UNIT` names a unit that its metric does not end in',
} as const;
export interface MemberFault {
  readonly problem: keyof typeof memberFaults;
  readonly detail: string;
}

/** Where a kind puts its rows. */
export interface Out {
  readonly into: Readonly<Record<RowKind, Extractor>>;
  readonly times: TimeReader;
  /** Entities that the row written last into the table names outside of its columns. */
  readonly mention: (table: RowKind, mentions: readonly Mention[]) => void;
  /** What a metric counts. */
  readonly metric: (name: string) => MetricMeaning | null;
  readonly gap: (offset: number, length: number, reason: GapReason) => void;
}

/** One record of a JSON kind. */
export interface RecordIn {
  readonly record: JsonObject;
  readonly offset: number;
  readonly length: number;
  /** The record's own bytes, for kinds that give their parts references. */
  readonly bytes: () => Buffer;
  readonly place: Place;
  /** Fields of a MessagePack record that are `bin`, as bytes that are only lent. */
  readonly binary: ReadonlyMap<string, Buffer>;
  /** Where a dialect tells the group of a request's route. */
  readonly routeGroup?: string | null;
  /** Where a section of a mapped state may lie in its bytes: keys from the top, likeliest first. */
  readonly origins?: (section: string) => readonly (readonly string[])[];
}

/** A kind whose records are JSON objects (a line each, an item of an array each, or a whole document) or MessagePack maps. */
export interface JsonKind {
  readonly kind: EvidenceKind;
  /** Earlier is asked first; see `evidence.md`, *A record's kind, by content*. */
  readonly order: number;
  /** The tables that it fills. */
  readonly fills: readonly RowKind[];
  /** The dialect of a user in which it is spelt, and what recognises it, in words; the contract's own where there is none. */
  readonly spelling?: { readonly dialect: string; readonly test: string };
  /** The same test as data, any of these: for whoever asks why a record is of no kind. Empty where the path decides. */
  readonly content: readonly When[];
  /** Whether an object is a record of this kind: of every record it is asked, so it is code. A test holds both equal. */
  readonly accepts: (record: JsonObject, member: string) => boolean;
  /** The recommended paths: they decide only where the content does not. */
  readonly path: RegExp;
  /** Paths that decide before content: names that the product documents. */
  readonly ownPath?: RegExp;
  readonly emit: (record: RecordIn, out: Out) => void;
  /** Where a record is one row of a table and nothing else: its lines are then scanned, not parsed. */
  readonly flat?: FlatRecords;
  /** Lines or documents of this kind: its first test, and the examples of its documentation. */
  readonly samples: readonly string[];
}

/** A kind whose members are text of another form than JSON, line by line. */
export interface LineKind {
  readonly kind: EvidenceKind;
  readonly order: number;
  readonly fills: readonly RowKind[];
  readonly path: RegExp;
  /** Whether a member that begins with these lines is of this kind. */
  readonly begins: (lines: readonly string[]) => boolean;
  /** Whether no other kind has such a line: where it stands first it decides, whatever follows. */
  readonly isOwn: (line: string) => boolean;
  /** A fresh reader of a member's lines. */
  readonly open: (place: Place, out: Out) => LineReader;
  readonly samples: readonly string[];
}

export interface LineReader {
  /**
   * Returns how many records the line was: none for a comment, null for a gap. `before`: the record that was read as JSON since the last line
   * of text.
   */
  readonly line: (text: string, offset: number, length: number, before?: JsonObject) => number | null;
  /** Asked once, behind the last line; each problem at most once. */
  readonly faults?: () => readonly MemberFault[];
}

/** A kind that is kept whole as text: no JSON, no lines. */
export interface TextKind {
  readonly kind: EvidenceKind;
  readonly order: number;
  readonly fills: readonly RowKind[];
  readonly ownPath: RegExp;
  /** Whether a member under another name that begins with these lines is of this kind. */
  readonly begins?: (lines: readonly string[]) => boolean;
  readonly emitText: (text: string, length: number, place: Place, out: Out) => void;
  readonly samples: readonly string[];
}

/** A kind whose members are bytes, of which only the beginning is read. */
export interface BytesKind {
  readonly kind: EvidenceKind;
  readonly order: number;
  readonly fills: readonly RowKind[];
  /** Decides only where the content does not. */
  readonly path: RegExp;
  /** Whether a member that begins with these bytes is of this kind. */
  readonly beginsBytes: (head: Buffer) => boolean;
  /** `head`: the first 64 KiB, or less where the member is shorter; `size`: bytes of the whole member. */
  readonly emitBytes: (head: Buffer, size: number, place: Place, out: Out) => void;
  /** In hexadecimal. */
  readonly samples: readonly string[];
}

export type Kind = JsonKind | LineKind | TextKind | BytesKind;
