'use strict';
/** `npm run <task>`: development tasks, in a checkout made ready and with the same Node as the program. */
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const { chooseRuntime, root } = require('../bin/runtime.cjs');
const { prepare } = require('../bin/setup.cjs');
const { codeOf } = require('../bin/child.cjs');

const inModules = (file) => path.join(root, 'node_modules', file);
const vitest = inModules('vitest/vitest.mjs');
const biome = [inModules('@biomejs/biome/bin/biome'), 'check'];
const resultsFile = path.join(root, '.cache', 'test-results.json');

/** Runs a script with the chosen Node to its end; resolves to its exit code. */
function runNode(node, args, env) {
  return new Promise((resolve) => {
    const child = childProcess.spawn(node, args, { cwd: root, stdio: 'inherit', env });
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => resolve(codeOf(code, signal)));
  });
}

/** `N passed, N failed`; a file that could not be loaded counts as a failure, and so does a run without results. */
function countResults(code) {
  let passed = 0;
  let failed = 0;
  try {
    const results = JSON.parse(fs.readFileSync(resultsFile, 'utf8'));
    passed = results.numPassedTests;
    failed =
      results.numFailedTests +
      results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  } catch (_noResults) {
    failed = 1;
  }
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function test(run, args) {
  fs.rmSync(resultsFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsFile}`];
  // Each thread of a test loads the sources anew; that they are compiled once halves the run.
  const env = { NODE_COMPILE_CACHE: path.join(root, '.cache', 'compiled') };
  const code = await run([vitest, 'run'].concat(reporters, args), env);
  const { passed, failed } = countResults(code);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return code === 0 && failed > 0 ? 1 : code;
}

/** All parts run, so that one pass shows all that is wrong. */
async function check(run) {
  const parts = [
    ['types', [inModules('typescript/bin/tsc'), '-p', root]],
    ['format and lint', biome.concat('.')],
    ['generated files', [path.join(__dirname, 'generate.ts'), '--check']],
    ['tidiness', [vitest, 'run', 'test/tidy.test.ts']],
  ];
  const failed = [];
  for (const part of parts) {
    process.stdout.write(`== ${part[0]}\n`);
    if ((await run(part[1], {})) !== 0) failed.push(part[0]);
  }
  process.stdout.write(failed.length === 0 ? 'check: all is well\n' : `check: failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** What each task needs beforehand, and what it does. */
const tasks = {
  test: { needs: ['install', 'build'], run: test },
  'test:slow': {
    needs: ['install', 'build'],
    run: (run, args) => test((nodeArgs, env) => run(nodeArgs, Object.assign({ SUITE: 'slow' }, env)), args),
  },
  check: { needs: ['install'], run: check },
  bench: {
    needs: ['install', 'build'],
    run: (run, args) =>
      run([path.join(root, 'test/bench/bench.ts')].concat(args), { INQUEST_STARTED_BY: process.execPath }),
  },
  generate: { needs: ['install'], run: (run, args) => run([path.join(__dirname, 'generate.ts')].concat(args), {}) },
  format: { needs: ['install'], run: (run) => run(biome.concat('--write', '.'), {}) },
};

/** Node before 22.18 strips types only when asked. */
function optionsFor(node) {
  const own = process.env.NODE_OPTIONS || '';
  if (node !== process.execPath) return own;
  const parts = process.versions.node.split('.').map(Number);
  return parts[0] === 22 && parts[1] < 18
    ? `${own} --experimental-strip-types --disable-warning=ExperimentalWarning`.trim()
    : own;
}

async function main(name, args) {
  const task = tasks[name];
  if (task === undefined) {
    process.stderr.write(`inquest: no such task: ${name}; one of ${Object.keys(tasks).join(', ')}\n`);
    return 2;
  }
  const runtime = chooseRuntime(root, process.versions.node);
  if (runtime.problem !== undefined) {
    process.stderr.write(`inquest: cannot start: ${runtime.problem}\n`);
    return 70;
  }
  const failed = await prepare(root, runtime, task.needs);
  if (failed !== null) {
    process.stderr.write(`inquest: ${failed.what} failed: ${failed.why}\n`);
    return 70;
  }
  fs.mkdirSync(path.join(root, '.cache'), { recursive: true });
  const NODE_OPTIONS = optionsFor(runtime.node);
  const run = (nodeArgs, env) => runNode(runtime.node, nodeArgs, Object.assign({}, process.env, { NODE_OPTIONS }, env));
  return task.run(run, args);
}

main(process.argv[2], process.argv.slice(3)).then((code) => process.exit(code));
