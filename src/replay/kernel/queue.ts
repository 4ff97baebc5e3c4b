import type { Command, CommandOrder } from './command.ts';

/** A binary heap of commands in a total order: what timers and reactions wait in. */
export class CommandQueue<C extends Command> {
  readonly #heap: C[] = [];
  readonly #order: CommandOrder;

  constructor(order: CommandOrder) {
    this.#order = order;
  }

  get size(): number {
    return this.#heap.length;
  }

  peek(): C | undefined {
    return this.#heap[0];
  }

  push(command: C): void {
    const heap = this.#heap;
    let child = heap.push(command) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  pop(): C | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      let least = parent;
      if (left < heap.length && this.#before(left, least)) least = left;
      if (left + 1 < heap.length && this.#before(left + 1, least)) least = left + 1;
      if (least === parent) return first;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    return left !== undefined && right !== undefined && this.#order(left, right) < 0;
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
