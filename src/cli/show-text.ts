import { escapeTerminal, escapeTerminalLines } from '../base/escape/terminal.ts';
import { parseMicros } from '../base/time.ts';
import { formatInZone } from '../base/zone.ts';
import { colorPaint, counted, plainPaint, section, shellWord } from '../report/index.ts';
import type { ShowDocument } from './documents/show-document.ts';
import type { Session } from './session.ts';

/** Beyond this a record is not read by eye; `--json` has all of it. */
const shownCharacters = 64 * 1_024;

function shortened(text: string): string {
  if (text.length <= shownCharacters) return text;
  return `${text.slice(0, shownCharacters)}\n… ${counted(text.length - shownCharacters, 'more character')} (--json has all)`;
}

/** Digits of an integer beyond 2^53 are kept, and shown as a number. */
const pretty = (record: unknown): string => {
  const big: string[] = [];
  const text = JSON.stringify(
    record,
    (_key, value) => {
      if (typeof value !== 'bigint') return value;
      big.push(value.toString());
      return `\u0000big${big.length - 1}\u0000`;
    },
    2,
  );
  return text.replace(/"\\u0000big(\d+)\\u0000"/g, (_match, index: string) => big[Number(index)] ?? '');
};

const noteLine = ({ id, text, tags }: NonNullable<ShowDocument['notes']>[number]): string =>
  `${id}  ${escapeTerminal([...tags.map((tag) => `#${tag}`), text].filter((part) => part !== '').join(' '))}`;

/** What `show` prints: evidence beside its provenance. */
export function showText(document: ShowDocument, archive: string, session: Session): string {
  const paint = session.color ? colorPaint : plainPaint;
  const { member } = document;
  const head = [
    section(paint, 'REF', [{ lines: [escapeTerminal(document.ref)] }]),
    section(paint, 'ARCHIVE', [
      { lines: document.case.archives.flatMap((one) => [escapeTerminal(one.name), one.digest]) },
    ]),
    section(paint, 'MEMBER', [
      `${escapeTerminal(member.path)}: ${member.kind}${member.host === undefined ? '' : `, host ${escapeTerminal(member.host)}`}, ${counted(member.bytes, 'byte')}`,
      `bytes ${document.offset} to ${document.offset + document.length} of it`,
    ]),
    section(
      paint,
      'EVENT',
      document.events.map((event) => {
        const us = event.ts === null ? null : parseMicros(event.ts);
        const time = us === null ? 'no time' : formatInZone(us, session.zone);
        const recorded = event.recorded_ts === undefined ? null : parseMicros(event.recorded_ts);
        const moved =
          recorded === null ? '' : ` (recorded ${formatInZone(recorded, session.zone)}, by a clock that was off)`;
        return `${time}${moved}  ${event.kind}  ${escapeTerminal(event.title)}`;
      }),
    ),
  ];
  const raw =
    document.raw.encoding === 'utf8'
      ? escapeTerminalLines(shortened(document.raw.text))
      : shortened(hexDump(Buffer.from(document.raw.text, 'base64')));
  const rawTitle = document.raw.masked ? 'RAW (secrets masked; --unmask shows them)' : 'RAW';
  const links = document.links.flatMap((link) => {
    if (link.entity !== undefined) return [{ head: `${link.relation.padEnd(12)} `, text: escapeTerminal(link.entity) }];
    const ref = escapeTerminal(link.ref ?? '');
    return [
      { head: `${link.relation.padEnd(12)} `, text: escapeTerminal(link.title ?? '') },
      { lines: [`  ${link.direction === 'from' ? '<-' : '->'} ${ref}`] },
    ];
  });
  const hasRecords = document.links.some((link) => link.ref !== undefined);
  return `${[
    head.flat().join('\n'),
    ...(document.record === undefined
      ? []
      : [`${paint('strong', 'RECORD')}\n${escapeTerminalLines(shortened(pretty(document.record)))}`]),
    `${paint('strong', rawTitle)}\n${raw}`,
    section(paint, 'LINKS', links).join('\n'),
    section(paint, 'NOTES', (document.notes ?? []).map(noteLine)).join('\n'),
    hasRecords ? `Open one with: inquest show ${shellWord(escapeTerminal(archive))} REF` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

const rowBytes = 16;

/** Offset, bytes, and what of them is printable. */
function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length * 80 < shownCharacters + 80; at += rowBytes) {
    const row = bytes.subarray(at, at + rowBytes);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...row].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(rowBytes * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}
