import { splitEntity } from '../../../base/entity.ts';
import { formatMillis } from '../../../base/time.ts';
import { blamed, isEnrollmentToken, shownBy } from '../blame.ts';
import type { Candidate, CauseModel } from '../cause-model.ts';
import { expiryAt, fieldBefore, unrelatedScope } from '../placebo.ts';

/** A credential that is used after its `expires_at`. Repair: extend it beyond the evidence. */
export const credentialExpired: CauseModel = {
  kind: 'credential_expired',
  suspects(suspicion) {
    const { configuration, until } = suspicion;
    return blamed(suspicion, (check) => check.detail === 'credential_expired')
      .filter((blame) => !isEnrollmentToken(configuration, blame))
      .map((blame): Candidate => {
        const { id } = splitEntity(blame.entity);
        const extended = formatMillis(until + dayMs);
        return {
          kind: 'credential_expired',
          entity: blame.entity,
          onset: blame.onset,
          depth: blame.depth,
          parts: [
            {
              ...expiryAt(id, blame.onset, extended),
              text: `extend ${blame.entity} beyond the evidence`,
              interventions: [{ do: 'set_config', path: `credentials.${id}.expires_at`, value: extended }],
            },
          ],
          rebreak: {
            ...expiryAt(id, blame.onset, fieldBefore(configuration, id, 'expires_at', blame.onset)),
            text: `let ${blame.entity} expire again`,
            interventions: [],
          },
          placebos: [
            unrelatedScope(configuration, id, blame.onset),
            {
              ...expiryAt(id, blame.onset, formatMillis(blame.onset)),
              text: `extend ${blame.entity} only until its first refusal`,
              interventions: [
                { do: 'set_config', path: `credentials.${id}.expires_at`, value: formatMillis(blame.onset) },
              ],
            },
          ],
          shown: shownBy(configuration, 'credentials', id, ['expires_at'], blame.onset),
        };
      });
  },
};

const dayMs = 86_400_000;
