import type { Json } from '../base/json.ts';
import type { RecordChange } from './record-change.ts';
import { sameJson } from './same-json.ts';

/** Groups larger than this stay in evidence order: ordering costs the square of their size. */
const groupMax = 64;

const presence = '\u0000presence';

type Sides = ReadonlyMap<string, { readonly before: Json | undefined; readonly after: Json | undefined }>;

function sidesOf(change: RecordChange): Sides {
  const { effect } = change;
  switch (effect.kind) {
    case 'create':
      return new Map([[presence, { before: false, after: true }]]);
    case 'remove':
      return new Map([[presence, { before: true, after: false }]]);
    case 'fields':
      return new Map([
        [presence, { before: true, after: true }],
        ...effect.fields.map(
          ({ field, below, before, after }) => [[field, ...below].join('\u0000'), { before, after }] as const,
        ),
      ]);
    case 'stamp':
    case 'untold':
      return new Map([[presence, { before: true, after: true }]]);
  }
}

/** Whether the second may come right after the first, so far as both tell. */
function follows(first: Sides, second: Sides): boolean {
  for (const [name, { after }] of first) {
    const next = second.get(name);
    if (next === undefined || after === undefined || next.before === undefined) continue;
    if (!sameJson(after, next.before)) return false;
  }
  return true;
}

function isLegal(changes: readonly RecordChange[], sides: readonly Sides[]): boolean {
  const now = new Map<string, Json | undefined>();
  return sides.every((side, index) => {
    const fits = [...side].every(([name, { before }]) => {
      const held = now.get(name);
      return held === undefined || before === undefined || sameJson(held, before);
    });
    // A record that comes, goes, or changes untold keeps nothing that is known of its fields.
    const kind = changes[index]?.effect.kind;
    if (kind === 'create' || kind === 'remove' || kind === 'untold') now.clear();
    for (const [name, { after }] of side) now.set(name, after);
    return fits;
  });
}

function orderOfMoment(changes: readonly RecordChange[]): readonly RecordChange[] {
  if (changes.length < 2 || changes.length > groupMax) return changes;
  const sides = changes.map(sidesOf);
  if (isLegal(changes, sides)) return changes;
  const left = changes.map((_, index) => index);
  const ordered: RecordChange[] = [];
  const leads = (a: number, b: number): boolean => follows(sides[a] as Sides, sides[b] as Sides);
  while (left.length > 0) {
    const free = left.findIndex(
      (one) => !left.some((other) => other !== one && leads(other, one) && !leads(one, other)),
    );
    const [next] = left.splice(Math.max(free, 0), 1);
    ordered.push(changes[next as number] as RecordChange);
  }
  return ordered;
}

/**
 * Changes of one record in time order. Equal times have no order of their own: the legal one is taken, where the
 * `before` of one is the `after` of another, else evidence order (the evidence contract, audit).
 */
export function inLegalOrder(changes: readonly RecordChange[]): readonly RecordChange[] {
  const sorted = [...changes].sort((a, b) => a.at - b.at || a.order - b.order);
  const ordered: RecordChange[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && sorted[to]?.at === sorted[from]?.at) to += 1;
    for (const change of orderOfMoment(sorted.slice(from, to))) ordered.push(change);
    from = to;
  }
  return ordered;
}
