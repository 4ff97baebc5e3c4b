import type { RowBatch } from '../evidence/index.ts';
import type { AcceleratorRow } from './accelerators/tables.ts';

/** What the thread that reads evidence says to the thread that writes the case file. */
export type ToWriter =
  | {
      readonly say: 'data';
      readonly symbols: readonly string[];
      readonly batches: readonly NumberedBatch[];
      readonly blocks: readonly PackedBlock[];
      readonly words: readonly AcceleratorRow[];
    }
  | { readonly say: 'finish'; readonly end: CaseEnd }
  /** Give up: nothing more is written. */
  | { readonly say: 'abandon' };

export interface NumberedBatch extends RowBatch {
  readonly firstN: number;
  readonly member: number;
}

/** A run of the raw bytes of all members, one after another. */
export interface RawBlock {
  readonly first: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where members begin in it. */
  readonly cuts: readonly number[];
}

/** The same, compressed. */
export interface PackedBlock {
  readonly first: number;
  readonly bytes: number;
  readonly z: Uint8Array;
}

/** What the case keeps of blocks. */
export interface Packed {
  readonly blocks: readonly PackedBlock[];
  readonly words: readonly AcceleratorRow[];
}

/** What is said to the thread that packs blocks. */
export type ToPacking =
  | { readonly say: 'block'; readonly block: RawBlock }
  | { readonly say: 'finish' }
  /** Give up: nothing more is wanted. */
  | { readonly say: 'abandon' };

/** Its answers: one `packed` for each `block`, and `done` at the end. */
export interface FromPacking {
  readonly say: 'packed' | 'done';
  readonly packed: Packed;
}

export interface MemberRecord {
  readonly id: number;
  /** Its archive's place in `CaseEnd.archives`. */
  readonly archive: number;
  /** As references spell it: with the archive's digest before it where there are several. */
  readonly path: string;
  readonly kind: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly records: number;
  readonly gaps: number;
  readonly host: string | null;
  readonly complete: boolean | null;
  readonly coversFrom: number | null;
  readonly coversTo: number | null;
  readonly captured: number | null;
  readonly timeForms: number;
  readonly cut: string | null;
  readonly rawAt: number;
}

/** What is known only when everything was read. */
export interface CaseEnd {
  readonly archives: readonly { readonly name: string; readonly digest: string; readonly bytes: number }[];
  readonly members: readonly MemberRecord[];
  readonly integrity: readonly { readonly path: string; readonly problem: string }[];
  readonly meta: Readonly<Record<string, string>>;
}

/** The writer's answers: one `taken` for each `data`. */
export type FromWriter =
  | { readonly say: 'taken' }
  | { readonly say: 'done' }
  | { readonly say: 'failed'; readonly why: string; readonly code: string };
