// Protects the structure: which folder may import which, doors, banned calls, dead files, and what a linter can't see.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { staleRegistries } from '../tools/generate.ts';

const root = join(import.meta.dirname, '..');
const toPosix = (path: string): string => path.split(sep).join('/');

function filesBelow(folder: string, keep: RegExp): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => toPosix(join(folder, name)))
    .filter((name) => keep.test(name) && !/(?:^|\/)(?:node_modules|corpora)\//.test(name))
    .sort();
}

/** Its own examples of what is wrong are none. */
const isThis = (file: string): boolean => join(root, file) === import.meta.filename;
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const isCode = /\.tsx?$/;
const sources = filesBelow('src', isCode);
const tests = filesBelow('test', isCode);
const workers = sources.filter((file) => /\.worker\.ts$/.test(file));

/**
 * What a file imports, types and lazy imports included, as spelt. Formatted code begins each statement at a line's start;
 * a bundler's list would miss what is imported as a type only.
 */
function specifiersOf(text: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export)\s(?:[^;'"`]*?\sfrom\s)?'([^']+)'/gm);
  const lazy = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [...statements, ...lazy].flatMap((match) => (match[1] === undefined ? [] : [match[1]]));
}

const resolveFrom = (file: string, specifier: string): string => toPosix(normalize(join(dirname(file), specifier)));

interface Import {
  readonly from: string;
  /** A file of the project, or a package's name as spelt. */
  readonly to: string;
  readonly own: boolean;
}

const importsOf = (file: string): readonly Import[] =>
  specifiersOf(textOf(file)).map((specifier) =>
    specifier.startsWith('.')
      ? { from: file, to: resolveFrom(file, specifier), own: true }
      : { from: file, to: specifier, own: false },
  );

const sourceImports = sources.flatMap(importsOf);
const shown = (found: Import): string => `${found.from} -> ${found.to}`;

/** `src/triage/rules/x.ts` -> `triage`. */
const roomOf = (file: string): string => file.split('/')[1] ?? '';

/** Lower rooms first; a room imports those before it. */
const order = [
  'base',
  'archive',
  'evidence',
  'case',
  'timeline',
  'control-plane',
  'triage',
  'replay',
  'diagnosis',
  'report',
  'tui',
  'cli',
];

/** Folders that may import nothing but themselves and these folders or files. */
const restricted: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/control-plane': ['src/base'],
  'src/replay/kernel': ['src/base', 'src/control-plane'],
  'src/replay/concerns': [
    'src/base',
    'src/control-plane',
    'src/replay/kernel',
    'src/replay/predicate.ts',
    'src/replay/route-sort.ts',
  ],
  'src/report': ['src/base', 'src/timeline', 'src/diagnosis'],
  'src/tui': ['src/base', 'src/timeline', 'src/diagnosis'],
};

/** Without clock, chance, files or database: what is imported from outside the project tells. */
const pure = ['src/control-plane', 'src/replay/kernel', 'src/replay/concerns'];

const isIn = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

/** A folder whose `index.ts` is no door: there it is the command `index`. */
const withoutDoor = 'src/cli/commands';

describe('arrows between folders', () => {
  it('knows every folder of src', () => {
    expect([...new Set(sources.filter((file) => file.split('/').length > 2).map(roomOf))].sort()).toEqual(
      order.filter((room) => sources.some((file) => roomOf(file) === room)).sort(),
    );
  });

  it('reads imports of every form', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from './b.ts';",
      "import {\n  c,\n  d,\n} from './c.ts';",
      "export * from './e.ts';",
      "import './f.ts';",
      "const g = await import('./g.ts');",
      "// from './no.ts'",
    ].join('\n');
    expect(specifiersOf(text)).toEqual(['./a.ts', './b.ts', './c.ts', './e.ts', './f.ts', './g.ts']);
  });

  it('go down only, and triage and replay do not know each other', () => {
    const wrong = sourceImports.filter(({ from, to, own }) => {
      if (!own || !to.startsWith('src/')) return false;
      const [mine, theirs] = [order.indexOf(roomOf(from)), order.indexOf(roomOf(to))];
      return theirs > mine || (roomOf(from) === 'replay' && roomOf(to) === 'triage');
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('stay inside src', () => {
    expect(sourceImports.filter(({ to, own }) => own && !to.startsWith('src/')).map(shown)).toEqual([]);
  });

  it.each(Object.entries(restricted))('%s imports itself and %j only', (folder, allowed) => {
    const wrong = sourceImports.filter(
      ({ from, to, own }) => own && isIn(from, folder) && ![folder, ...allowed].some((other) => isIn(to, other)),
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it.each(pure)('%s imports neither Node nor a package, nor does what it imports outside base', (folder) => {
    const reached = new Set(sources.filter((file) => isIn(file, folder)));
    for (const file of reached)
      for (const { to, own } of importsOf(file)) if (own && !isIn(to, 'src/base')) reached.add(to);
    expect(sourceImports.filter(({ from, own }) => !own && reached.has(from)).map(shown)).toEqual([]);
  });

  it('enter a folder by its index.ts', () => {
    const hasDoor = new Set(sources.filter((file) => file.endsWith('/index.ts')).map((file) => dirname(file)));
    hasDoor.delete(withoutDoor);
    const wrong = sourceImports.filter(({ from, to, own }) => {
      if (!own) return false;
      for (let folder = dirname(to); folder !== 'src' && folder !== '.'; folder = dirname(folder))
        if (hasDoor.has(folder) && !isIn(from, folder) && to !== `${folder}/index.ts`) return true;
      return false;
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('form no circle, types included', () => {
    // Kinds and dialects are made of each other: a dialect's test recognises a kind, and a kind is compiled to its spellings.
    const left = new Set(sources.filter((file) => !isIn(file, 'src/evidence')));
    const arrows = sourceImports.filter(({ own }) => own);
    // What imports nothing that is left, or is imported by nothing that is left, is in no circle.
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      const inside = arrows.filter(({ from, to }) => left.has(from) && left.has(to));
      const [from, to] = [new Set(inside.map((one) => one.from)), new Set(inside.map((one) => one.to))];
      for (const file of left) if (!from.has(file) || !to.has(file)) left.delete(file);
    }
    expect([...left]).toEqual([]);
  });

  it('point at files that exist', () => {
    const all = [...sources, ...tests.filter((file) => !isThis(file))].flatMap(importsOf);
    expect(all.filter(({ to, own }) => own && !existsSync(join(root, to))).map(shown)).toEqual([]);
  });
});

describe('dead files', () => {
  it('are none: the program, a worker or a test reaches each', () => {
    const reached = new Set<string>();
    const queue = ['src/cli/main.ts', ...workers, ...tests.filter((file) => /\.test\.tsx?$/.test(file))];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (reached.has(file) || !existsSync(join(root, file))) continue;
      reached.add(file);
      if (isCode.test(file)) queue.push(...importsOf(file).flatMap(({ to, own }) => (own ? [to] : [])));
    }
    expect(sources.filter((file) => !reached.has(file))).toEqual([]);
  });
});

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Files or folders where it is right. */
  readonly except: readonly string[];
}

const bans: readonly Ban[] = [
  { pattern: /\bDate\b/, instead: 'src/base/time.ts: integer microseconds', except: [] },
  { pattern: /\bMath\.random\b/, instead: 'a value that the evidence decides', except: [] },
  { pattern: /\b(?:performance\.now|hrtime)\b/, instead: 'the time of the evidence', except: ['src/cli/', 'src/tui/'] },
  { pattern: /\.localeCompare\b/, instead: 'compareText of src/base/order.ts', except: [] },
  { pattern: /\.toLocale\w+/, instead: 'the functions of src/base/time.ts, or plain digits', except: [] },
  {
    pattern: /\bIntl\b/,
    instead: 'the functions of src/base',
    // Graphemes do not hang on the locale; a time zone's offset is what it is for.
    except: ['src/tui/width.ts', 'src/base/zone.ts'],
  },
  { pattern: /\bconsole\./, instead: 'a Failure, or the output of src/cli', except: ['src/cli/'] },
  {
    pattern: /\b(?:fetch|WebSocket|EventSource)\(/,
    instead: 'nothing: the program never uses the network',
    except: [],
  },
  { pattern: /\b(?:eval|Function)\(/, instead: 'code that is there when it is read', except: [] },
];

const bannedModules: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(?:node:)?(?:net|tls|http|https|http2|dgram|dns|dns\/promises|inspector)$/, 'nothing: no network'],
  [/^(?:node:)?(?:child_process|cluster)$/, 'a worker (src/base/worker-url.ts)'],
  [/^(?!node:)(?:fs|path|os|crypto|zlib|stream|util|url|events|worker_threads)(?:\/|$)/, 'the same name with node:'],
];

/** Code without types, comments and quoted text. */
function bareCode(file: string): string {
  const { code } = transformSync(textOf(file), {
    loader: file.endsWith('x') ? 'tsx' : 'ts',
    jsx: 'preserve',
    legalComments: 'none',
    target: 'esnext',
  });
  return code.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

describe('banned', () => {
  const bare = new Map(sources.map((file) => [file, bareCode(file)]));

  it.each(bans)('$pattern: use $instead', ({ pattern, except }) => {
    const users = sources.filter((file) => !except.some((path) => file.startsWith(path)));
    expect(users.filter((file) => pattern.test(bare.get(file) ?? ''))).toEqual([]);
  });

  it.each(bannedModules)('module %s: use %s', (pattern) => {
    expect(sourceImports.filter(({ to, own }) => !own && pattern.test(to)).map(shown)).toEqual([]);
  });
});

describe('files', () => {
  const code = [
    ...sources,
    ...filesBelow('tools', /\.(?:ts|mjs|cjs)$/),
    ...filesBelow('bin', /\.cjs$/),
    ...filesBelow('samples', isCode),
  ];
  const project = [
    ...code,
    ...tests,
    ...filesBelow('docs', /\.md$/),
    ...filesBelow('.ci', /./),
    ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'package.json', 'vitest.config.ts'].filter((file) =>
      existsSync(join(root, file)),
    ),
  ].filter((file) => !isThis(file));
  const holding = (pattern: RegExp): readonly string[] => project.filter((file) => pattern.test(textOf(file)));

  it('of more than 400 lines say why in a first line `// Long because ...`', () => {
    const isLong = (file: string): boolean => textOf(file).split('\n').length > 400;
    expect(code.filter((file) => isLong(file) && !/^\/\/ Long because /m.test(textOf(file).slice(0, 400)))).toEqual([]);
  });

  it('are named after an idea', () => {
    const vague = /(?:^|[/.-])(?:utils?|helpers?|common|manager|misc)(?:[/.-]|$)/;
    expect([...code, ...tests].filter((file) => vague.test(file))).toEqual([]);
  });

  it('leave nothing to do', () => {
    expect(holding(/\b(?:TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  it('name no folder of the machine they were written on', () => {
    expect(holding(/(?:^|[\s'"`(=])\/(?:work|root|home\/[a-z]+)\//m)).toEqual([]);
  });

  it('that are generated are current', () => {
    expect(staleRegistries(join(root, 'src')).map(({ file }) => relative(root, file))).toEqual([]);
  });

  it('of tests say first what they protect', () => {
    const first = (file: string): string => textOf(file).split('\n')[0] ?? '';
    expect(tests.filter((file) => /\.test\.tsx?$/.test(file) && !/^(?:\/\/|\/\*)/.test(first(file)))).toEqual([]);
  });
});
