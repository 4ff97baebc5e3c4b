// Protects the JSON outputs: each keeps its schema and its field order, and none depends on the machine, zone, locale or form.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { parseMicros } from '../../src/base/time.ts';
import { openIncident } from '../../src/case/index.ts';
import { doctorDocument } from '../../src/cli/documents/doctor-document.ts';
import { entityDocument } from '../../src/cli/documents/entity-document.ts';
import { indexDocument } from '../../src/cli/documents/index-document.ts';
import { casesDocument, sampleDocument } from '../../src/cli/documents/listing-documents.ts';
import { showDocument } from '../../src/cli/documents/show-document.ts';
import { sqlDocument } from '../../src/cli/documents/sql-document.ts';
import { timelineLine } from '../../src/cli/documents/timeline-document.ts';
import { views } from '../../src/cli/views.ts';
import { diagnosisDocument, replayDocument } from '../../src/diagnosis/index.ts';
import { triageDocument } from '../../src/triage/index.ts';
import { type Environment, finish, type Run, runner, sampleFolder, start, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(join(folder, 'data'));

/** A strict reading: a key that the schema does not name is a fault, and the order of keys is the schema's. */
function holds(schema: z.ZodType, text: string): void {
  const value: unknown = JSON.parse(text);
  expect(schema.parse(value)).toEqual(value);
  expect(JSON.stringify(schema.parse(value))).toBe(JSON.stringify(value));
}

test.each<readonly [z.ZodType, readonly string[]]>([
  [indexDocument, ['index', sampleFolder, '--json']],
  [triageDocument, ['triage', sampleFolder, '--json']],
  [diagnosisDocument, ['diagnose', sampleFolder, '--json']],
  [diagnosisDocument, [sampleFolder, '--json']],
  [replayDocument, ['replay', sampleFolder, '--all', '--json']],
  [sqlDocument, ['sql', sampleFolder, 'SELECT kind, count(*), NULL FROM event GROUP BY kind', '--json']],
  [sqlDocument, ['sql', sampleFolder, 'SELECT 1 WHERE 0', '--json']],
  [entityDocument, ['entity', sampleFolder, 'credential:cr_81a7e724', '--json']],
  [sampleDocument, ['sample', '--json']],
  [casesDocument, ['cases', '--json']],
  [doctorDocument, ['doctor', '--json']],
])('%# keeps its schema', async (schema, args) => {
  const run = await inquest(...args);
  expect(run.code).toBe(0);
  holds(schema, run.out);
});

test('timeline gives one event a line, and every reference opens', async () => {
  const run = await inquest('timeline', sampleFolder, '--json', '--kind', 'audit,job,attempt,call,probe,log');
  const lines = run.out.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(500);
  for (const line of lines) holds(timelineLine, line);
  const times = lines.map((line) => parseMicros((JSON.parse(line) as { ts: string | null }).ts));
  const known = times.filter((ts) => ts !== null);
  expect(known).toEqual([...known].sort((a, b) => a - b));
  expect(times.slice(known.length).every((ts) => ts === null)).toBe(true);
  for (const line of [lines[0], lines[200], lines.at(-1)]) {
    const { ref, kind, title } = JSON.parse(line ?? '') as { ref: string; kind: string; title: string };
    const shown = await inquest('show', sampleFolder, ref, '--json');
    holds(showDocument, shown.out);
    const document = JSON.parse(shown.out) as z.infer<typeof showDocument>;
    expect(document.ref).toBe(ref.replace(/#\d+$/, ''));
    expect(document.events.map((event) => `${event.kind} ${event.title}`)).toContain(`${kind} ${title}`);
    expect(Buffer.byteLength(document.raw.text)).toBe(document.length);
  }
});

test('timeline in pages is the timeline', async () => {
  const all = await inquest('timeline', sampleFolder, '--json', '--kind', 'audit', '--limit', '90');
  let pages = '';
  let after: readonly string[] = [];
  for (let page = 0; page < 3; page += 1) {
    const run = await inquest('timeline', sampleFolder, '--json', '--kind', 'audit', '--limit', '30', ...after);
    pages += run.out;
    after = ['--after', (JSON.parse(run.out.trimEnd().split('\n').at(-1) ?? '') as { ref: string }).ref];
  }
  expect(pages).toBe(all.out);
});

test('every document is the same from a folder and its tar, under other zones and locales', async () => {
  // Paths of one length, so that the text breaks its lines alike.
  const plain = join(folder, 'x', 'agent-scope');
  const tar = join(folder, 'y', 'agent-scope');
  cpSync(sampleFolder, plain, { recursive: true });
  mkdirSync(join(folder, 'y'));
  execFileSync('tar', ['-cf', tar, '-C', plain, '.']);
  const commands = [
    ['index', '--json'],
    ['triage', '--json'],
    ['diagnose', '--json'],
    ['timeline', '--json', '--limit', '2000'],
    ['diagnose'],
  ];
  for (const [command = '', ...flags] of commands) {
    const run = (archive: string, env: Environment): Promise<Run> => finish(start([command, archive, ...flags], env));
    const [here, there] = await Promise.all([
      run(plain, { INQUEST_DATA: join(folder, 'a'), TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8' }),
      run(tar, { INQUEST_DATA: join(folder, 'b'), TZ: 'America/St_Johns', LC_ALL: 'C' }),
    ]);
    expect(here.code).toBe(0);
    expect(stampless(there.out)).toBe(stampless(here.out));
    if (flags.includes('--json') && command !== 'timeline')
      expect(JSON.parse(there.out).case.digest).toBe(JSON.parse(here.out).case.digest);
  }
});

/** Without what names the file that was opened: its path, its own digest and its own size. */
const stampless = (text: string): string =>
  text.replaceAll(join(folder, 'x'), join(folder, 'y')).replace(/"archives": \[[^\]]*\]/, '');

test('the views that the help lists are those of a case', async () => {
  const opened = await openIncident([sampleFolder], { dataDir: join(folder, 'data') });
  if (!opened.ok) throw new Error(opened.error.why);
  for (const [view, columns] of Object.entries(views)) {
    const found = opened.value.sql(`SELECT * FROM ${view} LIMIT 0`);
    if (!found.ok) throw new Error(found.error.why);
    expect([...found.value.rows]).toEqual([]);
    expect(found.value.columns, view).toEqual(columns);
  }
  opened.value.close();
});

test('every name that schema lists gives a JSON Schema', async () => {
  const names = (await inquest('schema')).out.trimEnd().split('\n');
  expect(names).toContain('evidence/requests');
  for (const name of ['diagnose', 'evidence/requests', 'evidence/jobs', 'views']) {
    expect(names).toContain(name);
    expect(typeof JSON.parse((await inquest('schema', name)).out)).toBe('object');
  }
  const requests = JSON.parse((await inquest('schema', 'evidence/requests')).out);
  expect(requests.properties.caller.properties.kind).toEqual({ type: ['string', 'null'] });
});
