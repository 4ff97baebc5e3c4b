import { callerSql } from '../../replay/index.ts';
import { each, intOf, query, textOf } from '../query.ts';
import { correctedIds } from './corrected.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: at least 5 requests of one caller and group refused with 429, without those whose repeat got through. */
const least = 5;

export const rateLimited: SymptomFinder = ({ reader }) => {
  const corrected = correctedIds(reader);
  const found = new Map<string, ObservedSymptom & { refs: string[]; count: number; last: number }>();
  const refused = each(
    reader,
    `SELECT ts, ref, request_id, ${callerSql} AS caller, coalesce(limit_group, grp, '') AS grp
     FROM request WHERE status = 429 AND ts IS NOT NULL ORDER BY ts, ref`,
  );
  for (const row of refused) {
    if (row.request_id !== null && corrected.has(textOf(row.request_id))) continue;
    const caller = textOf(row.caller);
    const group = textOf(row.grp);
    const at = intOf(row.ts);
    const symptom = found.get(`${caller}\u0000${group}`) ?? {
      kind: 'rate_limited',
      entities: [`caller:${caller}`, ...(group === '' ? [] : [`config:rate_limits.${group}`])],
      text: `requests of ${caller} refused with 429`,
      code: 'rate_limited',
      first: at,
      last: at,
      count: 0,
      refs: [],
      ongoing: true,
      predicate: null,
    };
    found.set(`${caller}\u0000${group}`, symptom);
    symptom.count++;
    symptom.last = at;
    if (symptom.refs.length < refsMax) symptom.refs.push(textOf(row.ref));
  }
  return [...found.values()]
    .filter((symptom) => symptom.count >= least)
    .map((symptom) => {
      const [caller] = symptom.entities;
      const later = query(
        reader,
        `SELECT 1 FROM request WHERE ts > :last AND status < 400 AND ${callerSql} = :caller LIMIT 1`,
        {
          last: symptom.last,
          caller: caller?.slice('caller:'.length) ?? '',
        },
      );
      return { ...symptom, ongoing: later.length === 0 };
    });
};
