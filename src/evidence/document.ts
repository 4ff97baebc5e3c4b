import type { Json, JsonObject } from '../base/json.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import type { JsonKind, Out, RecordIn } from './kind.ts';
import type { Place } from './place.ts';

export interface DocumentKind {
  readonly kind: EvidenceKind;
  readonly order: number;
  readonly path: RegExp;
  readonly ownPath?: RegExp;
  readonly content: JsonKind['content'];
  readonly accepts: (record: JsonObject) => boolean;
  /** Whether what is public of the shape holds. */
  readonly recognised: (record: JsonObject, place: Place) => boolean;
  readonly samples: readonly string[];
}

const noRecord: JsonObject = {};

/** Keeps a document whole as a row of `document`. `recognised`: what is public of its shape holds. */
export function keepDocument(
  kind: EvidenceKind,
  body: Json,
  recognised: boolean,
  offset: number,
  length: number,
  place: Place,
  out: Out,
): void {
  const record = typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject) : noRecord;
  out.into.document(record, offset, length, [kind, place.name, agentOf(record, place), body, shapeText(recognised)]);
}

export const shapeText = (recognised: boolean): string => (recognised ? 'recognised' : 'not recognised');

/** A kind of which the analyzer keeps the whole document. */
export const documentKind = (declared: DocumentKind): JsonKind => ({
  ...declared,
  fills: ['document'],
  emit: ({ record, offset, length, place }: RecordIn, out: Out) =>
    keepDocument(declared.kind, record, declared.recognised(record, place), offset, length, place, out),
});

export const agentOf = (record: JsonObject, place: Place): string | null =>
  place.agentId ?? (typeof record.agent_id === 'string' ? record.agent_id : null);

/** What the analyzer reads of a ring or a lane graph; null where the shape is another. */
export function snapshotModel(record: JsonObject): 'SingleRing' | 'LaneGraph' | null {
  if (Array.isArray(record.lanes) && Array.isArray(record.roles)) return 'LaneGraph';
  return isCount(record.cursor) && Array.isArray(record.gating) ? 'SingleRing' : null;
}

const isCount = (value: Json | undefined): boolean => typeof value === 'number' || typeof value === 'bigint';

/** A ring or a lane graph is a row of `snapshot`; its time is its own, else its member's. `named`: the model that a file name tells. */
export function emitSnapshot({ record, offset, length, place }: RecordIn, named: string | null, out: Out): void {
  const told = typeof record.model === 'string' ? record.model : null;
  out.into.snapshot(record, offset, length, [
    agentOf(record, place),
    told ?? snapshotModel(record) ?? named ?? byKeys(record),
    record,
  ]);
}

const byKeys = (record: JsonObject): string | null =>
  record.lanes !== undefined ? 'LaneGraph' : record.cursor !== undefined ? 'SingleRing' : null;
