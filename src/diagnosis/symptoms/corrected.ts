import type { CaseReader } from '../../case/index.ts';
import { each, intOf, textOf } from '../query.ts';

/** Requests whose repeat, of any depth, got through: a refusal that was corrected is no symptom. */
export function correctedIds(reader: CaseReader): ReadonlySet<string> {
  const repeats = new Map<string, { readonly of: string; readonly ok: boolean }[]>();
  const corrected = new Set<string>();
  for (const row of each(reader, 'SELECT request_id, retry_of, status FROM request WHERE retry_of IS NOT NULL')) {
    const id = textOf(row.request_id);
    repeats.set(id, [...(repeats.get(id) ?? []), { of: textOf(row.retry_of), ok: intOf(row.status) < 400 }]);
  }
  const waiting = [...repeats.values()].flat().flatMap((repeat) => (repeat.ok ? [repeat.of] : []));
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (corrected.has(id)) continue;
    corrected.add(id);
    for (const repeat of repeats.get(id) ?? []) waiting.push(repeat.of);
  }
  return corrected;
}
