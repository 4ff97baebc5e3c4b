import { canonicalJson, sha256Hex } from '../../base/digest.ts';
import type { Json } from '../../base/json.ts';
import { isRedacted } from '../../base/redacted.ts';
import { recordParts } from '../../evidence/index.ts';
import type { Check } from './check.ts';
import { bareDigest } from './specs.ts';

/** Bytes have a digest. That of JSON inside a record is not defined: where the usual spellings agree it is good, else unknown. */
export const checkPayloads: Check = (source, tally) => {
  const told = source.db
    .prepare('SELECT n, off, len FROM t_job WHERE payload_sha256 IS NOT NULL ORDER BY n')
    .raw()
    .iterate() as IterableIterator<[number, number, number]>;
  for (const [n, offset, length] of told) {
    const ref = source.refOf(n, offset, length);
    const parts = recordParts(source.raw(ref) ?? Buffer.alloc(0));
    if (parts === null || parts.record.payload_sha256 === undefined) continue;
    const digest = bareDigest(parts.record.payload_sha256);
    const bytes = parts.binary.get('payload');
    const { payload } = parts.record;
    if (digest === null) tally.unknown(ref, 'what the job tells is no SHA-256');
    else if (bytes !== undefined)
      sha256Hex(bytes) === digest ? tally.good() : tally.failed(ref, 'the payload has another digest');
    else if (payload === undefined) tally.unknown(ref, 'the payload was not captured');
    else if (isRedacted(payload)) tally.unknown(ref, 'the payload was masked');
    else if (spellings(payload).some((text) => sha256Hex(text) === digest)) tally.good();
    else tally.unknown(ref, 'the digest of a payload that is JSON inside a record is not defined');
  }
};

function spellings(payload: Json): string[] {
  const texts = typeof payload === 'string' ? [payload] : [];
  try {
    texts.push(JSON.stringify(payload), canonicalJson(payload));
  } catch {
    // A number beyond 2^53 has no such spelling.
  }
  return texts;
}
