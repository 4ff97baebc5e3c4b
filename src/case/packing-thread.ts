import { Worker } from 'node:worker_threads';
import { workerUrl } from '../base/worker-url.ts';
import { createNews } from './news.ts';
import type { FromPacking, Packed, RawBlock, ToPacking } from './protocol.ts';
import { blockBytes } from './raw-store.ts';

/** Blocks under way to the thread, which bounds its memory. */
const underWayMax = 8;

/** The thread that packs blocks. Throws what it threw. */
export interface PackingThread {
  readonly add: (block: RawBlock) => Promise<void>;
  /** Room for a block: what is left to the collector would pile up, since memory outside the heap hurries it little. */
  readonly room: () => ArrayBuffer;
  /** What was packed since. */
  readonly take: () => readonly Packed[];
  /** The rest, when all is packed. */
  readonly finish: () => Promise<readonly Packed[]>;
  readonly close: () => Promise<void>;
}

export function startPacking(): PackingThread {
  const worker = new Worker(workerUrl('case/packing'));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let packed: Packed[] = [];
  const rooms: ArrayBuffer[] = [];
  let underWay = 0;
  let done = false;
  let defect: Error | null = null;
  const { changed, until: untilNews } = createNews();
  const until = async (holds: () => boolean): Promise<void> => {
    await untilNews(() => holds() || defect !== null);
    if (defect !== null) throw defect;
  };
  worker.on('message', (message: FromPacking) => {
    packed.push(message.packed);
    if (message.say === 'packed') {
      underWay -= 1;
      rooms.push(message.room);
    } else done = true;
    changed();
  });
  worker.on('error', (error) => {
    defect = error instanceof Error ? error : new Error(String(error));
    changed();
  });
  worker.on('exit', () => {
    if (!done) defect ??= new Error('the packing thread ended');
    changed();
  });
  const tell = (message: ToPacking, moved: readonly ArrayBuffer[]): void => worker.postMessage(message, moved);

  function take(): readonly Packed[] {
    const taken = packed;
    packed = [];
    return taken;
  }

  return {
    async add(block) {
      await until(() => underWay < underWayMax);
      underWay += 1;
      tell({ say: 'block', block }, [block.bytes.buffer]);
    },
    room: () => rooms.pop() ?? new ArrayBuffer(blockBytes),
    take,
    async finish() {
      tell({ say: 'finish' }, []);
      await until(() => done);
      return take();
    },
    async close() {
      if (!done) tell({ say: 'abandon' }, []);
      await exited;
    },
  };
}
