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

/** `archive` as the user named it. */
export function subjectOf(reader: CaseReader, archive: string): Subject {
  const totals = reader.totals();
  return {
    archive,
    digest: reader.digest,
    span: reader.span(),
    hosts: hostsOf(reader),
    members: totals.members,
    records: totals.records,
    gaps: totals.gaps,
    integrity: reader.integrity(),
    notCaptured: reader.notCaptured(),
  };
}
