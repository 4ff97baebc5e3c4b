/** The thread that packs blocks: it is told blocks, and tells what the case keeps of them. */
import { parentPort } from 'node:worker_threads';
import { createPacking } from './packing.ts';
import type { FromPacking, ToPacking } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('blocks are packed in a worker only');
const answer = (message: FromPacking): void => port.postMessage(message);

const packing = createPacking();
port.on('message', (message: ToPacking) => {
  if (message.say === 'block') {
    answer({ say: 'packed', packed: packing.add(message.block) });
    return;
  }
  if (message.say === 'finish') answer({ say: 'done', packed: packing.end() });
  port.close();
});
