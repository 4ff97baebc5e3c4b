/** What an archive holds in which no record was recognised. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import { isObject, parseJson } from '../base/json.ts';
import { formatRef } from '../base/ref.ts';
import type { CaseReader, MemberRow } from '../case/index.ts';
import type { Seen } from '../report/index.ts';

const lookedAt = 4_096;

/** The keys of its first JSON line, else its first words. */
function beginning(reader: CaseReader, member: MemberRow): string {
  const length = Math.min(member.bytes, lookedAt);
  const bytes = length === 0 ? null : reader.raw(formatRef({ member: member.path, offset: 0, length }));
  if (bytes === null) return 'empty';
  const text = bytes.toString('utf8');
  const line = text.split('\n', 1)[0] ?? '';
  for (const candidate of [text, line]) {
    try {
      const value = parseJson(candidate);
      if (isObject(value)) return `keys: ${Object.keys(value).slice(0, 8).join(', ')}`;
    } catch {
      // No JSON: its first words say more.
    }
  }
  return `begins: ${escapeTerminal(line.slice(0, 60))}`;
}

export const seenIn = (reader: CaseReader): readonly Seen[] =>
  reader
    .members()
    .slice(0, 21)
    .map((member) => ({ path: member.path, bytes: member.bytes, beginning: beginning(reader, member) }));
