/** The text of `spec.kv`: pairs in order, as the product's encoder writes them. What is not public is kept, never rejected. */
export interface Spec {
  readonly model: 'SingleRing' | 'LaneGraph' | null;
  /** Every pair, in order; a key that stands twice stands twice. */
  readonly pairs: readonly (readonly [string, string])[];
  /** What the documented encoder does not write: `not_ascii`, `carriage_return`, `blank_line`, `spaces`, `repeated_key`. */
  readonly notes: readonly string[];
  /** Lines without `=`, in bytes. */
  readonly unreadable: readonly { readonly offset: number; readonly length: number }[];
}

export function parseSpec(text: string): Spec {
  const pairs: [string, string][] = [];
  const unreadable: { offset: number; length: number }[] = [];
  const notes = new Set<string>();
  const keys = new Set<string>();
  let offset = 0;
  const lines = text.split('\n');
  lines.forEach((whole, index) => {
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    if (line !== whole) notes.add('carriage_return');
    const length = Buffer.byteLength(line);
    if (length !== line.length) notes.add('not_ascii');
    const sign = line.indexOf('=');
    if (line.trim() === '') {
      if (index < lines.length - 1 || line !== '') notes.add('blank_line');
    } else if (sign <= 0) unreadable.push({ offset, length });
    else {
      const name = line.slice(0, sign);
      const value = line.slice(sign + 1);
      if (name !== name.trim() || value !== value.trim()) notes.add('spaces');
      if (keys.has(name)) notes.add('repeated_key');
      keys.add(name);
      pairs.push([name, value]);
    }
    offset += Buffer.byteLength(whole) + 1;
  });
  return { model: modelOf(pairs), pairs, notes: [...notes].sort(), unreadable };
}

function modelOf(pairs: readonly (readonly [string, string])[]): Spec['model'] {
  const target = pairs.find(([name]) => name === 'pipeline.target')?.[1];
  if (target === 'SingleRing' || target === 'LaneGraph') return target;
  if (pairs.some(([name]) => name.startsWith('single_ring.'))) return 'SingleRing';
  return pairs.some(([name]) => name.startsWith('lane_graph.')) ? 'LaneGraph' : null;
}
