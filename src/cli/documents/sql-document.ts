import * as z from 'zod';
import { caseStamp } from '../../base/envelope.ts';

/** `sql --json`: each row holds the values in the order of `columns`. */
export const sqlDocument = z.object({
  format: z.literal('inquest-sql'),
  version: z.literal(1),
  case: caseStamp,
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});
