import { type Entity, entityOf } from '../../../base/entity.ts';
import type { IntegrityProblem } from '../../../case/index.ts';
import { type EvidenceNote, evidenceMax } from '../../evidence-note.ts';
import { type Draft, defineRule } from '../../rule.ts';
import type { Situation } from '../../situation.ts';

type MessageId = 'changed' | 'incomplete' | 'odd' | 'gaps';

/**
 * A member that is not what the manifest says, or not whole, may hide what would decide; any other problem (links, odd
 * names, unlisted members) only needs a look. A problem starts with its code.
 */
const classOf: ReadonlyMap<string, Exclude<MessageId, 'gaps'>> = new Map([
  ['digest_mismatch', 'changed'],
  ['size_mismatch', 'changed'],
  ['missing', 'incomplete'],
  ['cut', 'incomplete'],
  ['unreadable', 'incomplete'],
  ['limit', 'incomplete'],
  ['damaged_header', 'incomplete'],
]);

const kindOf = ({ problem }: IntegrityProblem): Exclude<MessageId, 'gaps'> =>
  classOf.get(problem.split(':', 1)[0] ?? '') ?? 'odd';

const fileOf = (path: string): Entity => entityOf('file', path);

function problemDraft(
  situation: Situation,
  message: Exclude<MessageId, 'gaps'>,
  problems: readonly IntegrityProblem[],
): Draft<MessageId> {
  const members = situation.reader.members();
  const byPath = new Map(members.map((member) => [member.path, member]));
  const manifest = members.find(({ kind }) => kind === 'manifest');
  const paths = [...new Set(problems.map(({ path }) => path))];
  const evidence = problems.flatMap(({ path, problem }): readonly EvidenceNote[] => {
    // What is not there can only be shown where it is listed.
    const member = byPath.get(path) ?? manifest;
    if (member === undefined) return [];
    return [{ ref: `${member.path}@0+${member.bytes}`, ts: null, kind: 'member', note: `${path}: ${problem}` }];
  });
  const shown = problems.slice(0, 3).map(({ path, problem }) => `${path}: ${problem}`);
  return {
    message,
    values: {
      count: problems.length,
      members: paths.length === 1 ? 'member' : 'members',
      shown:
        problems.length > shown.length
          ? `${shown.join('; ')}; and ${problems.length - shown.length} more`
          : shown.join('; '),
    },
    severity: message === 'odd' ? 'low' : 'medium',
    entities: paths.slice(0, evidenceMax).map(fileOf),
    first: null,
    last: null,
    count: problems.length,
    evidence: evidence.slice(0, evidenceMax),
    limits: [],
    advice: [
      {
        text: 'Fetch the archive again from where it was taken, and compare the digests before you rely on what is absent.',
        source: 'evidence contract: manifest.json',
      },
    ],
    causes: [],
  };
}

function gapsDraft(situation: Situation): readonly Draft<MessageId>[] {
  const { gaps: count } = situation.reader.totals();
  if (count === 0) return [];
  const shown = situation.reader.gaps(evidenceMax);
  const members = situation.reader.members().filter(({ gaps }) => gaps > 0);
  return [
    {
      message: 'gaps',
      values: {
        count,
        records: count === 1 ? 'record' : 'records',
        members:
          members
            .slice(0, 3)
            .map(({ path, gaps }) => `${path} (${gaps})`)
            .join(', ') + (members.length > 3 ? ` and ${members.length - 3} more` : ''),
      },
      severity: 'low',
      entities: members.slice(0, evidenceMax).map(({ path }) => fileOf(path)),
      first: null,
      last: null,
      count,
      evidence: shown.map(({ ref, ts, reason }) => ({ ref, ts, kind: 'gap', note: reason ?? 'unreadable' })),
      limits: [],
      advice: [],
      causes: [],
    },
  ];
}

export const integrity = defineRule<MessageId>({
  id: 'evidence/integrity',
  category: 'evidence',
  severity: 'medium',
  needs: [],
  messages: {
    changed: {
      title: 'The archive is not what its manifest says',
      summary: '{count} {members} differ from the manifest. {shown}.',
    },
    incomplete: {
      title: 'The archive is not whole',
      summary: '{count} {members} missing or broken off: nothing follows from what is absent there. {shown}.',
    },
    odd: {
      title: 'The archive holds members that need a look',
      summary: '{count} oddities in names, links or listing. {shown}.',
    },
    gaps: {
      title: 'Some records could not be read',
      summary: '{count} unreadable {records}, kept as gaps. {members}.',
    },
  },
  docs: {
    means:
      'The evidence itself is damaged or not what its manifest says: a digest differs, a listed member is missing, a stream breaks off, records could not be read. Conclusions from what is absent are then weaker.',
    decided:
      'From what the reader noted while indexing. Members that differ from the manifest, that are missing or that break off are `medium`; links, odd names and unlisted members are `low`; unreadable records are `low`, with their number.',
    todo: 'Fetch the archive again, compare digests, and index it once more. If the damage stays, read every verdict that rests on an absence with care.',
    notCaptured: 'Always evaluated. Without a manifest there is nothing to compare with, and only damage is told.',
    source: 'The evidence contract: manifest and integrity.',
  },
  find: (situation) => {
    const { problems } = situation.reader.damage();
    const messages = ['changed', 'incomplete', 'odd'] as const;
    return [
      ...messages.flatMap((message) => {
        const own = problems.filter((problem) => kindOf(problem) === message);
        return own.length === 0 ? [] : [problemDraft(situation, message, own)];
      }),
      ...gapsDraft(situation),
    ];
  },
});
