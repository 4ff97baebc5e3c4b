import type { Json, JsonObject } from '../base/json.ts';
import type { Millis } from '../base/time.ts';

/** Why a value at t is not known: nobody recorded it, or it was masked before the export. */
export type UnknownReason = 'not_captured' | 'redacted';

/** The name in `Lookup.unknown` that stands for every field which the record does not show. */
export const everyOtherField = '*';

/** A record of the configuration at a moment. `reads` are the references that the answer rests on. */
export type Lookup =
  | {
      readonly state: 'present';
      readonly record: JsonObject;
      /** Fields whose value at t is not known; `*` stands for all that `record` does not show. A masked one stays in `record`. */
      readonly unknown: readonly string[];
      readonly reads: readonly string[];
    }
  | { readonly state: 'absent'; readonly reads: readonly string[] }
  | {
      readonly state: 'unknown';
      /** What the archive lacks: `state`, `state.<section>`, `audit`. */
      readonly missing: string;
      readonly reads: readonly string[];
    };

/** One change, resolved to what it changed. `field` is null where the whole record came or went. */
export interface AppliedChange {
  readonly at: Millis;
  readonly ref: string;
  readonly action: string;
  readonly section: string;
  readonly key: string;
  readonly field: string | null;
  /** Null: there was none. Undefined: not known. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export type EditOperation =
  | { readonly op: 'set'; readonly field: string; readonly value: Json }
  | { readonly op: 'unset'; readonly field: string }
  | { readonly op: 'add'; readonly field: string; readonly values: readonly Json[] }
  | { readonly op: 'remove'; readonly field: string; readonly values: readonly Json[] }
  | { readonly op: 'create'; readonly body: JsonObject };

/** What a what-if changes, as plain data: in force over `[from, to)`, without an end where `to` is null. */
export interface ConfigurationEdit {
  readonly section: string;
  readonly key: string;
  readonly from: Millis;
  readonly to: Millis | null;
  readonly change: EditOperation;
}

/** The accepted enrollments with a token that lie before a moment, counted on from what the state says. */
export type Uses =
  | { readonly known: true; readonly uses: number; readonly reads: readonly string[] }
  | { readonly known: false; readonly reason: UnknownReason; readonly reads: readonly string[] };

/**
 * The configuration over time (the analyzer's model, section 1). Immutable; lookups cost a binary search for each
 * field of the record, and nothing when asked again between two changes.
 */
export interface Configuration {
  /** The record at a moment. */
  lookup(section: string, key: string, at: Millis): Lookup;
  /** Every key that ever was in the section, in code-unit order. Several records of one name have `#2`, `#3` appended. */
  keys(section: string): readonly string[];
  /** What changed, in order. Edits are not among them. */
  changes(): readonly AppliedChange[];
  isCaptured(section: string): boolean;
  /** Since when the field has had the value it has at t; null where it has had it from the start. */
  since(section: string, key: string, field: string, at: Millis): Millis | null;
  /** How often an enrollment token had been used before t. */
  uses(credentialId: string, at: Millis): Uses;
  /** The same with edits on top; later edits act on what earlier ones made. */
  with(edits: readonly ConfigurationEdit[]): Configuration;
}
