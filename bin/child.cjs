'use strict';
/** Runs the program as a child whose life and end are ours: signals in, exit code out. */
const childProcess = require('child_process');
const os = require('os');

/** As shells count: 128 and the signal's number. */
const codeOf = (code, signal) => (signal === null ? code : 128 + (os.constants.signals[signal] || 0));

/** How long after an interrupt the child may need to show that the terminal gave it the same one. */
const interruptGraceMs = 300;

/** How long the child has to end once it was told to: one that is busy in a system call or in SQLite hears nothing. */
const endGraceMs = 5000;

/**
 * The child may ask to be killed unless it is done in time, since a running SQLite query can't be stopped from inside:
 * `{ kill_after_ms, text, code }`, taken back by `{ kill_after_ms: null }`. Our exit code is then `code`. Asking is the
 * child's, so that the time of reading a large archive is not the query's.
 */
function watchDeadline(child) {
  let timer = null;
  let passed = null;
  child.on('message', (message) => {
    if (message === null || typeof message !== 'object' || !('kill_after_ms' in message)) return;
    clearTimeout(timer);
    if (typeof message.kill_after_ms !== 'number') return;
    timer = setTimeout(() => {
      passed = message.code;
      child.kill('SIGKILL');
      process.stderr.write(message.text);
    }, message.kill_after_ms);
  });
  return { passed: () => passed, end: () => clearTimeout(timer) };
}

/** Resolves to the exit code. The child shares our terminal; the channel tells it when we are gone. */
function runChild(node, args, env) {
  return new Promise((resolve) => {
    const child = childProcess.spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
    const deadline = watchDeadline(child);
    let told = null;
    const end = (signal, afterMs) => {
      // Whoever asks a second time does not want to wait.
      if (told !== null) return child.kill('SIGKILL');
      told = signal;
      setTimeout(() => child.kill(signal), afterMs).unref();
      setTimeout(() => child.kill('SIGKILL'), afterMs + endGraceMs).unref();
    };
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal, 0));
    if (process.platform !== 'win32') process.on('SIGQUIT', () => {});
    // A terminal interrupts the child as well; `kill -INT` of the launcher does not, so it is passed on where the child
    // still runs a moment later. An interrupt that comes twice means the same to the program.
    process.on('SIGINT', () => end('SIGINT', interruptGraceMs));
    child.on('error', (error) => {
      process.stderr.write(`inquest: cannot start: ${error.message}\n`);
      resolve(70);
    });
    child.on('exit', (code, signal) => {
      deadline.end();
      const passed = deadline.passed();
      if (passed !== null) resolve(passed);
      else resolve(codeOf(code, signal === 'SIGKILL' && told !== null ? told : signal));
    });
  });
}

module.exports = { codeOf, runChild };
