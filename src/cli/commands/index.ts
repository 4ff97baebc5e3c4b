import { ok } from '../../base/result.ts';
import { type Command, isSet } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';

export const index: Command = {
  name: 'index',
  summary: 'build the case file, and say what was found, what was not captured, and the damage',
  operands: '<archive...>',
  flags: [jsonFlag],
  opens: true,
  examples: [
    'inquest index incident.tar.gz',
    'inquest index incident.tar.gz --case incident.inquest',
    'inquest index incident/ --json --strict',
  ],
  run: async (request, session) => {
    const opened = await session.open(request.operands);
    if (!opened.ok) return opened;
    if (isSet(request, 'json')) {
      const { indexDocumentOf } = await import('../documents/index-document.ts');
      const { documentText } = await import('../json-output.ts');
      await writeOut(documentText(indexDocumentOf(opened.value)));
      return ok(0);
    }
    const { indexText } = await import('../index-text.ts');
    await writeOut(indexText(opened.value, request.operands, session));
    return ok(0);
  },
};
