import { Worker } from 'node:worker_threads';
import { type Failure, fail } from '../base/result.ts';
import { workerUrl } from '../base/worker-url.ts';
import { createNews } from './news.ts';
import type { CaseEnd, FromWriter, ToWriter } from './protocol.ts';

/** Messages under way to the writer: enough that neither side waits, few enough that memory stays small. */
const underWayMax = 8;

export interface Writer {
  readonly send: (message: Extract<ToWriter, { say: 'data' }>) => Promise<void>;
  readonly finish: (end: CaseEnd) => Promise<void>;
  readonly failure: () => Failure | null;
  readonly close: () => Promise<void>;
}

/** The other thread, with a bound on what is under way to it. */
export function startWriter(file: string): Writer {
  const worker = new Worker(workerUrl('case/writer'), { workerData: { file } });
  let underWay = 0;
  let failure: Failure | null = null;
  let done = false;
  let hasExited = false;
  const { changed, until: untilNews } = createNews();
  const until = (holds: () => boolean): Promise<void> => untilNews(() => holds() || failure !== null);

  worker.on('message', (message: FromWriter) => {
    if (message.say === 'taken') underWay -= 1;
    else if (message.say === 'done') done = true;
    else failure = writerFailure(file, message.code, message.why);
    changed();
  });
  worker.on('error', (error) => {
    failure ??= writerFailure(file, '', error.message);
    changed();
  });
  worker.on('exit', () => {
    hasExited = true;
    if (!done) failure ??= writerFailure(file, '', 'the writing thread ended');
    changed();
  });

  return {
    async send(message) {
      await until(() => underWay < underWayMax);
      if (failure !== null) return;
      underWay += 1;
      const moved: ArrayBuffer[] = [];
      for (const batch of message.batches) moved.push(batch.cells.buffer, batch.text.buffer);
      worker.postMessage(message, moved);
    },
    async finish(end) {
      worker.postMessage({ say: 'finish', end } satisfies ToWriter);
      await until(() => done);
    },
    failure: () => failure,
    async close() {
      worker.removeAllListeners('exit');
      // A thread that is ended in the middle of SQLite can take the process with it: it is asked to end, and ends by itself.
      if (!hasExited) {
        const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        if (!done && failure === null) worker.postMessage({ say: 'abandon' } satisfies ToWriter);
        await exited;
      }
    },
  };
}

function writerFailure(file: string, code: string, why: string): Failure {
  const full = code === 'SQLITE_FULL' || code === 'ENOSPC';
  return fail(
    'disk',
    file,
    full ? 'the disk is full' : `the case file could not be written: ${why}`,
    'Free some space, or put the case elsewhere with --case FILE or the environment variable INQUEST_DATA.',
  ).error;
}
