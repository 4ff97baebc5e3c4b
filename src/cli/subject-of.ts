/** What a report says of the case that it speaks of. */

import { compareText } from '../base/order.ts';
import type { CaseReader } from '../case/index.ts';
import type { Subject } from '../report/index.ts';

function hostsOf(reader: CaseReader): readonly string[] {
  const hosts = new Set<string>();
  for (const member of reader.members()) if (member.host !== null) hosts.add(member.host);
  for (const view of ['request', 'probe', 'log']) {
    const found = reader.sql(`SELECT DISTINCT host FROM ${view} WHERE host IS NOT NULL`);
    if (found.ok) for (const [host] of found.value.rows) if (typeof host === 'string') hosts.add(host);
  }
  return [...hosts].sort(compareText);
}

/** `archives` as the user named them. A command that takes one archive opens several by their case file. */
export function subjectOf(reader: CaseReader, archives: readonly string[]): Subject {
  const [first = '', second] = archives;
  const totals = reader.totals();
  return {
    archive: archives.join(', '),
    opens: second === undefined ? first : reader.path,
    digest: reader.digest,
    span: reader.span(),
    hosts: hostsOf(reader),
    members: totals.members,
    records: totals.records,
    gaps: totals.gaps,
    integrity: reader.damage().problems,
    notCaptured: reader.notCaptured(),
  };
}
