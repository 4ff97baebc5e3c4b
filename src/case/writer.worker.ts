/** The thread that owns the case file while it is built. It is told rows, and writes them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWriter, ToWriter } from './protocol.ts';
import { openWriter } from './writer.ts';

const port = parentPort;
if (port === null) throw new Error('the case writer runs as a worker only');
const { file } = workerData as { readonly file: string };
const answer = (message: FromWriter): void => port.postMessage(message);

const writer = openWriter(file);
port.on('message', (message: ToWriter) => {
  try {
    if (message.say === 'data') {
      writer.write(message);
      answer({ say: 'taken' });
      return;
    }
    if (message.say === 'abandon') writer.abandon();
    else {
      writer.finish(message.end);
      answer({ say: 'done' });
    }
    port.close();
  } catch (error) {
    const { code, message: why } = error as { code?: unknown; message?: unknown };
    answer({ say: 'failed', code: String(code ?? ''), why: String(why ?? error) });
    writer.abandon();
    port.close();
  }
});
