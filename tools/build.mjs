/**
 * Bundles `src/cli/main.ts` and every `*.worker.ts` into dist/, flat: `case/writer.worker.ts` becomes
 * `case-writer.worker.js` (see `src/base/worker-url.ts`). better-sqlite3 stays outside, since the package manager puts the
 * binary of each platform in place.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { lighterStringWidth } from './lighter-string-width.mjs';

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
  { in: join(root, 'src/cli/program.ts'), out: 'program' },
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

const withLighterWidths = {
  name: 'with-lighter-widths',
  setup(plugins) {
    plugins.onLoad({ filter: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/ }, (args) => ({
      contents: lighterStringWidth(readFileSync(args.path, 'utf8')),
    }));
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
  define: { 'process.env.NODE_ENV': '"production"', 'Intl.Segmenter': 'WaitingSegmenter' },
  inject: [join(root, 'tools/waiting-segmenter.mjs')],
  external: ['better-sqlite3'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [withoutDevtools, withLighterWidths],
  // Parsing is a good part of the start. A defect still names its place: `INQUEST_DEBUG=1` shows the chunk.
  minify: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
}).catch(() => {
  // esbuild has said what is wrong.
  process.exit(1);
});

/** What a start does not wait for, by what starts: what it reaches by static imports must not hold it. */
const rooms = ['archive', 'case', 'evidence', 'timeline', 'triage', 'control-plane', 'replay', 'diagnosis'];
const readsEvidence = ['node_modules/zod/', ...rooms.map((room) => `src/${room}/`)];
const notAtStart = {
  'src/cli/main.ts': [...readsEvidence, 'src/tui/', 'src/cli/program.ts'],
  'src/cli/program.ts': [...readsEvidence, 'src/tui/'],
  'src/tui/index.ts': readsEvidence,
};

function refuseHeavyStart(source) {
  const seen = new Set();
  const visit = (path, way) => {
    if (seen.has(path)) return;
    seen.add(path);
    const { inputs, imports } = result.metafile.outputs[path];
    for (const input of Object.keys(inputs)) {
      if (notAtStart[source].some((part) => input.startsWith(part)))
        throw new Error(`${source} loads ${input} at start: ${[...way, path].join(' > ')}`);
    }
    for (const step of imports)
      if (step.kind === 'import-statement' && !step.external) visit(step.path, [...way, path]);
  };
  const [start] = Object.entries(result.metafile.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
  if (start === undefined) throw new Error(`the bundle has no ${source}`);
  visit(start, []);
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

for (const source of Object.keys(notAtStart)) refuseHeavyStart(source);

/** Written beside its place and moved there, since another may be reading. */
function write(name, contents) {
  const temporary = join(dist, `${name}.${process.pid}.tmp`);
  writeFileSync(temporary, contents);
  renameSync(temporary, join(dist, name));
}

/** Every help as the program says it, by command, and its own under '': the launcher answers from it (see bin/help.cjs). */
async function helpTexts() {
  const { commands, helpOf } = await import(pathToFileURL(join(dist, 'program.js')).href);
  const subjects = commands.map((command) => command.name);
  return Object.fromEntries([['', helpOf()], ...subjects.map((name) => [name, helpOf(name)])]);
}

mkdirSync(dist, { recursive: true });
const isChunk = (name) => name.startsWith('chunk-');
const bundled = new Map(result.outputFiles.map((file) => [basename(file.path), file.contents]));
// Chunks first, main last: whoever starts meanwhile finds all that it asks for.
const order = (name) => (isChunk(name) ? 0 : name === 'main.js' ? 2 : 1);
const names = [...bundled.keys()].sort((a, b) => order(a) - order(b));
for (const name of names.slice(0, -1)) write(name, bundled.get(name));
write('NOTICES.txt', notices());
write('help.json', JSON.stringify(await helpTexts()));
write('main.js', bundled.get('main.js'));

const kept = new Set([...names, 'NOTICES.txt', 'help.json']);
for (const name of readdirSync(dist)) {
  if (kept.has(name) || name.startsWith('.')) continue;
  const isRecent = Date.now() - statSync(join(dist, name)).mtimeMs < oldChunkMs;
  if (!(isChunk(name) && isRecent)) rmSync(join(dist, name), { recursive: true });
}
