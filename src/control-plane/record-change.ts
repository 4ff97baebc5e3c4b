import type { Json, JsonObject } from '../base/json.ts';
import type { Millis } from '../base/time.ts';

/** What a change did to one field. Undefined: not told. Null: there was, or is, none. */
export interface FieldChange {
  readonly field: string;
  /** Steps below the field, where only a part of it changed. */
  readonly below: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What a change did to one record. */
export type RecordEffect =
  | { readonly kind: 'create'; readonly after: JsonObject | undefined }
  | { readonly kind: 'remove'; readonly before: JsonObject | undefined }
  | { readonly kind: 'fields'; readonly fields: readonly FieldChange[] }
  /** Sets a timestamp that is in force by itself, and tells nothing else. */
  | { readonly kind: 'stamp'; readonly field: string }
  /** Something changed, and nobody says what; at most the whole record on one side of it is told. */
  | { readonly kind: 'untold'; readonly before?: JsonObject | undefined; readonly after?: JsonObject | undefined };

export interface RecordChange {
  readonly section: string;
  /** Null: any record of the section. */
  readonly key: string | null;
  readonly at: Millis;
  readonly order: number;
  readonly ref: string;
  readonly action: string;
  readonly effect: RecordEffect;
}
