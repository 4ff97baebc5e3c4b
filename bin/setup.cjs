'use strict';
/**
 * Makes a checkout ready: installs when the lock files differ from what was installed, builds when the sources differ from
 * what was built. Everything it says goes to standard error, since standard output belongs to the program's answer.
 */
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const { takeLock } = require('./lock.cjs');
const { buildKey, buildStamp, installKey, installStamp, isReady, missing } = require('./stamps.cjs');

const say = (text) => process.stderr.write(`inquest: ${text}\n`);
const isThere = (file) => fs.existsSync(file);

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
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
  ];
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
  if (isReady(missing(root, runtime, steps))) return null;
  const wait = () => say('waiting for another start that sets up ...');
  const lock = await takeLock(path.join(root, '.cache', 'setup.lock'), wait);
  try {
    // Asked again: whoever held the lock may have done it.
    const left = missing(root, runtime, steps);
    const failed =
      (left.runtime ? await install(lock, path.join(root, 'runtime'), 'a Node that is new enough') : null) ||
      (left.packages ? await install(lock, root, 'packages') : null);
    if (failed !== null) return failed;
    return missing(root, runtime, steps).bundle ? await build(lock, root, runtime.node) : null;
  } finally {
    lock.release();
  }
}

module.exports = { prepare };
