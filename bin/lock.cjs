'use strict';
/**
 * One setup at a time. The lock is a file that names its holders' process ids; a lock whose holders are all dead is taken
 * over, so that a killed start blocks nobody.
 */
const fs = require('fs');
const path = require('path');

const pollMs = 100;
/** A take-over lasts microseconds; one this old was killed in the middle. */
const takeOverMs = 10000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

const read = (file) => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (_gone) {
    return null;
  }
};

/** An empty one is being written just now, unless it is old: then its writer was killed. */
function isStale(file, text) {
  const pids = text.split('\n').filter(Boolean).map(Number);
  if (pids.length > 0) return !pids.some(isAlive);
  try {
    return Date.now() - fs.statSync(file).mtimeMs > takeOverMs;
  } catch (_gone) {
    return false;
  }
}

function create(file) {
  try {
    fs.writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead holder's lock. Guarded by a second lock, or two waiters could remove each other's fresh one. */
function removeStale(file) {
  const guard = `${file}.taking-over`;
  if (!create(guard)) {
    try {
      if (Date.now() - fs.statSync(guard).mtimeMs > takeOverMs) fs.unlinkSync(guard);
    } catch (_gone) {
      return;
    }
    return;
  }
  const text = read(file);
  if (text !== null && isStale(file, text)) fs.unlinkSync(file);
  fs.unlinkSync(guard);
}

/** Resolves to the held lock; `onWait` is called once when another holds it. */
async function takeLock(file, onWait) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let waited = false;
  while (!create(file)) {
    const text = read(file);
    if (text === null) continue;
    if (isStale(file, text)) {
      removeStale(file);
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return {
    /** A child that goes on working when we are killed holds the lock as well. */
    shareWith: (pid) => fs.appendFileSync(file, `${pid}\n`),
    release: () => fs.unlinkSync(file),
  };
}

module.exports = { takeLock };
