import type { Json, JsonObject } from '../base/json.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import type { JsonKind, Out, RecordIn } from './kind.ts';
import type { Place } from './place.ts';

export interface DocumentKind {
  readonly kind: EvidenceKind;
  readonly order: number;
  readonly path: RegExp;
  readonly ownPath?: RegExp;
  readonly accepts: (record: JsonObject) => boolean;
  readonly samples: readonly string[];
}

const noRecord: JsonObject = {};

/** Keeps a document whole as a row of `document`. */
export function keepDocument(
  kind: EvidenceKind,
  body: Json,
  offset: number,
  length: number,
  place: Place,
  out: Out,
): void {
  const record = typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject) : noRecord;
  out.into.document(record, offset, length, [kind, place.name, agentOf(record, place), body]);
}

/** A kind of which the analyzer keeps the whole document. */
export const documentKind = (declared: DocumentKind): JsonKind => ({
  ...declared,
  fills: ['document'],
  emit: ({ record, offset, length, place }: RecordIn, out: Out) =>
    keepDocument(declared.kind, record, offset, length, place, out),
});

export const agentOf = (record: JsonObject, place: Place): string | null =>
  place.agentId ?? (typeof record.agent_id === 'string' ? record.agent_id : null);

/** A ring or a lane graph is a row of `snapshot`; its time is its own, else its member's. */
export function emitSnapshot({ record, offset, length, place }: RecordIn, out: Out): void {
  const model =
    typeof record.model === 'string'
      ? record.model
      : record.lanes !== undefined
        ? 'LaneGraph'
        : record.cursor !== undefined
          ? 'SingleRing'
          : null;
  out.into.snapshot(record, offset, length, [agentOf(record, place), model, record]);
}
