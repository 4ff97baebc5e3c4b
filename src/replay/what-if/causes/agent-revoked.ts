import { splitEntity } from '../../../base/entity.ts';
import type { ConfigurationEdit } from '../../../control-plane/index.ts';
import { type Blame, blamed, shownBy } from '../blame.ts';
import type { Candidate, CauseModel, NamedChange, Suspicion } from '../cause-model.ts';
import { fieldBefore, laterExpiry, unrelatedScope } from '../placebo.ts';

/** An agent that was revoked and goes on sending. Repair: undo it, and the revocation of its key where that came along. */
export const agentRevoked: CauseModel = {
  kind: 'agent_revoked',
  suspects(suspicion) {
    return blamed(suspicion, (check) => check.detail === 'agent_revoked').map((blame): Candidate => {
      const { configuration } = suspicion;
      const { id } = splitEntity(blame.entity);
      const revoked = revocationsOf(suspicion, blame);
      return {
        kind: 'agent_revoked',
        entity: blame.entity,
        onset: blame.onset,
        depth: 0,
        parts: revoked.map(
          ({ section, key }): NamedChange => ({
            edits: [edit(section, key, blame, { op: 'unset', field: 'revoked_at' })],
            inserted: [],
            text: `undo the revocation of ${section === 'agents' ? 'agent' : 'credential'}:${key}`,
            interventions: [{ do: 'set_config', path: `${section}.${key}.revoked_at`, value: null }],
          }),
        ),
        rebreak: {
          edits: revoked.map(({ section, key }) => {
            const found = configuration.lookup(section, key, blame.onset);
            const value = (found.state === 'present' ? found.record.revoked_at : null) ?? null;
            return edit(section, key, blame, { op: 'set', field: 'revoked_at', value });
          }),
          inserted: [],
          text: `revoke ${blame.entity} again`,
          interventions: [],
        },
        placebos:
          blame.credential === null
            ? []
            : [
                unrelatedScope(configuration, blame.credential, blame.onset),
                laterExpiry(suspicion, blame.credential, blame.onset),
              ],
        shown: shownBy(configuration, 'agents', id, ['revoked_at'], blame.onset),
      };
    });
  },
};

interface Revocation {
  readonly section: 'agents' | 'credentials';
  readonly key: string;
}

function revocationsOf(suspicion: Suspicion, blame: Blame): readonly Revocation[] {
  const agent: Revocation = { section: 'agents', key: splitEntity(blame.entity).id };
  const { credential } = blame;
  const withKey =
    credential !== null &&
    blame.beside.has('credential_revoked') &&
    fieldBefore(suspicion.configuration, credential, 'revoked_at', suspicion.until) !== null;
  return withKey ? [agent, { section: 'credentials', key: credential }] : [agent];
}

const edit = (
  section: Revocation['section'],
  key: string,
  blame: Blame,
  change: ConfigurationEdit['change'],
): ConfigurationEdit => ({ section, key, from: blame.onset, to: null, change });
