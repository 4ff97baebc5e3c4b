import { fileTrouble } from '../../base/file-trouble.ts';
import { nearText } from '../../base/near.ts';
import { fail, ok } from '../../base/result.ts';
import { type Command, isSet, textFlag } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';

export const sample: Command = {
  name: 'sample',
  summary: 'list the shipped sample incidents, tell the story of one, or write it to a folder',
  operands: '[name]',
  flags: [{ flags: '-o, --output <dir>', text: 'write it there: as DIR, or as DIR/NAME where DIR exists' }, jsonFlag],
  opens: false,
  examples: [
    'inquest sample',
    'inquest sample agent-scope',
    'inquest sample agent-scope -o incident && inquest incident',
  ],
  run: async (request, session) => {
    const { samples, sampleFiles, storyOf } = await import('../samples.ts');
    const all = samples();
    const [name] = request.operands;
    if (name === undefined) {
      if (isSet(request, 'json')) {
        const { documentText } = await import('../json-output.ts');
        const list = all.map((one) => ({ name: one.name, title: one.title }));
        await writeOut(documentText({ format: 'inquest-sample', version: 1, samples: list }));
        return ok(0);
      }
      const width = Math.max(0, ...all.map((one) => one.name.length));
      await writeOut(all.map((one) => `${one.name.padEnd(width)}  ${one.title}\n`).join(''));
      return ok(0);
    }
    const found = all.find((one) => one.name === name);
    if (found === undefined)
      return fail(
        'usage',
        name,
        `no such sample${nearText(
          name,
          all.map((one) => one.name),
        )}`,
        `The samples are ${all.map((one) => one.name).join(', ')}.`,
      );
    const output = textFlag(request, 'output');
    if (output === undefined) {
      await writeOut(`${storyOf(found)}\nIt lies in ${found.folder}\n`);
      return ok(0);
    }
    const { existsSync, writeFileSync } = await import('node:fs');
    const { makeFolder } = await import('../../case/index.ts');
    const { shellWord } = await import('../../report/index.ts');
    const { dirname, join } = await import('node:path');
    const target = existsSync(output) ? join(output, name) : output;
    try {
      for (const file of sampleFiles(found)) {
        const path = join(target, file.path);
        makeFolder(dirname(path));
        writeFileSync(path, file.bytes);
      }
    } catch (error) {
      return fail(
        'output_unwritable',
        target,
        `cannot be written: ${fileTrouble(error)}`,
        'Name another folder with -o DIR.',
      );
    }
    await writeOut(`${target}\n`);
    session.note(`Open it with: inquest ${shellWord(target)}`);
    return ok(0);
  },
};
