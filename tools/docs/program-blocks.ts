/** What the program says itself: help, and the answers and screens for the samples. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utc } from '../../src/base/zone.ts';
import { type CaseReader, openIncident } from '../../src/case/index.ts';
import { registry } from '../../src/cli/commands/registry.ts';
import { helpOf } from '../../src/cli/program.ts';
import { diagnosisReport } from '../../src/cli/reports.ts';
import { schemaNames } from '../../src/cli/schemas.ts';
import { createSession } from '../../src/cli/session.ts';
import { type DiagnosisDocument, diagnose } from '../../src/diagnosis/index.ts';
import { histogram } from '../../src/timeline/index.ts';
import { type TriageDocument, triage } from '../../src/triage/index.ts';
import { caseFacts } from '../../src/tui/case-facts.ts';
import { frameOf } from '../../src/tui/frame.ts';
import { keymap, keyName, places } from '../../src/tui/keymap.ts';
import { lineText } from '../../src/tui/line.ts';
import { acted, learned, type State, startState } from '../../src/tui/state.ts';
import { timelineSource } from '../../src/tui/timeline/case-source.ts';
import { code, codes, fenced, table } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);

interface Wall {
  readonly permissionFlags: (folders: readonly string[]) => readonly string[];
}

/** Names of the commands, as typed. */
export const commandNames: readonly string[] = registry.map((command) => command.name);

/** A sample as the program sees it. */
interface Seen {
  readonly folder: string;
  readonly reader: CaseReader;
  readonly triage: TriageDocument;
  readonly diagnosis: DiagnosisDocument;
}

async function seen(folder: string, data: string): Promise<Seen> {
  const opened = await openIncident([join(root, folder)], { dataDir: data });
  if (!opened.ok) throw new Error(`${folder}: ${opened.error.why}`);
  const reader = opened.value;
  const triaged = triage(reader);
  return { folder, reader, triage: triaged, diagnosis: await diagnose(reader, triaged) };
}

async function answer({ folder, reader, triage, diagnosis }: Seen): Promise<string> {
  const session = await createSession({ color: false });
  if (!session.ok) throw new Error(session.error.why);
  return diagnosisReport(diagnosis, triage, reader, [folder], session.value);
}

/** The sections of a text answer; each begins with its title in capitals at the margin. */
const sectionsOf = (text: string): readonly string[] => text.split(/\n\n(?=[A-Z])/);
const titleOf = (section: string): string => /^[A-Z]+(?: [A-Z]+)*/.exec(section)?.[0] ?? '';

/** What fits a screen: from what was read to how sure the answer is; then what else there is, by title. */
function shortened(text: string): string {
  const sections = sectionsOf(text);
  const first = sections.findIndex((section) => titleOf(section) === 'HOW SURE') + 1;
  const rest = sections.slice(first).map(titleOf);
  return `${sections.slice(0, first).join('\n\n')}\n\n[and the sections ${rest.join(', ')}]`;
}

/** Screens of a sample, drawn as the terminal UI draws them. */
async function screens({ folder, reader, triage, diagnosis }: Seen): Promise<Readonly<Record<string, string>>> {
  const counts = histogram(reader, 96);
  let state: State = startState(folder, { columns: 80, rows: 24 }, { zone: utc, marks: 'unicode' });
  const facts = await caseFacts(reader);
  state = learned(state, { type: 'standing', standing: { facts, source: timelineSource(reader, utc) } });
  if (counts !== null) state = learned(state, { type: 'histogram', histogram: counts });
  state = learned(state, { type: 'triage', document: triage });
  state = learned(state, { type: 'diagnosis', document: diagnosis });
  const drawn = (one: State): string =>
    fenced(
      frameOf(one)
        .map((line) => lineText(line).trimEnd())
        .join('\n'),
    );
  return { 'screen-overview': drawn(state), 'screen-record': drawn(acted(state, 'open')) };
}

const placeWords: Readonly<Record<(typeof places)[number], string>> = {
  opening: 'while the archive is opened',
  overview: 'Overview',
  timeline: 'Timeline',
  detail: 'Timeline with a record open',
  entity: 'page of an entity',
  filter: 'line of the filter',
  help: 'help',
};

const keys = (): string =>
  table(
    ['keys', 'does', 'where'],
    keymap.map((binding) => [
      binding.keys.map((key) => code(keyName(key))).join(' '),
      binding.description,
      binding.places.length === places.length ? 'everywhere' : binding.places.map((one) => placeWords[one]).join(', '),
    ]),
  );

function wall(): string {
  const { permissionFlags } = require('../../bin/wall.cjs') as Wall;
  const flags = permissionFlags(['DATA']).map((flag) => flag.replace(/^.*[\\/](?=inside\.cjs$)/, 'bin/'));
  return fenced(
    ['node', ...flags, 'dist/main.js', '…'].join(' \\\n  ').replaceAll('\\\n  --require \\\n  ', '\\\n  --require '),
  );
}

const summaries = (): string =>
  table(
    ['command', 'does'],
    registry.map((command) => [`[${code(command.name)}](#${command.name})`, command.summary]),
  );

/** Blocks that ask the program. The folder for its cases is made and removed here. */
export async function programBlocks(): Promise<Readonly<Record<string, string>>> {
  const data = mkdtempSync(join(tmpdir(), 'inquest-docs-'));
  try {
    const scope = await seen('samples/agent-scope', data);
    const healthy = await seen('samples/healthy', data);
    const whole = await answer(scope);
    const asked = (one: Seen, text: string): string => fenced(`$ npm start -- ${one.folder}\n${text}`);
    const blocks = {
      help: fenced(helpOf()),
      ...Object.fromEntries(commandNames.map((name) => [`help-${name}`, fenced(helpOf(name))])),
      commands: summaries(),
      schemas: codes(schemaNames),
      'sample-diagnosis': asked(scope, shortened(whole)),
      'sample-diagnosis-whole': asked(scope, whole),
      'healthy-diagnosis': asked(healthy, await answer(healthy)),
      keys: keys(),
      wall: wall(),
      ...(await screens(scope)),
    };
    scope.reader.close();
    healthy.reader.close();
    return blocks;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
