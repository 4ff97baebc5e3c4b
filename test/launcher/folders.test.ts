// Protects what the wall lets the program write, from the arguments, and where the program stands under `npm start`.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launcher } from './launcher.ts';

describe('outputs named by arguments', () => {
  it.each([
    [['diagnose', 'a.tar'], []],
    [['a.tar', '--case', 'x/y.inquest'], ['x/y.inquest']],
    [['a.tar', '--case=x/y.inquest'], ['x/y.inquest']],
    [['report', 'a.tar', '-o', 'r.md'], ['r.md']],
    [['report', '-or.md', 'a.tar'], ['r.md']],
    [
      ['replay', 'a', '--trace', 't', '--certificate', 'c'],
      ['t', 'c'],
    ],
    // `--to` is a time of the timeline, and opens nothing.
    [['timeline', 'a', '--to=../12:03'], []],
    [['report', 'a', '-o', '-'], []],
    [['report', 'a', '-o'], []],
    [['note', 'a', 'r', '--', '-o', 'x'], []],
    [['a.tar', '--caseload', 'x', '--tomorrow=y'], []],
    [['timeline', 'a', '--output-format', 'x'], []],
  ])('%j -> %j', (args, outputs) => {
    expect(launcher.outputsOf(args)).toEqual(outputs);
  });
});

describe('folders that may be written', () => {
  const env = { INQUEST_DATA: '/data' };

  it('are the data folder alone when nothing else is asked for', () => {
    expect(launcher.writableFolders(['triage', 'a.tar'], '/here', env)).toEqual([resolve('/data')]);
  });

  it('are those of the named files, where the person stands', () => {
    const args = ['a.tar', '--case', 'x/y.inquest', '--trace=/else/t', '-o', 'x/z'];
    expect(launcher.writableFolders(args, '/here', env)).toEqual([
      resolve('/data'),
      resolve('/here/x'),
      resolve('/else'),
    ]);
  });

  it('never hold a star, which Node would read as anything', () => {
    expect(launcher.writableFolders(['-o', '/a*/b'], '/here', env)).toEqual([resolve('/data')]);
    expect(launcher.writableFolders([], '/here', { INQUEST_DATA: '/*' })).toEqual([]);
  });
});

it.runIf(process.platform === 'linux').each([
  [{ INQUEST_DATA: '/d', XDG_DATA_HOME: '/x' }, '/d'],
  [{ XDG_DATA_HOME: '/x' }, '/x/inquest'],
  [{ INQUEST_DATA: '', XDG_DATA_HOME: '' }, join(homedir(), '.local/share/inquest')],
])('the data folder of %j is %s', (env, folder) => {
  expect(launcher.dataFolder(env)).toBe(folder);
});

describe('the folder where the person stood', () => {
  const ours = { npm_lifecycle_event: 'start', npm_package_json: '/p/package.json', INIT_CWD: '/stood' };
  it.each([
    ['npm start', ours, '/stood'],
    ['another script', { ...ours, npm_lifecycle_event: 'test' }, null],
    ['npm start of another package', { ...ours, npm_package_json: '/q/package.json' }, null],
    ['no npm', { INIT_CWD: '/stood' }, null],
  ])('under %s', (_name, env, folder) => {
    expect(launcher.folderOfPerson(env, resolve('/p'))).toBe(folder);
  });
});

describe('the environment of the program', () => {
  it.each([
    [
      'NO_COLOR becomes what Ink knows',
      { NO_COLOR: '1', FORCE_COLOR: '3' },
      { FORCE_COLOR: '0', INQUEST_DATA: '/d', SQLITE_TMPDIR: '/d' },
    ],
    [
      'an empty NO_COLOR says nothing',
      { NO_COLOR: '', TERM: 'x' },
      { TERM: 'x', INQUEST_DATA: '/d', SQLITE_TMPDIR: '/d' },
    ],
  ])('%s', (_name, env, expected) => {
    expect(launcher.programEnvironment(env, '/d')).toEqual(expected);
  });
});
