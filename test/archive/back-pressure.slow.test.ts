// Protects: memory does not grow with the archive, and a reader that pauses stops the disk.
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { openArchive } from '../../src/archive/index.ts';
import { header, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

const bodyBytes = 300 * 2 ** 20;

async function write(path: string): Promise<void> {
  const gzip = createGzip({ level: 1 });
  const done = new Promise<void>((resolve) => gzip.pipe(createWriteStream(path)).on('close', resolve));
  const block = Buffer.from(Array.from({ length: 2 ** 20 }, (_, i) => (i * 2_654_435_761) >>> 27));
  const put = (bytes: Buffer): Promise<void> => new Promise((resolve) => gzip.write(bytes, () => resolve()));
  await put(header({ path: 'large', size: bodyBytes }));
  for (let left = bodyBytes; left > 0; left -= block.length) {
    block.writeUInt32LE(left);
    await put(block);
  }
  gzip.end(Buffer.alloc(1024));
  await done;
}

it('holds a few chunks of 300 MiB, whatever the reader does', { timeout: 120_000 }, async () => {
  await write(shop.path('large.tar.gz'));
  const opened = await openArchive(shop.path('large.tar.gz'));
  if (!opened.ok) throw new Error('did not open');
  const held = (): number => process.memoryUsage().arrayBuffers;
  const start = held();
  let most = 0;
  let bytes = 0;
  let paused = false;
  for await (const member of opened.value.members) {
    for await (const chunk of member.chunks) {
      bytes += chunk.length;
      most = Math.max(most, held() - start);
      if (paused) continue;
      paused = true;
      await pause(300);
      expect(opened.value.bytesRead()).toBeLessThan(2 * 2 ** 20);
      expect(opened.value.bytesRead()).toBeLessThan(opened.value.totalBytes / 4);
    }
  }
  expect(bytes).toBe(bodyBytes);
  // Chunks wait for the collector: the slack is for that, and a fifth of what was read.
  expect(most).toBeLessThan(64 * 2 ** 20);
});
