/** What a reader of evidence is given, and what it tells of a member. */
import type { JsonObject } from '../base/json.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import type { RowBatch } from './batch.ts';
import type { UserDialect } from './dialects/index.ts';
import type { MemberFault } from './kind.ts';
import type { Place } from './place.ts';

export interface MemberSummary {
  readonly kind: EvidenceKind;
  readonly records: number;
  readonly gaps: number;
  /** Of a member that is read line by line: each line is a record, a gap, or says nothing (blank, or a comment). */
  readonly lines: LineCount | null;
  readonly faults: readonly MemberFault[];
  /** Bits of the spellings of time that were met. */
  readonly timeForms: number;
  readonly place: Place;
  /** By what its records were recognised; the member's own kind first. */
  readonly readings: readonly MemberReading[];
}

export interface LineCount {
  readonly total: number;
  readonly blank: number;
}

/** `name`: the product documents it. `content`: its records, or its lines. `path`: only because nothing else told. */
export type RecognisedBy = 'name' | 'content' | 'path';

/** Records of a member that one rule recognised. */
export interface MemberReading {
  readonly kind: EvidenceKind;
  /** The dialect in which they are spelt. */
  readonly dialect: string;
  readonly by: RecognisedBy;
  /** What recognised them, in words; empty for the contract's own test. */
  readonly test: string;
  readonly records: number;
}

export interface MemberReader {
  readonly feed: (chunk: Buffer) => void;
  /** `cut`: the member breaks off here. */
  readonly end: (cut: boolean) => MemberSummary;
}

export interface EvidenceReader {
  readonly member: (path: string) => MemberReader;
  /** Interned texts that are new since the last call. */
  readonly takeSymbols: () => string[];
  /** For each dialect, how often one of its tables gave an answer. */
  readonly dialectHits: () => readonly number[];
}

export interface EvidenceOptions {
  /** Rows of the member that is being read, table by table; called often, and at the member's end. */
  readonly onRows: (batch: RowBatch) => void;
  readonly onManifest: (manifest: JsonObject) => void;
  /** Other spellings, earlier ones asked first; the contract's own comes last. */
  readonly dialects?: readonly UserDialect[];
}
