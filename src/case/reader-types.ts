import type { Limits } from '../archive/index.ts';
import type { Digest } from '../base/digest.ts';
import type { Entity } from '../base/entity.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Ref } from '../base/ref.ts';
import type { Result } from '../base/result.ts';
import type { Micros } from '../base/time.ts';
import type { EventKind, EvidenceKind, Outcome } from '../base/vocabulary.ts';
import type { ColumnName, GapRow, LineCount, MemberReading, Row, RowKind, UserDialect } from '../evidence/index.ts';
import type { Checks } from './check-results.ts';
import type { ClockRow } from './clock-rows.ts';
import type { CauseInput, FindingInput, SymptomInput } from './results.ts';

export interface Progress {
  readonly step: 'reading' | 'indexing' | 'finishing';
  /** Bytes of the archive on disk, read of all. */
  readonly done: number;
  readonly of: number;
}

export interface OpenOptions {
  /** Where the case file is put; by default in the data directory, by digest. */
  readonly caseFile?: string;
  readonly limits?: Limits;
  /** Other spellings of the evidence, asked in this order; another dialect makes another case. */
  readonly dialects?: readonly UserDialect[];
  /** By default `INQUEST_DATA`, else `XDG_DATA_HOME/inquest`, else `~/.local/share/inquest`. */
  readonly dataDir?: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface ArchiveRow {
  readonly name: string;
  readonly digest: Digest;
  readonly bytes: number;
}

export interface MemberRow {
  /** As references spell it. */
  readonly path: string;
  readonly kind: EvidenceKind;
  readonly bytes: number;
  readonly sha256: string;
  readonly records: number;
  readonly gaps: number;
  readonly host: string | null;
  /** The manifest's `complete`, believed only where the digest matches; null where it says nothing. */
  readonly complete: boolean | null;
  readonly covers_from_ts: Micros | null;
  readonly covers_to_ts: Micros | null;
  readonly captured_ts: Micros | null;
}

/** A dialect that a user gave, and whether it was of use. */
export interface DialectUse {
  readonly name: string;
  /** Lower-case hex of its file. */
  readonly sha256: string;
  /** Records that were read in its spelling. */
  readonly records: number;
  /** Answers of its tables: actions, codes, messages, routes, metrics. */
  readonly hits: number;
}

export interface IntegrityProblem {
  readonly path: string;
  readonly problem: string;
  /** The record that it is about, where it is not the whole member. */
  readonly ref?: string;
}

export interface Totals {
  readonly members: number;
  readonly records: number;
  readonly events: number;
  readonly gaps: number;
  readonly entities: number;
}

/** Which span of a kind a member holds whole. `declared`: by the manifest; else assumed from its first to its last record. */
export interface Coverage {
  readonly member: string;
  readonly from: Micros;
  readonly to: Micros;
  readonly declared: boolean;
  /** The manifest says that records of the span were left out: nothing follows from the absence of one. */
  readonly partial: boolean;
  readonly gaps: number;
}

export interface StateRow {
  readonly section: string;
  readonly key: string;
  readonly body: JsonObject;
  readonly ref: string;
}

/** A row of the view `event`: times are corrected where the clock that told them was off. */
export interface EventRow {
  readonly n: number;
  readonly ts: Micros | null;
  readonly end_ts: Micros | null;
  /** Recorded minus corrected time; null where it was not moved. */
  readonly skew_us: number | null;
  readonly kind: EventKind;
  readonly action: string | null;
  readonly subject: string | null;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly component: string | null;
  readonly host: string | null;
  readonly ref: string;
}

/** A value of a row: of a column of its view, or of one that the view `event` makes of it. */
export type RowValue =
  | { readonly column: string }
  | { readonly event: 'action' | 'outcome' | 'code' | 'component' | 'host' };

/** Both bounds of a range belong to it. `containsAnyCase` is ASCII letters and digits. */
export type ValueTest =
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly from: number; readonly to: number }
  | { readonly prefix: string }
  | { readonly contains: string }
  | { readonly containsAnyCase: string }
  | { readonly present: true };

/** A condition on rows of one kind. A row without the value fails every test, and so passes its `not`. */
export type RowCondition =
  | { readonly all: readonly RowCondition[] }
  | { readonly any: readonly RowCondition[] }
  | { readonly not: RowCondition }
  | { readonly value: RowValue; readonly is: ValueTest }
  /** Half-open; without a bound it says that the row has a time. */
  | { readonly dated: { readonly from?: Micros; readonly to?: Micros } }
  /**
   * Words that the row's messages may hold: it tells where to look, and lets every row pass. `begun`: the last word may go on.
   */
  | { readonly words: string; readonly begun: boolean }
  /** An entity (`kind:id`) that the row names outside of its columns, in this role where one is given. */
  | { readonly names: ValueTest; readonly role?: string }
  /** A corrected clock moved it. */
  | { readonly moved: true }
  /** Numbers of the case. */
  | { readonly numbers: readonly number[] }
  /** Paths of members. */
  | { readonly members: readonly string[] };

/** An event's place in the total order. */
export interface EventPlace {
  readonly kind: EventKind;
  readonly n: number;
  readonly ts: Micros | null;
}

export interface EventQuery {
  /** Half-open: `from <= ts < to`. A bound leaves undated records out. */
  readonly from?: Micros;
  readonly to?: Micros;
  readonly kinds?: readonly EventKind[];
  /** Only records that are linked to this entity in any role. */
  readonly entity?: Entity;
  /** What else must hold for rows of a kind. */
  readonly where?: (kind: EventKind) => RowCondition;
  readonly limit: number;
  /** The last event of the page before. */
  readonly after?: { readonly n: number; readonly kind: EventKind };
  /** Walk backwards from `after` (or from the end): the page comes latest first. */
  readonly backwards?: boolean;
}

/** Equal slices of time, in whole microseconds, one after another. */
export interface SliceQuery {
  readonly from: Micros;
  readonly width_us: number;
  readonly slices: number;
  readonly where?: (kind: EventKind) => RowCondition;
}

/** Events of each outcome in each slice. */
export type SliceCounts = Readonly<Record<Outcome, readonly number[]>>;

export interface Where<K extends RowKind> {
  readonly from?: Micros;
  readonly to?: Micros;
  readonly equals?: {
    readonly [N in ColumnName<K>]?: string | number | boolean | null | readonly (string | number)[];
  };
}

/** A row by the time that the timeline has. */
export interface PlacedRow<K extends EventKind> {
  readonly row: Row<K>;
  /** As events have it: its other times of the same clock are as much off. */
  readonly skew_us: number | null;
}

/** An entity that a row names outside of its columns. */
export interface MentionRow {
  readonly n: number;
  readonly role: string;
  readonly entity: Entity;
}

export interface LinkRow {
  readonly n: number;
  readonly entity: Entity | null;
  readonly role: string | null;
  readonly to_n: number | null;
  readonly to_ref: string | null;
  readonly reason: string | null;
  /** `to`: the other record is this one's job, approval, artifact ...; `from`: this one is the other's. */
  readonly way: 'to' | 'from' | null;
}

export interface EntityRow {
  readonly entity: Entity;
  readonly kind: string;
  readonly id: string;
  readonly first_ts: Micros | null;
  readonly last_ts: Micros | null;
  readonly events: number;
  readonly state: string | null;
}

/** An item of a captured state that names an entity. */
export interface CapturedRow extends StateRow {
  readonly n: number;
  /** What the entity is to it; `subject`: the item is the entity's own record. */
  readonly role: string;
}

export interface RecordDetail {
  readonly ref: Ref;
  readonly member: MemberRow;
  /** The rows that the record became: a job is a job, its attempts and its calls. `skew_us`: as events have it. */
  readonly rows: readonly { readonly kind: RowKind; readonly row: Row<RowKind>; readonly skew_us: number | null }[];
  readonly raw: Buffer;
  /** The raw bytes as JSON, where they are JSON. */
  readonly json: Json | undefined;
}

/** A note of a person on a record. No time and no author, unless they are in the text. */
export interface NoteInput {
  readonly ref: string;
  readonly text: string;
  readonly tags: readonly string[];
}

export interface NoteRow extends NoteInput {
  readonly id: number;
  /** The first row that the record became; null where it became none. */
  readonly n: number | null;
}

/** A record, or a line of a member that nothing recognised (without number and kind), with its own bytes. */
export interface RawFind {
  readonly n: number | null;
  readonly kind: RowKind | null;
  readonly ref: string;
  readonly raw: Buffer;
}

/** Bytes looked at, of all, and the records that lie in the last of them, where something was seen. */
export interface RawStep {
  readonly done: number;
  readonly of: number;
  readonly found: readonly RawFind[];
}

export type SqlValue = string | number | bigint | Buffer | null;
export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: IterableIterator<readonly SqlValue[]>;
}

/** A case that is open for reading. Rows come in total order: time, then member path, then offset; undated ones last. */
export interface CaseReader {
  readonly digest: Digest;
  /** By digest. */
  readonly archives: readonly ArchiveRow[];
  /** The case file on disk. */
  readonly path: string;
  close(): void;

  /** By code unit of path; of one path by archive. */
  members(): readonly MemberRow[];
  gaps(limit?: number): readonly GapRow[];
  integrity(): readonly IntegrityProblem[];
  /** Chains, sequences, digests and signatures, recomputed when first asked for: seconds where a million records have hashes. */
  checks(): Checks;
  /** Of these, what makes the evidence less: a member that two archives hold is only noted. */
  damage(): { readonly gaps: number; readonly problems: readonly IntegrityProblem[] };
  /** The users' dialects in which it was read, in their order. */
  dialects(): readonly DialectUse[];
  /** By which rules the records of each member were recognised, by member path. */
  readings(): ReadonlyMap<string, readonly MemberReading[]>;
  /** By member path, of those that are read line by line: each line is a record, a gap, or says nothing. */
  lines(): ReadonlyMap<string, LineCount>;
  /** formats.md 6. */
  notCaptured(): readonly EvidenceKind[];
  totals(): Totals;
  /** By name. */
  clocks(): readonly ClockRow[];
  /** First and last dated event, by corrected time. */
  span(): { readonly from: Micros; readonly to: Micros } | null;
  /** When the evidence was taken: the manifest's `captured_at`, else the state's, else none. */
  captureTime(): Micros | null;
  /** By member path and recorded times. Nothing where no record of the kind has a time. */
  coverage(kind: EvidenceKind): readonly Coverage[];

  /** By recorded time: what the model judges. */
  rows<K extends RowKind>(kind: K, where?: Where<K>): IterableIterator<Row<K>>;
  /** By corrected time, in the order of the timeline: what happened when. */
  placed<K extends EventKind>(kind: K, where?: Where<K>): IterableIterator<PlacedRow<K>>;
  count<K extends RowKind>(kind: K, where?: Where<K>): number;
  state(section?: string): readonly StateRow[];
  stateCapturedAt(): Micros | null;
  stateSections(): readonly string[];

  events(query: EventQuery): readonly EventRow[];
  countEvents(query: Omit<EventQuery, 'limit' | 'after' | 'backwards'>): number;
  /** Dated events by outcome, slice by slice. */
  countSlices(query: SliceQuery): SliceCounts;
  /** All entities by name. */
  entities(): readonly EntityRow[];
  /** Null where no record names it. */
  entity(name: Entity): EntityRow | null;
  /** Items of captured states that name the entity, its own record first. */
  captured(name: Entity, limit: number): readonly CapturedRow[];
  links(n: number): readonly LinkRow[];
  /** What the rows name outside of their columns, in the order of their numbers. */
  mentions(numbers: readonly number[]): readonly MentionRow[];

  /** The record's own bytes; null where the member or the span is not there. */
  raw(ref: string): Buffer | null;
  record(ref: string): Result<RecordDetail>;
  /** The events of the record: itself, then its parts as they stand in it. Reads no bytes. */
  eventsAt(ref: string): readonly EventPlace[];
  /**
   * Looks through all raw bytes, some hundred KiB a step. Where `mayHold` says so of the bytes, the records and lines that lie
   * there are given, each once. A pattern longer than a KiB may lie over a border unseen. `word`: a run of ASCII letters and
   * digits that stands in all of them and is part of no longer run, in either case: bytes without it are passed over.
   */
  scanRaw(mayHold: (bytes: Buffer) => boolean, word: string | null): Generator<RawStep>;
  /** Of all raw bytes, about the share of which such a word may be near; 1 where nothing tells. */
  spread(word: string | null): number;
  /** The first row that the record became; null where it became none. */
  numberOf(ref: string): number | null;
  /** One SELECT over the views. SQLite's own message on an error. */
  sql(query: string, params?: Readonly<Record<string, string | number | null>>): Result<SqlResult>;

  /** By id: in the order in which they were written. */
  notes(): readonly NoteRow[];
  /** Writes into the case file, and gives the note's id. Failure: `disk`. */
  addNote(note: NoteInput): Result<number>;
  /** Whether there was such a note. Failure: `disk`. */
  removeNote(id: number): Result<boolean>;

  /** Replaces what an earlier run wrote. On a read-only case it is kept for this process only. */
  writeFindings(findings: readonly FindingInput[]): void;
  writeCauses(causes: readonly CauseInput[]): void;
  writeSymptoms(symptoms: readonly SymptomInput[]): void;
  /** Of the last diagnosis, in its order. */
  symptoms(): readonly SymptomInput[];
}
