// Protects help: the launcher answers it at once from what the build wrote, word for word what the program says.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands, helpOf } from '../../src/cli/program.ts';
import { launch, packageOf, root, writeFiles } from './launcher.ts';

const fromProgram = `process.stdout.write('the program: ' + process.argv.slice(2).join(' '));`;
const withHelp = (): string =>
  writeFiles(packageOf(fromProgram), { 'dist/help.json': JSON.stringify({ '': 'of all\n', sql: 'of sql\n' }) });

describe('help that the build wrote', () => {
  it.each([
    ['--help', 'of all\n'],
    ['-h', 'of all\n'],
    ['sql --help', 'of sql\n'],
    ['sql -h', 'of sql\n'],
    ['help sql', 'of sql\n'],
  ])('%s is answered without the program', async (words, text) => {
    expect(await launch(withHelp(), words.split(' ')).ended).toEqual({ code: 0, signal: null, out: text, err: '' });
  });

  it.each(['help', 'help no-such', 'no-such --help', 'constructor --help', 'sql x --help', '--help sql', '-- --help'])(
    '%s is for the program',
    async (words) => {
      expect((await launch(withHelp(), words.split(' ')).ended).out).toBe(`the program: ${words}`);
    },
  );

  it('is not needed: the program answers where there is none', async () => {
    expect((await launch(packageOf(fromProgram), ['--help']).ended).out).toBe('the program: --help');
  });
});

it.skipIf(process.platform === 'win32')('ends quietly when its reader is gone, and with 2 on a full disk', () => {
  const folder = withHelp();
  const shell = (end: string): unknown => {
    const line = `"${process.execPath}" "${join(folder, 'bin/inquest.cjs')}" --help ${end}`;
    const { stderr, status } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    return { stderr, status };
  };
  expect(shell('| true')).toEqual({ stderr: '', status: 0 });
  if (process.platform === 'linux')
    expect(shell('> /dev/full')).toEqual({
      stderr: 'inquest: standard output: cannot be written: the disk is full\n',
      status: 2,
    });
});

it('is what the program of the sources says, for itself and each command', () => {
  const written: unknown = JSON.parse(readFileSync(join(root, 'dist/help.json'), 'utf8'));
  const subjects = commands.map(({ name }) => name);
  expect(written).toEqual({ '': helpOf(), ...Object.fromEntries(subjects.map((name) => [name, helpOf(name)])) });
});

it('is what the bundled program says', () => {
  const program = (words: readonly string[]): string =>
    spawnSync(process.execPath, [join(root, 'dist/main.js'), ...words], { encoding: 'utf8' }).stdout;
  expect(program(['--help'])).toBe(helpOf());
  expect(program(['sql', '-h'])).toBe(helpOf('sql'));
  expect(program(['help', 'sql'])).toBe(helpOf('sql'));
});
