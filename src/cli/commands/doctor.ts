import { ok } from '../../base/result.ts';
import { type Command, isSet } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'whether this machine has what inquest needs',
  operands: '',
  flags: [jsonFlag],
  opens: false,
  notes: 'Exit code 1 when something is wrong that keeps inquest from working.',
  examples: ['inquest doctor', 'inquest doctor --json'],
  run: async (request) => {
    const { examine } = await import('../examination.ts');
    const found = examine();
    const healthy = found.sqlite !== null && found.data.writable;
    if (isSet(request, 'json')) {
      const { documentText } = await import('../json-output.ts');
      await writeOut(documentText(found));
      return ok(healthy ? 0 : 1);
    }
    const { doctorText } = await import('../doctor-text.ts');
    await writeOut(doctorText(found));
    return ok(healthy ? 0 : 1);
  },
};
