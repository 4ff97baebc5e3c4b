/** Looks into what an archive holds that was not recognised, or only by its path. */
import { formatRef } from '../base/ref.ts';
import type { CaseReader } from '../case/index.ts';
import {
  lookedAtMax,
  type Proposal,
  propose,
  type SurveyedGroup,
  type SurveyedMember,
  survey,
  surveyScrapes,
} from '../evidence/index.ts';

/** What a user's dialect reads needs no other. */
function foreignMembers(reader: CaseReader): readonly SurveyedMember[] {
  const readings = reader.readings();
  const members = reader.members().map(
    ({ path, kind, bytes }): SurveyedMember => ({
      path,
      kind,
      by: readings.get(path)?.[0]?.by ?? null,
      bytes: () => {
        const length = Math.min(bytes, lookedAtMax);
        return {
          bytes: (length === 0 ? null : reader.raw(formatRef({ member: path, offset: 0, length }))) ?? Buffer.alloc(0),
          whole: length === bytes,
        };
      },
    }),
  );
  return members.filter(({ path }) => (readings.get(path)?.[0]?.dialect ?? 'byteor') === 'byteor');
}

export const surveyCase = (reader: CaseReader): readonly SurveyedGroup[] => survey(foreignMembers(reader));

/** A dialect for what the archive holds. */
export function proposalFor(reader: CaseReader): Proposal {
  const members = foreignMembers(reader);
  return propose(survey(members), surveyScrapes(members));
}
