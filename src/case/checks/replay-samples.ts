import { isObject, type Json } from '../../base/json.ts';
import type { Check } from './check.ts';
import { bareDigest } from './specs.ts';

/** Which records a replay audit samples is not public: one whose digest is in the journal is good, another proves nothing. */
export const checkReplaySamples: Check = (source, tally) => {
  const find = source.db.prepare('SELECT 1 FROM t_journal WHERE sha256 = ? LIMIT 1');
  const hasJournal = source.db.prepare('SELECT 1 FROM t_journal LIMIT 1').get() !== undefined;
  for (const { ref, body } of source.rows('document', { equals: { kind: 'replay-audit' } })) {
    const input = isObject(body) && isObject(body.input) ? body.input : {};
    const samples = Array.isArray(input.sample_sha256) ? (input.sample_sha256 as readonly Json[]) : [];
    if (samples.length === 0) continue;
    const here = samples.filter((sample) => {
      const digest = bareDigest(sample);
      return digest !== null && find.get(Buffer.from(digest, 'hex')) !== undefined;
    });
    if (here.length === samples.length) tally.good();
    else if (!hasJournal) tally.unknown(ref, 'no journal was captured');
    else tally.unknown(ref, `${here.length} of ${samples.length} sampled records are in the journal that was captured`);
  }
};
