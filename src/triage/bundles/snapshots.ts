/** What a ring or a lane graph says of itself at one moment. */
import type { SnapshotRow } from '../../evidence/index.ts';
import { countAt, itemsAt, listed, type Statement, textAt } from './statement.ts';

const topic = 'snapshot';

/** The latest of each model, in order. One moment shows a lag, not whether it grows. */
export function snapshotStatements(rows: readonly SnapshotRow[]): readonly Statement[] {
  const latest = new Map<string, SnapshotRow>();
  for (const row of rows) {
    const model = row.model ?? '?';
    const known = latest.get(model);
    if (known === undefined || (row.ts ?? 0) >= (known.ts ?? 0)) latest.set(model, row);
  }
  return [...latest.values()].flatMap((row) => (row.model === 'LaneGraph' ? lanes(row) : ring(row)));
}

function ring({ body, ref }: SnapshotRow): readonly Statement[] {
  const cursor = countAt(body, 'cursor');
  const capacity = countAt(body, 'capacity');
  const stages = itemsAt(body, 'stages');
  const gates = itemsAt(body, 'gating').flatMap((gate, index) => {
    const value = typeof gate === 'bigint' ? gate : typeof gate === 'number' ? BigInt(Math.trunc(gate)) : null;
    return value === null ? [] : [{ name: textAt(stages[index], 'name') ?? `gate ${index}`, value }];
  });
  const [first] = gates;
  if (cursor === null || first === undefined)
    return [{ topic, mark: 'doubt', text: 'the ring snapshot has a shape that is not recognised: kept as it is', ref }];
  const slowest = gates.reduce((least, gate) => (gate.value < least.value ? gate : least), first);
  const lag = cursor - slowest.value;
  const isFull = capacity !== null && lag >= capacity;
  return [
    {
      topic,
      mark: isFull ? 'bad' : lag < 0n ? 'bad' : 'plain',
      text:
        lag < 0n
          ? `ring: ${slowest.name} is ahead of the cursor`
          : `ring: cursor ${cursor}, slowest is ${slowest.name}, ${lag} behind${capacity === null ? '' : ` of ${capacity}`}${
              isFull ? ': the ring is full, and the producer waits' : ''
            }`,
      ref,
    },
  ];
}

function lanes({ body, ref }: SnapshotRow): readonly Statement[] {
  const all = itemsAt(body, 'lanes');
  const bad = all.flatMap((lane) => {
    const [depth, capacity, drops] = [countAt(lane, 'depth'), countAt(lane, 'capacity'), countAt(lane, 'drops')];
    const name = textAt(lane, 'name') ?? '?';
    return [
      ...(depth !== null && capacity !== null && depth >= capacity
        ? [`${name} is full (${depth} of ${capacity}, on_full ${textAt(lane, 'on_full') ?? '?'})`]
        : []),
      ...(drops !== null && drops > 0n ? [`${name} dropped ${drops}`] : []),
    ];
  });
  const adapters = itemsAt(body, 'adapters').flatMap((adapter) => {
    const failures = countAt(adapter, 'failures');
    return failures === null || failures === 0n
      ? []
      : [
          `adapter ${textAt(adapter, 'name') ?? '?'} failed ${failures} times (${textAt(adapter, 'last_error') ?? '?'})`,
        ];
  });
  const open = [...bad, ...adapters];
  return [
    {
      topic,
      mark: open.length > 0 ? 'bad' : 'plain',
      text: `lanes: ${open.length === 0 ? `${all.length}, none full, none dropping` : listed(open)}`,
      ref,
    },
  ];
}
