/** Every JSON document of the program, every evidence kind, and the SQL views, by name. */
import * as z from 'zod';
import { compareText } from '../base/order.ts';
import { diagnosisDocument, replayDocument } from '../diagnosis/index.ts';
import { triageDocument } from '../triage/index.ts';
import { doctorDocument } from './documents/doctor-document.ts';
import { entityDocument } from './documents/entity-document.ts';
import { indexDocument } from './documents/index-document.ts';
import { casesDocument, sampleDocument } from './documents/listing-documents.ts';
import { noteDocument } from './documents/note-document.ts';
import { showDocument } from './documents/show-document.ts';
import { sqlDocument } from './documents/sql-document.ts';
import { timelineLine } from './documents/timeline-document.ts';
import { evidenceSchemaNames, evidenceSchemaOf } from './evidence-schemas.ts';
import { views } from './views.ts';

const documents: Readonly<Record<string, z.ZodType>> = {
  cases: casesDocument,
  diagnose: diagnosisDocument,
  doctor: doctorDocument,
  entity: entityDocument,
  index: indexDocument,
  note: noteDocument,
  replay: replayDocument,
  sample: sampleDocument,
  show: showDocument,
  sql: sqlDocument,
  timeline: timelineLine,
  triage: triageDocument,
};

export const schemaNames: readonly string[] = [
  ...[...Object.keys(documents), 'views'].sort(compareText),
  ...evidenceSchemaNames,
];

/** JSON Schema (2020-12); for `views` the columns of each view. Null where there is no such name. */
export function schemaOf(name: string): unknown {
  if (name === 'views') return views;
  const document = Object.hasOwn(documents, name) ? documents[name] : undefined;
  return document === undefined ? evidenceSchemaOf(name) : z.toJSONSchema(document);
}
