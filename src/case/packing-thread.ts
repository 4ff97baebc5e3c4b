import { Worker } from 'node:worker_threads';
import { workerUrl } from '../base/worker-url.ts';
import { createNews } from './news.ts';
import type { FromPacking, Packed, RawBlock, ToPacking } from './protocol.ts';

/** Blocks under way to the thread, which bounds its memory. */
const underWayMax = 24;

/** The thread that packs blocks. Throws what it threw. */
export interface PackingThread {
  readonly add: (block: RawBlock) => Promise<void>;
  /** What was packed since. */
  readonly take: () => Packed;
  /** The rest, when all is packed. */
  readonly finish: () => Promise<Packed>;
  readonly close: () => Promise<void>;
}

export function startPacking(): PackingThread {
  const worker = new Worker(workerUrl('case/packing'));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let packed: Packed[] = [];
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
    if (message.say === 'packed') underWay -= 1;
    else done = true;
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

  function take(): Packed {
    const taken = packed;
    packed = [];
    return { blocks: taken.flatMap(({ blocks }) => blocks), words: taken.flatMap(({ words }) => words) };
  }

  return {
    async add(block) {
      await until(() => underWay < underWayMax);
      underWay += 1;
      tell({ say: 'block', block }, [block.bytes.buffer]);
    },
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
