import { ok, type Result } from '../../base/result.ts';
import type { CaseReader } from '../../case/index.ts';
import { counted, safe, shellWord } from '../../report/index.ts';
import { type Command, isSet, textFlag } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';
import type { Session } from '../session.ts';

export const index: Command = {
  name: 'index',
  summary: 'build the case file, and say what was found, what was not captured, and the damage',
  operands: '<archive...>',
  flags: [
    jsonFlag,
    { flags: '--explain', text: 'also which rule recognised what, and the keys of what none did' },
    { flags: '--suggest-dialect <file>', text: 'write a dialect that maps what can be guessed' },
    { flags: '--force', text: 'overwrite the file of --suggest-dialect' },
  ],
  opens: true,
  examples: [
    'inquest index incident.tar.gz',
    'inquest index incident.tar.gz --case incident.inquest',
    'inquest index incident/ --json --strict',
    'inquest index export/ --explain',
    'inquest index export/ --suggest-dialect export.yaml && inquest diagnose export/ --dialect export.yaml',
  ],
  run: async (request, session) => {
    const file = textFlag(request, 'suggestDialect');
    const isExplained = isSet(request, 'explain');
    const isForced = isSet(request, 'force');
    if (file !== undefined) {
      const { mayWrite } = await import('../suggesting.ts');
      const may = mayWrite(file, isForced);
      if (!may.ok) return may;
    }
    const opened = await session.open(request.operands, { foreign: isExplained || file !== undefined });
    if (!opened.ok) return opened;
    const reader = opened.value;
    if (isSet(request, 'json')) {
      const { indexDocumentOf } = await import('../documents/index-document.ts');
      const { documentText } = await import('../json-output.ts');
      await writeOut(documentText(indexDocumentOf(reader, isExplained ? await explained(reader) : null)));
    } else if (isExplained || file === undefined) {
      const { indexText } = await import('../index-text.ts');
      await writeOut(indexText(reader, request.operands, session));
      if (isExplained) {
        const { explainText } = await import('../explain-text.ts');
        await writeOut(`\n${explainText(await explained(reader), request.operands.join(' '), session)}`);
      }
    }
    return file === undefined ? ok(0) : suggest(file, isForced, reader, request.operands, session);
  },
};

async function explained(reader: CaseReader) {
  const { surveyCase } = await import('../surveying.ts');
  const { explanationOf } = await import('../documents/explanation.ts');
  return explanationOf(reader, surveyCase(reader));
}

/** What was written is told on standard error: standard output is the answer's. */
async function suggest(
  file: string,
  isForced: boolean,
  reader: CaseReader,
  operands: readonly string[],
  session: Session,
): Promise<Result<number>> {
  const { proposalFor } = await import('../surveying.ts');
  const { suggestDialect } = await import('../suggesting.ts');
  const made = await suggestDialect(file, proposalFor(reader), isForced);
  if (!made.ok) return made;
  const archives = operands.map((path) => shellWord(safe(path))).join(' ');
  if (made.value === null) {
    session.note('Nothing to suggest, and no file written: what is there is read as it stands, or has no keys to map.');
    session.note(`What each member looks like: inquest index ${archives} --explain`);
    return ok(0);
  }
  const { kinds, codes, actions, routes, metrics, holes } = made.value;
  const maps = [
    ...(kinds.length === 0 ? [] : [kinds.join(', ')]),
    ...(codes === 0 ? [] : [counted(codes, 'error code')]),
    ...(actions === 0 ? [] : [counted(actions, 'action')]),
    ...(routes === 0 ? [] : [counted(routes, 'route')]),
    ...(metrics === 0 ? [] : [counted(metrics, 'metric')]),
  ];
  session.note(`Written: ${safe(file)}. It maps ${maps.join(', ')}, and leaves ${counted(holes, 'hole')}.`);
  session.note(
    `Read it, then open the archive with it: inquest diagnose ${archives} --dialect ${shellWord(safe(file))}`,
  );
  return ok(0);
}
