import { escapeTerminal } from '../../base/escape/terminal.ts';
import { fileTrouble } from '../../base/file-trouble.ts';
import { fail, ok } from '../../base/result.ts';
import type { CaseContents } from '../../case/index.ts';
import { counted } from '../../report/index.ts';
import type { StoredCase } from '../cases.ts';
import { type Command, isSet } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';
import { formatBytes } from '../progress.ts';

const unread: CaseContents = { archives: [], notes: 0 };

function lineOf({ digest, bytes }: StoredCase, contents: CaseContents | null): string {
  const names =
    contents === null ? '(built anew when it is opened)' : contents.archives.map(escapeTerminal).join(' + ');
  const notes = contents === null || contents.notes === 0 ? '' : `  (${counted(contents.notes, 'note')})`;
  return `${digest}  ${formatBytes(bytes).padStart(9)}  ${names}${notes}\n`;
}

export const cases: Command = {
  name: 'cases',
  summary: 'list the cases in the data directory, or remove some',
  operands: '[action] [digests...]',
  flags: [jsonFlag, { flags: '--all', text: 'with rm: remove every case' }],
  opens: false,
  notes: `Actions: list (the default), and rm with the digest of a case or its first 8 digits or more.
A removed case is built again from its archive when it is opened, but its notes go with it.`,
  examples: ['inquest cases', 'inquest cases --json', 'inquest cases rm 3f09ab12', 'inquest cases rm --all'],
  run: async (request, session) => {
    const [action = 'list', ...wanted] = request.operands;
    const { storedCases } = await import('../cases.ts');
    const { contentsOf } = await import('../../case/index.ts');
    const stored = storedCases();
    if (action === 'list') {
      if (wanted.length > 0) return fail('usage', wanted[0] ?? '', 'cases list takes no more words');
      if (isSet(request, 'json')) {
        const { documentText } = await import('../json-output.ts');
        const list = stored.map(({ digest, bytes, path }) => ({
          digest,
          bytes,
          path,
          ...(contentsOf(path) ?? unread),
        }));
        await writeOut(documentText({ format: 'inquest-cases', version: 1, cases: list }));
        return ok(0);
      }
      await writeOut(stored.map((one) => lineOf(one, contentsOf(one.path))).join(''));
      if (stored.length === 0) session.note('There is no case yet.');
      return ok(0);
    }
    if (action !== 'rm') return fail('usage', action, 'not an action of cases: list or rm');
    if (wanted.length === 0 && !isSet(request, 'all'))
      return fail('usage', 'cases rm', 'which case is missing', 'Name a digest of inquest cases, or --all.');
    const doomed = new Set<string>();
    for (const word of wanted) {
      const digits = word.replace(/^sha256:/, '').toLowerCase();
      const found = /^[0-9a-f]{8,64}$/.test(digits)
        ? stored.filter((one) => one.digest.slice('sha256:'.length).startsWith(digits))
        : [];
      if (found.length === 0) return fail('not_found', word, 'no such case', 'inquest cases lists them.');
      for (const one of found) doomed.add(one.path);
    }
    if (isSet(request, 'all')) for (const one of stored) doomed.add(one.path);
    const { rmSync } = await import('node:fs');
    for (const path of doomed) {
      try {
        rmSync(path, { force: true });
      } catch (error) {
        return fail('disk', path, `cannot be removed: ${fileTrouble(error)}`, 'Remove the file by hand.');
      }
    }
    session.note(`Removed ${doomed.size} ${doomed.size === 1 ? 'case' : 'cases'}.`);
    return ok(0);
  },
};
