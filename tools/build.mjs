/**
 * Bundles `src/cli/main.ts` and every `*.worker.ts` into dist/, flat: `case/writer.worker.ts` becomes
 * `case-writer.worker.js` (see `src/base/worker-url.ts`). better-sqlite3 stays outside, since the package manager puts the
 * binary of each platform in place.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
/** A program that runs while we build may still load the chunks it was built with. */
const oldChunkMs = 3_600_000;

const workers = readdirSync(join(root, 'src'), { recursive: true })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.worker.ts'))
  .sort();

const entryPoints = [
  { in: join(root, 'src/cli/main.ts'), out: 'main' },
  ...workers.map((name) => ({ in: join(root, 'src', name), out: name.replaceAll('/', '-').replace(/\.ts$/, '') })),
];

/** Ink asks for it in development only. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(plugins) {
    plugins.onResolve({ filter: /^react-devtools-core$/ }, (args) => ({ path: args.path, namespace: 'empty' }));
    plugins.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

const result = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  chunkNames: 'chunk-[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.15',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['better-sqlite3'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [withoutDevtools],
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
}).catch(() => {
  // esbuild has said what is wrong.
  process.exit(1);
});

const output = (name) => result.metafile.outputs[relative(root, join(dist, name)).replaceAll('\\', '/')];

/** Commands start without the terminal UI: what main reaches by static imports must not hold it. */
function refuseHeavyStart() {
  const seen = new Set();
  const visit = (path, way) => {
    if (seen.has(path)) return;
    seen.add(path);
    const { inputs, imports } = result.metafile.outputs[path];
    for (const input of Object.keys(inputs)) {
      const heavy = /node_modules\/(ink|react|react-reconciler|yoga-layout)\//.exec(input);
      if (heavy !== null) throw new Error(`main loads ${heavy[1]} at start: ${[...way, path].join(' > ')}`);
    }
    for (const step of imports)
      if (step.kind === 'import-statement' && !step.external) visit(step.path, [...way, path]);
  };
  visit(relative(root, join(dist, 'main.js')).replaceAll('\\', '/'), []);
}

/** The licences of what is inside the bundle. */
function notices() {
  const folders = new Set();
  for (const input of Object.keys(result.metafile.inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found !== null) folders.add(found[1]);
  }
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `inquest contains the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

refuseHeavyStart();
if (output('main.js') === undefined) throw new Error('the bundle has no main.js');

mkdirSync(dist, { recursive: true });
const isChunk = (name) => name.startsWith('chunk-');
// Chunks first, main last: whoever starts meanwhile finds all that it asks for.
const order = (file) => (isChunk(basename(file.path)) ? 0 : basename(file.path) === 'main.js' ? 2 : 1);
for (const file of [...result.outputFiles].sort((a, b) => order(a) - order(b))) {
  const temporary = `${file.path}.${process.pid}.tmp`;
  writeFileSync(temporary, file.contents);
  renameSync(temporary, file.path);
}
writeFileSync(join(dist, 'NOTICES.txt'), notices());

const written = new Set(result.outputFiles.map((file) => basename(file.path)));
for (const name of readdirSync(dist)) {
  if (written.has(name) || name === 'NOTICES.txt' || name.startsWith('.')) continue;
  const isRecent = Date.now() - statSync(join(dist, name)).mtimeMs < oldChunkMs;
  if (!(isChunk(name) && isRecent)) rmSync(join(dist, name), { recursive: true });
}
