import { escapeTerminal } from '../../base/escape/terminal.ts';
import { formatRef } from '../../base/ref.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { maskText } from '../../base/secrets.ts';
import type { CaseReader, NoteRow } from '../../case/index.ts';
import { type Command, isSet, type Request, textFlag } from '../command.ts';
import { jsonFlag, listFlag, parseCount } from '../flags.ts';
import { writeOut } from '../output.ts';
import type { Session } from '../session.ts';

/** A note is read beside its record: longer ones belong elsewhere. */
const longest = 16_384;

async function write(reader: CaseReader, notes: readonly NoteRow[], request: Request): Promise<Result<number>> {
  if (isSet(request, 'json')) {
    const { noteDocumentOf } = await import('../documents/note-document.ts');
    const { documentText } = await import('../json-output.ts');
    await writeOut(documentText(noteDocumentOf(reader, notes)));
    return ok(0);
  }
  const line = ({ id, ref, text, tags }: NoteRow): string => {
    const said = [...tags.map((tag) => `#${tag}`), ...(text === '' ? [] : [maskText(text)])].join(' ');
    return `${String(id).padStart(4)}  ${escapeTerminal(ref)}  ${escapeTerminal(said)}\n`;
  };
  await writeOut(notes.map(line).join(''));
  return ok(0);
}

async function remove(reader: CaseReader, id: string, session: Session): Promise<Result<number>> {
  const number = parseCount('--rm', id);
  if (!number.ok) return number;
  const removed = reader.removeNote(number.value);
  if (!removed.ok) return removed;
  if (!removed.value) return fail('not_found', `--rm ${id}`, 'no such note', 'inquest note ARCHIVE lists them.');
  session.note(`Removed note ${number.value}.`);
  return ok(0);
}

/** The reference as it stands in the case, without the place of a part. */
async function refOf(reader: CaseReader, text: string): Promise<Result<string>> {
  const { findRecord } = await import('../record.ts');
  const found = findRecord(reader, text);
  return found.ok ? ok(formatRef(found.value.ref)) : found;
}

export const note: Command = {
  name: 'note',
  summary: 'add a note or a tag to a record, list them, remove one',
  operands: '<archive> [ref] [text]',
  flags: [
    jsonFlag,
    { flags: '--tag <tag>', text: 'a word to find it by (repeatable)', repeatable: true },
    { flags: '--rm <id>', text: 'remove this note' },
  ],
  opens: true,
  notes: `Without text and tag the notes are listed: of the record, or of the case. They are kept in the
case file by reference, so that a case which is built anew keeps them, and so does a copy of
it. Nobody's name and no time is written with them. In filters: is:noted, tag:suspect.`,
  examples: [
    "inquest note incident.tar.gz audit.ndjson@18204+412 'rotated by hand, see the ticket' --tag suspect",
    'inquest note incident.tar.gz',
    'inquest note incident.tar.gz --rm 3',
    "inquest timeline incident.tar.gz --where 'tag:suspect'",
  ],
  run: async (request, session) => {
    const [archive = '', refText, text = ''] = request.operands;
    const tags = [...new Set(listFlag(request.flags, 'tag'))];
    const bad = tags.find((tag) => !/^[^\s,"()#]{1,64}$/u.test(tag));
    if (bad !== undefined)
      return fail('usage', `--tag ${bad}`, 'not a tag', 'A tag is one word of at most 64 characters, without a comma.');
    if (text.length > longest) return fail('usage', 'TEXT', `longer than ${longest} characters`);
    const id = textFlag(request, 'rm');
    if (id !== undefined && (refText !== undefined || tags.length > 0))
      return fail('usage', '--rm', 'stands alone', 'inquest note ARCHIVE --rm ID removes a note.');
    if (refText === undefined && tags.length > 0)
      return fail('usage', 'REF', 'missing', 'Name the record that the tag belongs to.');
    const opened = await session.open([archive]);
    if (!opened.ok) return opened;
    const reader = opened.value;
    if (id !== undefined) return remove(reader, id, session);
    if (refText === undefined) return write(reader, reader.notes(), request);
    const ref = await refOf(reader, refText);
    if (!ref.ok) return ref;
    if (text === '' && tags.length === 0)
      return write(
        reader,
        reader.notes().filter((one) => one.ref === ref.value),
        request,
      );
    const added = reader.addNote({ ref: ref.value, text, tags });
    if (!added.ok) return added;
    return write(
      reader,
      reader.notes().filter((one) => one.id === added.value),
      request,
    );
  },
};
