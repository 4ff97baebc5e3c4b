import { splitEntity } from '../../../base/entity.ts';
import type { ConfigurationEdit } from '../../../control-plane/index.ts';
import { blamed, isEnrollmentToken, shownBy } from '../blame.ts';
import type { Candidate, CauseModel } from '../cause-model.ts';
import { fieldBefore, laterExpiry, unrelatedScope } from '../placebo.ts';

/** A credential that is used after its `revoked_at`. Repair: undo the revocation. */
export const credentialRevoked: CauseModel = {
  kind: 'credential_revoked',
  suspects(suspicion) {
    const { configuration } = suspicion;
    return (
      blamed(suspicion, (check) => check.detail === 'credential_revoked')
        // A refusal of a revoked agent's key is the agent's (causes.md, *When kinds overlap*).
        .filter((blame) => !isEnrollmentToken(configuration, blame) && !blame.beside.has('agent_revoked'))
        .map((blame): Candidate => {
          const { id } = splitEntity(blame.entity);
          const change = (edit: ConfigurationEdit['change']): ConfigurationEdit => ({
            section: 'credentials',
            key: id,
            from: blame.onset,
            to: null,
            change: edit,
          });
          return {
            kind: 'credential_revoked',
            entity: blame.entity,
            onset: blame.onset,
            depth: blame.depth,
            parts: [
              {
                edits: [change({ op: 'unset', field: 'revoked_at' })],
                inserted: [],
                text: `undo the revocation of ${blame.entity}`,
                interventions: [{ do: 'set_config', path: `credentials.${id}.revoked_at`, value: null }],
              },
            ],
            rebreak: {
              edits: [
                change({
                  op: 'set',
                  field: 'revoked_at',
                  value: fieldBefore(configuration, id, 'revoked_at', blame.onset),
                }),
              ],
              inserted: [],
              text: `revoke ${blame.entity} again`,
              interventions: [],
            },
            placebos: [unrelatedScope(configuration, id, blame.onset), laterExpiry(suspicion, id, blame.onset)],
            shown: shownBy(configuration, 'credentials', id, ['revoked_at'], blame.onset),
          };
        })
    );
  },
};
