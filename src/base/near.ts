/** Names that a person may have meant. */
import { compareText } from './order.ts';

/** Edits (insert, delete, replace, swap of neighbours) from one text to the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** At most three of the names, nearest first; none where nothing is near. */
export function nearNames(text: string, names: readonly string[]): readonly string[] {
  const wanted = text.slice(0, 64).toLowerCase();
  const allowed = wanted.length <= 3 ? 1 : wanted.length <= 6 ? 2 : 3;
  return [...new Set(names)]
    .map((name) => {
      const lower = name.toLowerCase();
      const extends_ = wanted.length >= 3 && (lower.startsWith(wanted) || wanted.startsWith(lower));
      return { name, far: extends_ ? 1 : distance(wanted, lower) };
    })
    .filter((near) => near.far <= allowed)
    .sort((a, b) => a.far - b.far || compareText(a.name, b.name))
    .slice(0, 3)
    .map((near) => near.name);
}

/** ` (near: status, state)`, or nothing. */
export function nearText(text: string, names: readonly string[]): string {
  const near = nearNames(text, names);
  return near.length === 0 ? '' : ` (near: ${near.join(', ')})`;
}
