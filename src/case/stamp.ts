import type { CaseStamp } from '../base/envelope.ts';
import type { CaseReader } from './reader-types.ts';

/** The case as the head of every JSON document names it. */
export const stampOf = (reader: CaseReader): CaseStamp => ({
  digest: reader.digest,
  archives: reader.archives.map(({ name, digest, bytes }) => ({ name, digest, bytes })),
});
