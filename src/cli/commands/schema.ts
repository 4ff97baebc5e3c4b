import { nearText } from '../../base/near.ts';
import { fail, ok } from '../../base/result.ts';
import type { Command } from '../command.ts';
import { writeOut } from '../output.ts';

export const schema: Command = {
  name: 'schema',
  summary: 'JSON Schema of every --json output and every evidence kind; the SQL views',
  operands: '[name]',
  flags: [],
  opens: false,
  examples: ['inquest schema', 'inquest schema diagnose', 'inquest schema views'],
  run: async (request) => {
    const { schemaNames, schemaOf } = await import('../schemas.ts');
    const [name] = request.operands;
    if (name === undefined) {
      await writeOut(schemaNames.map((one) => `${one}\n`).join(''));
      return ok(0);
    }
    const found = schemaOf(name);
    if (found === null)
      return fail('usage', name, `no such schema${nearText(name, schemaNames)}`, 'inquest schema lists them.');
    const { exactText } = await import('../json-output.ts');
    await writeOut(exactText(found));
    return ok(0);
  },
};
