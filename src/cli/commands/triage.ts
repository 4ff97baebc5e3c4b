import { ok } from '../../base/result.ts';
import { type Command, isSet } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';

export const triage: Command = {
  name: 'triage',
  summary: 'the first pass and the findings of the rules, without replays',
  operands: '<archive...>',
  flags: [
    jsonFlag,
    { flags: '--fail-on <severity>', text: 'exit with 1 when a finding is as severe as this, or more' },
  ],
  opens: true,
  examples: ['inquest triage incident.tar.gz', 'inquest triage incident.tar.gz --json --fail-on high'],
  run: async (request, session) => {
    const { severities } = await import('../../base/vocabulary.ts');
    const { parseWord } = await import('../flags.ts');
    const wanted = request.flags.failOn;
    const failOn = typeof wanted === 'string' ? parseWord('--fail-on', wanted, severities) : null;
    if (failOn !== null && !failOn.ok) return failOn;
    const opened = await session.open(request.operands);
    if (!opened.ok) return opened;
    const { triageOf } = await import('../analysis.ts');
    const document = triageOf(opened.value);
    if (isSet(request, 'json')) {
      const { documentText } = await import('../json-output.ts');
      await writeOut(documentText(document));
    } else {
      const { triageReport } = await import('../reports.ts');
      await writeOut(triageReport(document, opened.value, request.operands, session));
    }
    if (failOn === null) return ok(0);
    const worst = severities.slice(0, severities.indexOf(failOn.value) + 1);
    return ok(document.findings.some((finding) => worst.includes(finding.severity)) ? 1 : 0);
  },
};
