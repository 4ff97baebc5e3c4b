import { splitEntity } from '../../../base/entity.ts';
import { compareText } from '../../../base/order.ts';
import type { ConfigurationEdit } from '../../../control-plane/index.ts';
import { blamed, shownBy } from '../blame.ts';
import type { Candidate, CauseModel, NamedChange } from '../cause-model.ts';
import { laterExpiry, unrelatedScope } from '../placebo.ts';

/** A credential without the scope that a route asks for. Repair: grant it, one part a scope. */
export const credentialScopeMissing: CauseModel = {
  kind: 'credential_scope_missing',
  suspects(suspicion) {
    return blamed(suspicion, (check) => check.detail === 'scope_missing').map((blame): Candidate => {
      const { id } = splitEntity(blame.entity);
      const scopes = [...blame.lacking].sort(compareText);
      const change = (op: 'add' | 'remove', values: readonly string[]): ConfigurationEdit => ({
        section: 'credentials',
        key: id,
        from: blame.onset,
        to: null,
        change: { op, field: 'scopes', values },
      });
      const grant = (scope: string): NamedChange => ({
        edits: [change('add', [scope])],
        inserted: [],
        text: `grant ${scope} to ${blame.entity}`,
        interventions: [{ do: 'grant_scope', credential: id, scopes: [scope] }],
      });
      return {
        kind: 'credential_scope_missing',
        entity: blame.entity,
        onset: blame.onset,
        depth: blame.depth,
        parts: scopes.map(grant),
        rebreak: {
          edits: [change('remove', scopes)],
          inserted: [],
          text: `take ${scopes.join(', ')} from ${blame.entity} again`,
          interventions: [],
        },
        placebos: [
          unrelatedScope(suspicion.configuration, id, blame.onset, blame.lacking),
          laterExpiry(suspicion, id, blame.onset),
        ],
        shown: shownBy(suspicion.configuration, 'credentials', id, ['scopes'], blame.onset),
      };
    });
  },
};
