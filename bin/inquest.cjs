#!/usr/bin/env node
'use strict';
/**
 * The launcher: makes a checkout ready, finds a Node that is new enough, and runs the program behind the wall. Written for
 * every Node since 12, so that an old one can say what is needed.
 */
const fs = require('fs');
const path = require('path');
const { helpFor } = require('./help.cjs');
const { chooseRuntime, engineFlags, root } = require('./runtime.cjs');
const { isReady, missing } = require('./stamps.cjs');

/** Under `npm start` npm has changed the folder; file names mean those where the person stood. */
function folderOfPerson(env, packageFolder) {
  const isOurStart =
    env.npm_lifecycle_event === 'start' &&
    env.npm_package_json !== undefined &&
    path.resolve(env.npm_package_json) === path.join(packageFolder, 'package.json');
  return isOurStart && env.INIT_CWD ? env.INIT_CWD : null;
}

function programEnvironment(env, data) {
  // What SQLite does not keep in memory lies there, too.
  const copy = Object.assign({}, env, { INQUEST_DATA: data, SQLITE_TMPDIR: data });
  // Ink's colours know FORCE_COLOR alone, and Node warns when both are set.
  if (copy.NO_COLOR) copy.FORCE_COLOR = '0';
  delete copy.NO_COLOR;
  return copy;
}

/** Writes an answer of the launcher's own. A reader that left is no error, as it is none to the program. */
function answer(text) {
  try {
    fs.writeSync(1, text);
    return 0;
  } catch (error) {
    if (error.code === 'EPIPE') return 0;
    process.stderr.write(
      `inquest: standard output: cannot be written: ${error.code === 'ENOSPC' ? 'the disk is full' : error.code}\n`,
    );
    return 2;
  }
}

function fail(what, why) {
  process.stderr.write(`inquest: ${what}: ${why}\n`);
  return 70;
}

async function main(args) {
  if (args[0] === '--version' || args[0] === '-V') {
    return answer(`${JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version}\n`);
  }
  const runtime = chooseRuntime(root, process.versions.node);
  if (runtime.problem !== undefined) return fail('cannot start', runtime.problem);
  const steps = ['install', 'build'];
  if (!isReady(missing(root, runtime, steps))) {
    const failed = await require('./setup.cjs').prepare(root, runtime, steps);
    if (failed !== null) {
      if (failed.signal !== null) return require('./child.cjs').codeOf(null, failed.signal);
      return fail(`${failed.what} failed`, failed.why);
    }
  }
  const help = helpFor(root, args);
  if (help !== null) return answer(help);
  const folder = folderOfPerson(process.env, root);
  if (folder !== null) process.chdir(folder);
  const { dataFolder, makeDataFolder, permissionFlags, writableFolders } = require('./wall.cjs');
  const data = dataFolder(process.env);
  makeDataFolder(data);
  const writable = writableFolders(args, process.cwd(), process.env);
  const { runChild } = require('./child.cjs');
  return runChild(
    runtime.node,
    engineFlags.concat(permissionFlags(writable), path.join(root, 'dist', 'main.js'), args),
    programEnvironment(process.env, data),
  );
}

if (require.main === module) main(process.argv.slice(2)).then((code) => process.exit(code));
else module.exports = Object.assign({ folderOfPerson, programEnvironment }, require('./wall.cjs'));
