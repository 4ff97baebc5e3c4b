'use strict';
/**
 * Loaded first in the walled process and in each of its workers. Ends the program when its launcher is gone, and refuses
 * the network where Node's permission model does not.
 */
const hasNetworkWall = Number(process.versions.node.split('.')[0]) >= 25;

function refuse() {
  const error = new Error('inquest never uses the network');
  error.code = 'ERR_ACCESS_DENIED';
  throw error;
}

/** Every function of `target` refuses; constructors too. */
function refuseAll(target, kept) {
  for (const name of Object.getOwnPropertyNames(target)) {
    const own = Object.getOwnPropertyDescriptor(target, name);
    if (typeof own.value === 'function' && kept.indexOf(name) < 0)
      Object.defineProperty(target, name, { value: refuse, writable: false, configurable: false });
  }
}

if (!hasNetworkWall) {
  const net = require('net');
  const dns = require('dns');
  const dgram = require('dgram');
  Object.defineProperty(net.Socket.prototype, 'connect', { value: refuse, writable: false, configurable: false });
  Object.defineProperty(net.Server.prototype, 'listen', { value: refuse, writable: false, configurable: false });
  refuseAll(dgram.Socket.prototype, ['constructor']);
  refuseAll(dgram, []);
  refuseAll(dns.promises, []);
  refuseAll(dns, []);
  require('module').syncBuiltinESMExports();
}

// Gone instead of refusing: yoga then decodes its wasm without Node's HTTP client. Deleting alone does not load that client
// (looking at WebSocket does, which doubles the start).
delete globalThis.fetch;
delete globalThis.WebSocket;
delete globalThis.EventSource;

// Workers have no channel: only the main thread watches.
if (process.channel) {
  // HUP is what a closed terminal sends, so the program restores what there is to restore; without a handler it ends.
  process.on('disconnect', () => process.kill(process.pid, 'SIGHUP'));
  // Listening alone would keep a finished program running.
  process.channel.unref();
}
