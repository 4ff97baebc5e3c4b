/** `inquest ARCHIVE…`: the terminal UI where there is a terminal on both sides, else the diagnosis as text. */
import { existsSync } from 'node:fs';
import { nearText } from '../base/near.ts';
import { fail, type Result } from '../base/result.ts';
import { type Command, isSet } from './command.ts';
import { diagnose } from './commands/diagnose.ts';
import { registry } from './commands/registry.ts';
import { jsonFlag } from './flags.ts';

const commandLike = /^[a-z][a-z-]*$/;

/** A word where an archive or a command stands that can be neither: what may have been meant. */
export function mistypedCommand(word: string): Result<never> | null {
  const names = registry.map((command) => command.name);
  if (!commandLike.test(word) || names.includes(word) || word === 'help' || existsSync(word)) return null;
  return fail('usage', word, `no such command, and no such file${nearText(word, names)}`, 'See inquest --help.');
}

const hasTerminal = (): boolean =>
  process.stdout.isTTY === true && process.stdin.isTTY === true && process.env.TERM !== 'dumb';

export const open: Command = {
  name: 'inquest',
  summary: 'open an archive',
  operands: '[archives...]',
  flags: [jsonFlag, { flags: '--ascii', text: 'marks for terminals without Unicode' }],
  opens: true,
  examples: [
    'inquest incident.tar.gz',
    'inquest diagnose incident.tar.gz --json',
    'inquest timeline incident.tar.gz --from 12:03',
  ],
  run: async (request, session) => {
    const [first = ''] = request.operands;
    const mistyped = mistypedCommand(first);
    if (mistyped !== null) return mistyped;
    if (isSet(request, 'json') || !hasTerminal()) return diagnose.run(request, session);
    const { openTui } = await import('../tui/index.ts');
    return openTui({
      name: request.operands.join(', '),
      openCase: (onProgress, signal) => session.openQuietly(request.operands, onProgress, signal),
      outlasting: session.outlasting,
      display: { zone: session.zone, marks: isSet(request, 'ascii') ? 'ascii' : 'unicode' },
    });
  },
};
