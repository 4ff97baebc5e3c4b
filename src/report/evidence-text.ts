/** Sections that every report has: what was read, and what was not there. */
import { controlPlaneKinds } from '../base/vocabulary.ts';
import { counted } from './layout.ts';
import { type Entry, section } from './section.ts';
import { type Manner, type Subject, safe, shellWord, spanText } from './subject.ts';
import { kindWords } from './words.ts';

const listed = 5;

export function readSection(subject: Subject, manner: Manner): readonly string[] {
  const damage = [
    subject.gaps === 0 ? '' : counted(subject.gaps, 'gap'),
    subject.integrity.length === 0 ? '' : counted(subject.integrity.length, 'integrity problem'),
  ].filter((part) => part !== '');
  const hosts = subject.hosts.length === 0 ? '' : `, ${counted(subject.hosts.length, 'host')}`;
  return section(manner.paint, 'READ', [
    `${safe(subject.archive)}: ${counted(subject.records, 'record')} in ${counted(subject.members, 'member')}${hosts}`,
    spanText(subject.span, manner.zone),
    ...(damage.length === 0 ? [] : [`damaged: ${damage.join(', ')} (inquest index ${word(subject)} lists them)`]),
    { lines: [subject.digest.slice(0, 23)] },
  ]);
}

export function notThereSection(subject: Subject, manner: Manner): readonly string[] {
  const entries: Entry[] = [];
  if (subject.notCaptured.length > 0)
    entries.push(`not captured: ${subject.notCaptured.map((kind) => `${kindWords[kind]} (${kind})`).join('; ')}`);
  for (const { path, problem } of subject.integrity.slice(0, listed)) entries.push(`${safe(path)}: ${safe(problem)}`);
  if (subject.integrity.length > listed) entries.push(`and ${subject.integrity.length - listed} more problems`);
  return section(manner.paint, 'NOT HERE', entries);
}

/** Where nothing of the control plane was recognised: it may be there, spelt otherwise. */
export const foreignEntries = (subject: Subject): readonly Entry[] =>
  controlPlaneKinds.every((kind) => subject.notCaptured.includes(kind))
    ? [
        'If the archive should hold evidence of the control plane, it is spelt otherwise. What each member looks like:',
        { lines: [`  inquest index ${word(subject)} --explain`] },
      ]
    : [];

export const word = (subject: Subject): string => shellWord(safe(subject.opens));

/** How to open what the arrows point to. */
export const openSection = (subject: Subject, manner: Manner): readonly string[] =>
  section(manner.paint, 'EVIDENCE', [
    'Every line that begins with -> is a reference to a record. To open one:',
    { lines: [`  inquest show ${word(subject)} REF`] },
  ]);

/** An archive in which nothing was recognised: what was seen, and what to do. */
export interface Seen {
  readonly path: string;
  readonly bytes: number;
  /** First keys of a JSON member, or its first words. */
  readonly beginning: string;
}

export function nothingText(subject: Subject, seen: readonly Seen[], manner: Manner): string {
  const entries: Entry[] =
    seen.length === 0
      ? ['the archive holds no file']
      : [
          ...seen.slice(0, 20).map((member) => ({
            head: '',
            text: `${safe(member.path)}  ${counted(member.bytes, 'byte')}${member.beginning === '' ? '' : `  ${safe(member.beginning)}`}`,
          })),
          ...(seen.length > 20 ? [`and ${seen.length - 20} more`] : []),
        ];
  return [
    ...section(manner.paint, 'NOTHING', [
      `No record was recognised in ${safe(subject.archive)}, so there is nothing to diagnose.`,
    ]),
    '',
    ...section(manner.paint, 'SEEN', entries),
    '',
    ...section(manner.paint, 'LOOKED FOR', [
      'manifest.json, state.json, requests, audit, jobs and health as NDJSON, metrics as Prometheus text, agents/<id>/incident-bundle/, logs',
    ]),
    '',
    ...section(manner.paint, 'NEXT', [
      'Check that this is the right archive, and that it is not packed once more inside.',
      'A record is known by its fields, not by its file name. Which fields these have, and what is missing:',
      { lines: [`  inquest index ${word(subject)} --explain`] },
      'A dialect that maps what can be guessed, to be read and completed:',
      { lines: [`  inquest index ${word(subject)} --suggest-dialect dialect.yaml`] },
      `The shipped samples show the form: inquest sample`,
    ]),
    '',
  ].join('\n');
}
