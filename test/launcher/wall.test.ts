// Protects the wall: behind it nothing connects, starts or writes outside the named folders, in no thread.
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcher, newFolder, startNode, writeFiles } from './launcher.ts';

const hasNetworkWall = Number(process.versions.node.split('.')[0]) >= 25;

/** Tries everything and prints what came of it; run in the main thread or in a worker by `where`. */
const probe = `
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup, promises } from 'node:dns';
import { writeFileSync, mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { connect, createServer } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const { port, inside, outside, where } = isMainThread ? JSON.parse(process.argv[2]) : workerData;
async function attempt(action) {
  try {
    await action();
    return 'done';
  } catch (error) {
    return error.code ?? error.name;
  }
}
const eventual = (start) => new Promise((resolve, reject) => start().once('connect', resolve).once('listening', resolve).once('error', reject));
const tries = async () => ({
  read: await attempt(() => readFileSync(process.execPath).length),
  writeInside: await attempt(() => { mkdirSync(inside + '/deep/er', { recursive: true }); writeFileSync(inside + '/deep/er/x', ''); }),
  writeOutside: await attempt(() => writeFileSync(outside + '/x', '')),
  spawn: await attempt(() => { const { error } = spawnSync(process.execPath, ['-e', '0']); if (error) throw error; }),
  connect: await attempt(() => eventual(() => connect(port, '127.0.0.1'))),
  http: await attempt(() => eventual(() => http.get({ port, host: '127.0.0.1' }))),
  listen: await attempt(() => eventual(() => createServer().listen(0))),
  udp: await attempt(() => eventual(() => { const socket = createSocket('udp4'); socket.connect(port, '127.0.0.1'); return socket; })),
  dns: await attempt(() => new Promise((resolve, reject) => lookup('inquest.invalid', (error) => (error ? reject(error) : resolve())))),
  dnsPromise: await attempt(() => promises.resolve4('inquest.invalid')),
  fetch: await attempt(() => fetch('http://127.0.0.1:' + port)),
});
if (isMainThread && where === 'worker') {
  new Worker(new URL(import.meta.url), { workerData: { port, inside, outside, where } }).on('message', (found) => {
    process.stdout.write(JSON.stringify(found));
    process.exit(0);
  });
} else {
  const found = await tries();
  if (isMainThread) process.stdout.write(JSON.stringify(found), () => process.exit(0));
  else parentPort.postMessage(found);
}
`;

let server: Server;
let port = 0;
let connections = 0;
beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => void server.close());

async function run(where: 'main' | 'worker', flags: (folders: readonly string[]) => readonly string[]) {
  const folder = writeFiles(newFolder(), { 'probe.mjs': probe });
  const inside = join(folder, 'data, with "odd" name');
  const input = JSON.stringify({ port, inside, outside: folder, where });
  const ended = await startNode([...flags([inside]), join(folder, 'probe.mjs'), input]).ended;
  return { ...ended, folder, found: JSON.parse(ended.out || '{}') as Record<string, string> };
}

describe.each(['main', 'worker'] as const)('behind the wall, in the %s thread', (where) => {
  it('reads, writes in the data folder, and does nothing else', async () => {
    const before = connections;
    const { found, folder, err } = await run(where, launcher.permissionFlags);
    expect(err).toBe('');
    expect(found).toMatchObject({
      read: 'done',
      writeInside: 'done',
      writeOutside: 'ERR_ACCESS_DENIED',
      spawn: 'ERR_ACCESS_DENIED',
    });
    expect(existsSync(join(folder, 'x'))).toBe(false);
    const { connect, http, listen, udp, dns, dnsPromise, fetch } = found;
    expect([connect, http, listen, udp, dns, dnsPromise]).toEqual(Array(6).fill('ERR_ACCESS_DENIED'));
    expect(fetch).toBe('ReferenceError');
    expect(connections).toBe(before);
  });
});

it('the same probe without the wall connects, starts and writes: it can fail', async () => {
  const before = connections;
  const { found } = await run('main', () => []);
  expect(found).toMatchObject({ writeOutside: 'done', spawn: 'done', connect: 'done', listen: 'done', udp: 'done' });
  expect(connections).toBeGreaterThan(before);
});

it(`the network is refused by ${hasNetworkWall ? "Node's permission model" : 'functions taken away'} on this Node`, async () => {
  const { found } = await run('main', (folders) =>
    launcher.permissionFlags(folders).filter((flag) => flag !== '--require' && !flag.endsWith('inside.cjs')),
  );
  expect(found.connect).toBe(hasNetworkWall ? 'ERR_ACCESS_DENIED' : 'done');
});
