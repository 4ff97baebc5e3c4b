/** Virtual time: actions run in the order of their time, equal times in the order in which they were planned. */
export interface Schedule {
  readonly now: () => number;
  /** Plans an action; what would come at or after the end of the evidence is dropped. */
  readonly at: (time: number, action: () => void) => void;
  /** Plans an action again and again; `gap` gives the time from one to the next. */
  readonly every: (first: number, gap: () => number, action: () => void) => void;
  readonly run: () => void;
}

interface Planned {
  readonly time: number;
  readonly order: number;
  readonly action: () => void;
}

const sooner = (a: Planned, b: Planned): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

export function createSchedule(end: number): Schedule {
  const heap: Planned[] = [];
  let order = 0;
  let clock = Number.MIN_SAFE_INTEGER;

  const swap = (i: number, j: number): void => {
    [heap[i], heap[j]] = [heap[j] as Planned, heap[i] as Planned];
  };
  const push = (planned: Planned): void => {
    heap.push(planned);
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!sooner(heap[child] as Planned, heap[parent] as Planned)) break;
      swap(child, parent);
      child = parent;
    }
  };
  const pop = (): Planned | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && sooner(heap[child] as Planned, heap[least] as Planned)) least = child;
      }
      if (least === parent) return first;
      swap(parent, least);
      parent = least;
    }
  };

  const at = (time: number, action: () => void): void => {
    if (time < clock) throw new Error(`planned in the past: ${time} < ${clock}`);
    if (time < end) push({ time, order: order++, action });
  };
  const every = (first: number, gap: () => number, action: () => void): void =>
    at(first, () => {
      action();
      every(clock + gap(), gap, action);
    });
  const run = (): void => {
    for (let planned = pop(); planned !== undefined; planned = pop()) {
      clock = planned.time;
      planned.action();
    }
  };
  return { now: () => clock, at, every, run };
}
