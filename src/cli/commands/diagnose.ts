import { ok } from '../../base/result.ts';
import { type Command, isSet } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';

export const diagnose: Command = {
  name: 'diagnose',
  summary: 'what failed, since when, why, how sure, and what to do',
  operands: '<archive...>',
  flags: [jsonFlag],
  opens: true,
  notes: `Verdicts: CONFIRMED (the replay shows the symptom, the repair removes it, and nothing
irrelevant does), CONTRIBUTING (with another fault), INCONCLUSIVE (with what is missing).
All of it under the analyzer's model of the control plane.`,
  examples: [
    'inquest diagnose incident.tar.gz',
    'inquest diagnose incident.tar.gz --tz Europe/Berlin > ticket.txt',
    'inquest diagnose incident.tar.gz --json --strict',
  ],
  run: async (request, session) => {
    const opened = await session.open(request.operands);
    if (!opened.ok) return opened;
    const { diagnosisOf, triageOf } = await import('../analysis.ts');
    const triage = triageOf(opened.value);
    const diagnosis = await diagnosisOf(opened.value, triage, session);
    if (isSet(request, 'json')) {
      const { documentText } = await import('../json-output.ts');
      await writeOut(documentText(diagnosis));
      return ok(0);
    }
    const { diagnosisReport } = await import('../reports.ts');
    await writeOut(diagnosisReport(diagnosis, triage, opened.value, request.operands, session));
    return ok(0);
  },
};
