import { everywhere, type Interval } from './clock.ts';

/** `offset(to) - offset(from) <= most`: what a cause before its effect says of two clocks. */
export interface Constraint {
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** Null: no offsets satisfy all of them. Node 0 is the reference, whose offset is 0. */
export function offsetBounds(nodes: number, constraints: readonly Constraint[]): readonly Interval[] | null {
  const most = shortest(
    nodes,
    constraints.map(({ from, to, most: length }) => ({ from, to, length })),
  );
  const least = shortest(
    nodes,
    constraints.map(({ from, to, most: length }) => ({ from: to, to: from, length })),
  );
  if (most === null || least === null) return null;
  return Array.from({ length: nodes }, (_, node) =>
    node === 0 ? { lo: 0, hi: 0 } : { lo: 0 - (least[node] ?? everywhere.hi), hi: most[node] ?? everywhere.hi },
  );
}

/** Lengths of the shortest ways from node 0 (Bellman and Ford); null where a circle gets shorter with every round. */
function shortest(
  nodes: number,
  edges: readonly { readonly from: number; readonly to: number; readonly length: number }[],
): readonly number[] | null {
  const length = new Array<number>(nodes).fill(Number.POSITIVE_INFINITY);
  length[0] = 0;
  for (let round = 0; round <= nodes; round++) {
    let isShorter = false;
    for (const edge of edges) {
      const way = (length[edge.from] as number) + edge.length;
      if (way >= (length[edge.to] as number)) continue;
      length[edge.to] = way;
      isShorter = true;
    }
    if (!isShorter) return length;
  }
  return null;
}
