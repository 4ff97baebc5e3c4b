import { containerAt, startOf, walk } from '../msgpack/span.ts';

/** What becomes of the values of a member: the top-level ones, or the items of a top-level array. */
export interface ValueHandler {
  /** The bytes are only lent. */
  readonly value: (bytes: Buffer, offset: number) => void;
  /** From here to the end nothing can be read: where a value begins is only known from the one before. */
  readonly damaged: (offset: number, length: number) => void;
  readonly tooLarge: (offset: number, length: number) => void;
  /** The member ends within a value, or before the last item that its array claims. */
  readonly cutOff: (offset: number, length: number) => void;
}

export interface ValueCutter {
  readonly feed: (chunk: Buffer) => void;
  readonly end: () => void;
}

/** Cuts MessagePack values over chunks. Holds one value at a time, in a buffer that grows with the bytes that came. */
export function cutValues(handler: ValueHandler, bytesMax: number): ValueCutter {
  let held = Buffer.alloc(0);
  let used = 0;
  /** Offset of `held` in the member. */
  let base = 0;
  let from = 0;
  let state = startOf(0);
  let items = 0;
  let stop: 'damaged' | 'tooLarge' | null = null;
  let stopAt = 0;

  function add(chunk: Buffer): void {
    const rest = used - from;
    if (used + chunk.length > held.length) {
      const into = rest + chunk.length > held.length ? Buffer.allocUnsafe(2 * (rest + chunk.length)) : held;
      held.copy(into, 0, from, used);
      held = into;
      base += from;
      state.at -= from;
      from = 0;
      used = rest;
    }
    chunk.copy(held, used);
    used += chunk.length;
  }

  function halt(why: 'damaged' | 'tooLarge'): void {
    stop = why;
    stopAt = base + from;
    base += used;
    held = Buffer.alloc(0);
    used = 0;
  }

  function cut(): void {
    while (from < used) {
      if (items === 0 && state.at === from) {
        const list = containerAt(held, from, used);
        if (list !== null && !list.map) {
          items = list.count;
          from = list.at;
          state = startOf(from);
          continue;
        }
      }
      const step = walk(held, used, state);
      if (step === 'more') {
        if (used - from > bytesMax) halt('tooLarge');
        return;
      }
      if (step === 'broken') {
        halt('damaged');
        return;
      }
      handler.value(held.subarray(from, state.at), base + from);
      if (items > 0) items -= 1;
      from = state.at;
      state = startOf(from);
    }
  }

  return {
    feed(chunk) {
      if (stop !== null) {
        base += chunk.length;
        return;
      }
      add(chunk);
      cut();
    },
    end() {
      if (stop !== null) handler[stop](stopAt, base - stopAt);
      else if (from < used || items > 0) handler.cutOff(base + from, used - from);
    },
  };
}
