'use strict';
/**
 * Makes a checkout ready: installs when the lock files differ from what was installed, builds when the sources differ from
 * what was built. Everything it says goes to standard error, since standard output belongs to the program's answer.
 */
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const { takeLock } = require('./lock.cjs');

const say = (text) => process.stderr.write(`inquest: ${text}\n`);
const isThere = (file) => fs.existsSync(file);
const readOr = (file, otherwise) => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (_missing) {
    return otherwise;
  }
};

/**
 * What an installation depends on: the lock file, and the machine when a folder is shared between two. The text itself and
 * no hash of it, since loading a hash takes longer than comparing, and every start compares.
 */
const installKey = (folder) =>
  `${process.platform}-${process.arch}\n${readOr(path.join(folder, 'package-lock.json'), '')}`;

const installStamp = (folder) => path.join(folder, 'node_modules', '.inquest-stamp');
const isInstalled = (folder) => readOr(installStamp(folder), '') === installKey(folder);

function filesBelow(folder, found) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) filesBelow(file, found);
    else found.push(file);
  }
  return found;
}

/** What a build depends on, by name, size and time of change: contents would take longer than the build saves. */
function buildKey(root) {
  const files = filesBelow(path.join(root, 'src'), []).concat(
    ['tools/build.mjs', 'package.json', 'package-lock.json'].map((name) => path.join(root, name)),
  );
  return files
    .sort()
    .map((file) => {
      const stat = fs.statSync(file);
      return `${path.relative(root, file)} ${stat.size} ${stat.mtimeMs}\n`;
    })
    .join('');
}

const buildStamp = (root) => path.join(root, 'dist', '.inquest-stamp');
const isBuilt = (root) => readOr(buildStamp(root), '') === buildKey(root);
/** A package has no sources and came with everything. */
const isCheckout = (root) => isThere(path.join(root, 'src'));

/** Runs a step with its output on standard error; a signal for us ends the step first, so that nothing goes on behind. */
function runStep(lock, command, args, options) {
  return new Promise((resolve) => {
    const child = childProcess.spawn(command, args, Object.assign({ stdio: ['ignore', 2, 2] }, options));
    if (child.pid !== undefined) lock.shareWith(child.pid);
    const stopped = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
      const stop = () => child.kill(signal);
      process.on(signal, stop);
      return () => process.removeListener(signal, stop);
    });
    const end = (answer) => {
      for (const stop of stopped) stop();
      resolve(answer);
    };
    child.on('error', (error) => end({ code: null, signal: null, why: error.message }));
    child.on('exit', (code, signal) => end({ code, signal, why: `exit code ${code}` }));
  });
}

/** npm as it was started, or as it lies beside this Node, or as the shell finds it. */
function npmCommand() {
  const beside = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const script = [process.env.npm_execpath, beside].find(
    (file) => file && /npm-cli\.c?js$/.test(file) && isThere(file),
  );
  if (script !== undefined) return { command: process.execPath, first: [script], shell: false };
  return { command: 'npm', first: [], shell: process.platform === 'win32' };
}

async function install(lock, folder, what) {
  say(`installing ${what} (once; it may take half a minute) ...`);
  const npm = npmCommand();
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const step = await runStep(lock, npm.command, npm.first.concat(args, ['--loglevel=error']), {
    cwd: folder,
    shell: npm.shell,
  });
  if (step.code !== 0) return Object.assign(step, { what: `npm ci in ${folder}` });
  fs.writeFileSync(installStamp(folder), installKey(folder));
  return null;
}

async function build(lock, root, node) {
  say('building ...');
  const key = buildKey(root);
  const step = await runStep(lock, node, [path.join(root, 'tools', 'build.mjs')], { cwd: root });
  if (step.code !== 0) return Object.assign(step, { what: 'the build' });
  fs.writeFileSync(buildStamp(root), key);
  return null;
}

/**
 * Makes `root` ready to run with `runtime` (see runtime.cjs) as far as `steps` (of `install`, `build`) say. Returns null, or
 * what failed: `{ what, why, signal }`.
 */
async function prepare(root, runtime, steps) {
  const wants = (step) => isCheckout(root) && steps.indexOf(step) >= 0;
  const missing = () => ({
    runtime: runtime.install && !isThere(runtime.node),
    packages: wants('install') && !isInstalled(root),
    bundle: wants('build') && !isBuilt(root),
  });
  const first = missing();
  if (!first.runtime && !first.packages && !first.bundle) return null;
  const wait = () => say('waiting for another start that sets up ...');
  const lock = await takeLock(path.join(root, '.cache', 'setup.lock'), wait);
  try {
    // Asked again: whoever held the lock may have done it.
    const left = missing();
    const failed =
      (left.runtime ? await install(lock, path.join(root, 'runtime'), 'a Node that is new enough') : null) ||
      (left.packages ? await install(lock, root, 'packages') : null);
    if (failed !== null) return failed;
    return wants('build') && !isBuilt(root) ? await build(lock, root, runtime.node) : null;
  } finally {
    lock.release();
  }
}

module.exports = { buildKey, filesBelow, installKey, prepare };
