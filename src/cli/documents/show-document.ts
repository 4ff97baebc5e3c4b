import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { caseStamp, entityText, refText, timeText } from '../../base/envelope.ts';
import { type Json, writeJson } from '../../base/json.ts';
import { formatRef } from '../../base/ref.ts';
import { maskJson, maskText } from '../../base/secrets.ts';
import { formatMicros } from '../../base/time.ts';
import { evidenceKinds } from '../../base/vocabulary.ts';
import { type CaseReader, type RecordDetail, stampOf } from '../../case/index.ts';
import { recordLinks, recordTitles } from '../../timeline/index.ts';

/** `show --json`. */
export const showDocument = z.object({
  format: z.literal('inquest-show'),
  version: z.literal(1),
  case: caseStamp,
  ref: refText,
  member: z.object({
    path: z.string(),
    kind: z.enum(evidenceKinds),
    bytes: z.int(),
    sha256: z.string(),
    host: z.string().optional(),
  }),
  offset: z.int(),
  length: z.int(),
  /** What the record became: a job is a job, its attempts and its calls. */
  events: z.array(
    z.object({
      kind: z.string(),
      ts: timeText.nullable(),
      /** As it was recorded, where the clock that told it was off. */
      recorded_ts: timeText.optional(),
      title: z.string(),
    }),
  ),
  /** The record parsed, where it is JSON. Integers beyond 2^53 are decimal strings. */
  record: z.unknown().optional(),
  /** The record's own bytes; `masked` where a secret was taken out of them. */
  raw: z.object({ encoding: z.enum(['utf8', 'base64']), masked: z.boolean(), text: z.string() }),
  links: z.array(
    z.object({
      relation: z.string(),
      entity: entityText.optional(),
      ref: refText.optional(),
      /** `to`: the other record is this one's job, approval, first try ...; `from`: this one is the other's. */
      direction: z.enum(['to', 'from']).optional(),
      title: z.string().optional(),
    }),
  ),
  /** What people wrote on the record. */
  notes: z.array(z.object({ id: z.int(), text: z.string(), tags: z.array(z.string()) })).optional(),
});
export type ShowDocument = z.infer<typeof showDocument>;

/** The bytes as they stand, or without their secrets. Bytes that are no text are not searched for any. */
function rawOf(detail: RecordDetail, unmask: boolean): ShowDocument['raw'] {
  if (!isUtf8(detail.raw)) return { encoding: 'base64', masked: false, text: detail.raw.toString('base64') };
  const text = detail.raw.toString('utf8');
  if (unmask) return { encoding: 'utf8', masked: false, text };
  if (detail.json !== undefined) {
    const plain = writeJson(detail.json);
    const masked = writeJson(maskJson(detail.json));
    if (masked !== plain) return { encoding: 'utf8', masked: true, text: maskText(masked) };
  }
  const masked = maskText(text);
  return { encoding: 'utf8', masked: masked !== text, text: masked };
}

export function showDocumentOf(reader: CaseReader, detail: RecordDetail, unmask: boolean): ShowDocument {
  const { member, ref } = detail;
  const json: Json | undefined = detail.json === undefined ? undefined : unmask ? detail.json : maskJson(detail.json);
  const notes = reader.notes().filter((note) => note.ref === formatRef(ref));
  return {
    format: 'inquest-show',
    version: 1,
    case: stampOf(reader),
    ref: formatRef(ref),
    member: {
      path: member.path,
      kind: member.kind,
      bytes: member.bytes,
      sha256: member.sha256,
      ...(member.host === null ? {} : { host: member.host }),
    },
    offset: ref.offset,
    length: ref.length,
    events: recordTitles(reader, detail).map(({ kind, ts, recorded, title }) => ({
      kind,
      ts: ts === null ? null : formatMicros(ts),
      ...(recorded === null ? {} : { recorded_ts: formatMicros(recorded) }),
      title,
    })),
    ...(json === undefined ? {} : { record: json }),
    raw: rawOf(detail, unmask),
    links: recordLinks(reader, detail).map((link) => ({ ...link })),
    ...(notes.length === 0
      ? {}
      : { notes: notes.map(({ id, text, tags }) => ({ id, text: maskText(text), tags: [...tags] })) }),
  };
}
