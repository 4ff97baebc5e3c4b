import { nearText } from '../../base/near.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { type Command, isSet, type Request, textFlag } from '../command.ts';
import { jsonFlag, parseWord } from '../flags.ts';
import { writeOut } from '../output.ts';

type Asked = 'none' | 'all' | { readonly kind: string; readonly entity: string };

async function askedOf(request: Request): Promise<Result<Asked>> {
  const cause = textFlag(request, 'cause');
  const all = isSet(request, 'all');
  if (cause !== undefined && all) return fail('usage', '--cause', 'not together with --all', 'Choose one of the two.');
  if (cause === undefined) return ok(all ? 'all' : 'none');
  const at = cause.indexOf('@');
  const [kind, entity] = [cause.slice(0, at), cause.slice(at + 1)];
  if (at < 1 || !/^[^:]+:./.test(entity))
    return fail(
      'usage',
      `--cause ${cause}`,
      'not KIND@ENTITY',
      'For example --cause credential_scope_missing@credential:cr_8f2, as diagnose names them.',
    );
  const { causeKinds } = await import('../../base/vocabulary.ts');
  return (causeKinds as readonly string[]).includes(kind)
    ? ok({ kind, entity })
    : fail('usage', `--cause ${cause}`, `no such kind of cause${nearText(kind, causeKinds)}`);
}

export const replay: Command = {
  name: 'replay',
  summary: 'the factual replay and its fidelity; what-ifs for suspected causes',
  operands: '<archive...>',
  flags: [
    { flags: '--cause <kind@entity>', text: 'replay under the repair of this cause' },
    { flags: '--all', text: 'replay under the repair of every suspect' },
    { flags: '--expect <verdict>', text: 'exit with 1 when no cause that was asked for has this verdict' },
    { flags: '--trace <file>', text: 'write the events of the factual replay, one JSON a line' },
    { flags: '--certificate <file>', text: 'write the certificate of each verdict, one JSON a line' },
    jsonFlag,
  ],
  opens: true,
  notes: `Nothing is executed: the replay runs the analyzer's model of the control plane over the
recorded inputs, in virtual time. The same archive gives the same digests everywhere.`,
  examples: [
    'inquest replay incident.tar.gz',
    'inquest replay incident.tar.gz --all --json',
    'inquest replay incident.tar.gz --cause credential_expired@credential:cr_1 --expect confirmed',
  ],
  run: async (request, session) => {
    const asked = await askedOf(request);
    if (!asked.ok) return asked;
    const { verdicts } = await import('../../base/vocabulary.ts');
    const wanted = textFlag(request, 'expect');
    const expected = wanted === undefined ? null : parseWord('--expect', wanted, verdicts);
    if (expected !== null && !expected.ok) return expected;
    const certificate = textFlag(request, 'certificate');
    if (asked.value === 'none' && (expected !== null || certificate !== undefined))
      return fail('usage', expected === null ? '--certificate' : '--expect', 'needs --cause or --all');
    const opened = await session.open(request.operands);
    if (!opened.ok) return opened;
    const { replayOf } = await import('../replaying.ts');
    const replayed = await replayOf(opened.value, asked.value, textFlag(request, 'trace'), certificate, session);
    if (!replayed.ok) return replayed;
    const document = replayed.value;
    if (isSet(request, 'json')) {
      const { documentText } = await import('../json-output.ts');
      await writeOut(documentText(document));
    } else {
      const { replayReport } = await import('../reports.ts');
      const some = asked.value === 'none' ? 'none' : 'some';
      await writeOut(replayReport(document, some, opened.value, request.operands, session));
    }
    if (expected === null) return ok(0);
    const { strongestVerdicts } = await import('../replaying.ts');
    return ok(strongestVerdicts(document).includes(expected.value) ? 0 : 1);
  },
};
