import { entityOf } from '../../../base/entity.ts';
import type { DialectUse, MemberRow } from '../../../case/index.ts';
import { evidenceMax } from '../../evidence-note.ts';
import { type Draft, defineRule } from '../../rule.ts';
import type { Situation } from '../../situation.ts';

const isIdle = ({ records, hits }: DialectUse): boolean => records === 0 && hits === 0;

/** What the dialect may have been written for: members of which nothing was read, else any. */
function candidates(situation: Situation): readonly MemberRow[] {
  const members = situation.reader.members().filter(({ bytes }) => bytes > 0);
  const foreign = members.filter(({ kind }) => kind === 'unrecognised' || kind === 'logs');
  return (foreign.length > 0 ? foreign : members).slice(0, evidenceMax);
}

export const dialectUnused = defineRule({
  id: 'evidence/dialect-unused',
  category: 'evidence',
  severity: 'low',
  needs: [],
  messages: {
    idle: {
      title: 'The dialect {name} matched nothing',
      summary:
        'No record was read in its spelling, and none of its tables gave an answer. {foreign} {members} not recognised, or read as logs.',
    },
  },
  docs: {
    means:
      'A dialect was given with `--dialect` and nothing in the archive is spelt as it says. The evidence was read as if it had not been given.',
    decided:
      'A dialect that reads a record, or one of whose tables (actions, codes, messages, routes, metrics) gives an answer, is of use. One that does neither is reported, `low`.',
    todo: 'Compare it with what `inquest index --explain` lists: the keys of each member that was not recognised, and why the nearest kind did not match. `inquest index --suggest-dialect FILE` writes one to start from.',
    notCaptured: 'Always evaluated. Without a dialect there is nothing to report.',
    source: 'The dialect’s own file, and how often each part of it was used.',
  },
  find: (situation) =>
    situation.reader
      .dialects()
      .filter(isIdle)
      .map((dialect): Draft<'idle'> => {
        const shown = candidates(situation);
        const foreign = shown.filter(({ kind }) => kind === 'unrecognised' || kind === 'logs').length;
        return {
          message: 'idle',
          values: { name: dialect.name, foreign, members: foreign === 1 ? 'member was' : 'members were' },
          severity: 'low',
          entities: [entityOf('dialect', dialect.name)],
          first: null,
          last: null,
          count: 1,
          evidence: shown.map(({ path, bytes, kind }) => ({
            ref: `${path}@0+${bytes}`,
            ts: null,
            kind: 'member',
            note: kind,
          })),
          limits: [],
          advice: [],
          causes: [],
        };
      }),
});
