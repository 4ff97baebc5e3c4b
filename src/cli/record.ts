import { parseRef } from '../base/ref.ts';
import { ok, type Result } from '../base/result.ts';
import type { CaseReader, RecordDetail } from '../case/index.ts';
import { nearestFailure } from './nearest.ts';

/** The record that a reference names: one that was read, or an unrecognised member whole or in part. */
export function findRecord(reader: CaseReader, text: string): Result<RecordDetail> {
  const found = reader.record(text);
  if (!found.ok) return nearestFailure(reader, text, found.error);
  const { member, rows } = found.value;
  const ref = parseRef(text);
  const whole = ref?.offset === 0 && ref.length === member.bytes;
  if (rows.length > 0 || whole || member.kind === 'unrecognised') return ok(found.value);
  return nearestFailure(reader, text, {
    code: 'not_found',
    what: text,
    why: 'no record begins there',
    next: 'References come from timeline, diagnose and sql.',
  });
}
