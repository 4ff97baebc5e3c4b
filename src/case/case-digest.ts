import { type Digest, sha256 } from '../base/digest.ts';
import { compareBytes } from '../base/order.ts';
import type { UserDialect } from '../evidence/index.ts';

export interface DigestedMember {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The digest of what was read and in which spelling, whatever it was packed in (formats.md 7). */
export function caseDigest(members: readonly DigestedMember[], dialects: readonly UserDialect[]): Digest {
  const lines = members.map((member) => `${member.path}\0${member.bytes}\0${member.sha256}\n`).sort(compareBytes);
  const hash = sha256().update('inquest-case/1\n');
  lines.forEach((line, index) => {
    if (line !== lines[index - 1]) hash.update(line);
  });
  for (const { dialect, sha256: own } of dialects) hash.update(`dialect\0${dialect.name}\0${own}\n`);
  return `sha256:${hash.digest('hex')}`;
}
