'use strict';
/**
 * Whether a checkout is ready: what was installed and built is written down in stamps, and every start compares. So this
 * loads nothing but files, reads no contents, and hashes nothing: a few hundred looks at size and time of change.
 */
const fs = require('fs');
const path = require('path');

const readOr = (file, otherwise) => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (_missing) {
    return otherwise;
  }
};

/** What an installation depends on: the lock file, and the machine when a folder is shared between two. */
const installKey = (folder) =>
  `${process.platform}-${process.arch}\n${readOr(path.join(folder, 'package-lock.json'), '')}`;

const installStamp = (folder) => path.join(folder, 'node_modules', '.inquest-stamp');
const isInstalled = (folder) => readOr(installStamp(folder), '') === installKey(folder);

/** A line of the build's stamp. Of a folder the time alone counts: it changes when an entry comes or goes. */
function lineOf(root, name) {
  const stat = fs.statSync(`${root}/${name}`);
  return `${name}\t${stat.isDirectory() ? '' : stat.size}\t${stat.mtimeMs}\n`;
}

function namesBelow(root, folder, found) {
  found.push(folder);
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) namesBelow(root, name, found);
    else found.push(name);
  }
  return found;
}

/** What a build depends on: the sources, and what makes the bundle of them. */
const buildKey = (root) =>
  namesBelow(root, 'src', [])
    .concat(namesBelow(root, 'tools', []), ['package.json', 'package-lock.json'])
    .map((name) => lineOf(root, name))
    .join('');

const buildStamp = (root) => path.join(root, 'dist', '.inquest-stamp');

/** Looks at what the stamp names, and nowhere else: a file that it does not name has changed its folder. */
function isBuilt(root) {
  const stamp = readOr(buildStamp(root), '');
  if (stamp === '') return false;
  try {
    for (let at = 0; at < stamp.length; ) {
      const end = stamp.indexOf('\n', at) + 1;
      if (end === 0 || lineOf(root, stamp.slice(at, stamp.indexOf('\t', at))) !== stamp.slice(at, end)) return false;
      at = end;
    }
    return true;
  } catch (_gone) {
    return false;
  }
}

/** A package has no sources and came with everything. */
const isCheckout = (root) => fs.existsSync(path.join(root, 'src'));

/** What is missing of `steps` (of `install`, `build`) in `root` for `runtime` (see runtime.cjs). */
function missing(root, runtime, steps) {
  const wants = (step) => steps.indexOf(step) >= 0 && isCheckout(root);
  return {
    runtime: runtime.install && !fs.existsSync(runtime.node),
    packages: wants('install') && !isInstalled(root),
    bundle: wants('build') && !isBuilt(root),
  };
}

const isReady = (lacks) => !lacks.runtime && !lacks.packages && !lacks.bundle;

module.exports = { buildKey, buildStamp, installKey, installStamp, isReady, missing };
