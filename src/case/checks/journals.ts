import { holeText } from './audit-chain.ts';
import type { Check, CheckSource } from './check.ts';

interface Fault {
  readonly ref: string;
  readonly why: string;
}

/** Whether numbers run through the whole journal or through each lane is not public: the reading with fewer faults counts. */
export const checkJournals: Check = (source, tally) => {
  const { checked, faults } = read(source, false);
  if (checked === 0) return;
  const byLane = faults.length === 0 ? null : read(source, true);
  const fewer = byLane !== null && byLane.faults.length < faults.length ? byLane.faults : faults;
  for (let i = fewer.length; i < checked; i++) tally.good();
  for (const { ref, why } of fewer) tally.failed(ref, why);
};

function read(source: CheckSource, byLane: boolean): { readonly checked: number; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const last = new Map<string, bigint>();
  let checked = 0;
  const rows = source.db
    .prepare('SELECT n, off, len, agent_id, lane, seq FROM t_journal WHERE seq IS NOT NULL ORDER BY n')
    .raw()
    .iterate() as IterableIterator<[number, number, number, unknown, unknown, string]>;
  for (const [n, offset, length, agent, lane, text] of rows) {
    if (!/^\d{1,20}$/.test(text)) continue;
    checked += 1;
    const ref = source.refOf(n, offset, length);
    const seq = BigInt(text);
    const key = `${ref.slice(0, ref.lastIndexOf('@'))} ${String(agent)} ${byLane ? String(lane) : ''}`;
    const before = last.get(key);
    if (before !== undefined && seq <= before) faults.push({ ref, why: `seq ${seq} comes after ${before}` });
    else if (before !== undefined && seq > before + 1n) faults.push({ ref, why: holeText(before + 1n, seq - 1n) });
    if (before === undefined || seq > before) last.set(key, seq);
  }
  return { checked, faults };
}
