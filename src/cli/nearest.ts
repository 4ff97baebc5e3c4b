/** A reference that names nothing: what it may have been meant to name. */

import { nearText } from '../base/near.ts';
import { inOrder } from '../base/order.ts';
import { formatRef, parseRef } from '../base/ref.ts';
import { type Failure, fail } from '../base/result.ts';
import type { CaseReader } from '../case/index.ts';

const shown = 2;

/** The records of the member that begin nearest to the offset, in the order of the member. */
function nearestRefs(reader: CaseReader, member: string, offset: number): readonly string[] {
  let nearest: { readonly ref: string; readonly offset: number; readonly far: number }[] = [];
  const seen = new Set<string>();
  for (const view of ['event', 'state']) {
    const found = reader.sql(`SELECT ref FROM ${view} WHERE substr(ref, 1, length(:head)) = :head`, {
      head: `${member}@`,
    });
    if (!found.ok) continue;
    for (const [text] of found.value.rows) {
      const ref = typeof text === 'string' ? parseRef(text) : null;
      if (ref === null || ref.member !== member || seen.has(String(text))) continue;
      const far = Math.abs(ref.offset - offset);
      if (nearest.length >= shown && far >= (nearest.at(-1)?.far ?? 0)) continue;
      seen.add(String(text));
      nearest = [...nearest, { ref: String(text), offset: ref.offset, far }]
        .sort(
          inOrder(
            (a, b) => a.far - b.far,
            (a, b) => a.offset - b.offset,
          ),
        )
        .slice(0, shown);
    }
  }
  if (nearest.length === 0) {
    // A document that is kept whole is one record.
    const bytes = reader.members().find((one) => one.path === member)?.bytes ?? 0;
    const whole = formatRef({ member, offset: 0, length: bytes });
    return bytes > 0 && reader.record(whole).ok ? [whole] : [];
  }
  return nearest.sort((a, b) => a.offset - b.offset).map(({ ref }) => ref);
}

/** The failure of a reference, with the records that lie nearest to it. */
export function nearestFailure(
  reader: CaseReader,
  text: string,
  failure: Failure,
): { readonly ok: false; readonly error: Failure } {
  const ref = parseRef(text);
  if (ref === null)
    return fail(
      'usage',
      text,
      'not a reference',
      'A reference is <member path>@<byte offset>+<length>, as timeline --json prints it.',
    );
  const paths = reader.members().map((member) => member.path);
  if (!paths.includes(ref.member))
    return fail(
      'not_found',
      text,
      `no member ${ref.member} in this archive${nearText(ref.member, paths)}`,
      failure.next,
    );
  const refs = nearestRefs(reader, ref.member, ref.offset);
  return refs.length === 0
    ? { ok: false, error: failure }
    : fail('not_found', text, 'no record begins there', `Nearest in that member: ${refs.join('  ')}`);
}
