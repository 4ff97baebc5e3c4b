import { ok } from '../../base/result.ts';
import { type Command, isSet } from '../command.ts';
import { jsonFlag } from '../flags.ts';
import { writeOut } from '../output.ts';

export const show: Command = {
  name: 'show',
  summary: 'one record whole: parsed, raw bytes, provenance, links',
  operands: '<archive> <ref>',
  flags: [jsonFlag, { flags: '--unmask', text: 'show secrets as they stand in the record' }],
  opens: true,
  notes: `A reference is <member path>@<byte offset>+<length>: timeline, diagnose, triage and the
column ref of every SQL view give it.`,
  examples: [
    'inquest show incident.tar.gz audit.ndjson@18204+412',
    "inquest show incident.tar.gz 'state.json@912+240' --json",
  ],
  run: async (request, session) => {
    const [archive = '', ref = ''] = request.operands;
    const opened = await session.open([archive]);
    if (!opened.ok) return opened;
    const reader = opened.value;
    const { findRecord } = await import('../record.ts');
    const found = findRecord(reader, ref);
    if (!found.ok) return found;
    const { showDocumentOf } = await import('../documents/show-document.ts');
    const document = showDocumentOf(reader, found.value, isSet(request, 'unmask'));
    if (isSet(request, 'json')) {
      const { exactText } = await import('../json-output.ts');
      await writeOut(exactText(document));
      return ok(0);
    }
    const { showText } = await import('../show-text.ts');
    await writeOut(showText(document, archive, session));
    return ok(0);
  },
};
