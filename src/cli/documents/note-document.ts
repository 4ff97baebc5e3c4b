import * as z from 'zod';
import { caseStamp, refText } from '../../base/envelope.ts';
import { type CaseReader, type NoteRow, stampOf } from '../../case/index.ts';

/** `note --json`: the notes of the case, or the one that was written. */
export const noteDocument = z.object({
  format: z.literal('inquest-note'),
  version: z.literal(1),
  case: caseStamp,
  notes: z.array(
    z.object({ id: z.int(), ref: refText, n: z.int().nullable(), text: z.string(), tags: z.array(z.string()) }),
  ),
});
export type NoteDocument = z.infer<typeof noteDocument>;

export const noteDocumentOf = (reader: CaseReader, notes: readonly NoteRow[]): NoteDocument => ({
  format: 'inquest-note',
  version: 1,
  case: stampOf(reader),
  notes: notes.map(({ id, ref, n, text, tags }) => ({ id, ref, n, text, tags: [...tags] })),
});
