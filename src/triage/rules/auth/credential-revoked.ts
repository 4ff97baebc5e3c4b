import { type EndMessage, endedCredentials } from '../../refused-credential.ts';
import { defineRule } from '../../rule.ts';
import { recordedAction } from '../../what-changed.ts';

export const credentialRevoked = defineRule<EndMessage>({
  id: 'auth/credential-revoked',
  category: 'auth',
  severity: 'high',
  needs: ['requests', 'state'],
  messages: {
    used: {
      title: '{callers} is refused: {entity} was revoked',
      summary:
        '{count} of {of} {requests} of {callers} since {first} were refused: {entity} {verb} {at}. {changed} Refused: {routes}. {ending} {hidden}',
    },
    unused: {
      title: '{entity} was revoked, and nobody was refused for it',
      summary: '{entity} {verb} at {at}, within the evidence, and no request was refused for it. {changed}',
    },
  },
  docs: {
    means:
      'A credential was presented after it had been revoked. Either the wrong credential was revoked, or its caller was not given the new one. A revocation that no refused request follows hurt nobody: it is told as `low` or `info`.',
    decided:
      'Each request refused with 401 is put to the model of authorisation, without its outcome. Those for which the first failing check is the revocation are put together by credential. Fewer than 5 refusals of one caller (3 of an enrollment), not counting those whose repeat got through, are `low`; from there on `high` while the last try was refused, `medium` when the routes work again. Refusals on the routes of agents are in the category `agent`, others in `auth`. Checks that would fail next are named too: undoing the revocation would only reveal them.',
    todo: 'Ask whoever revoked it whether it was meant. If it was, give the caller its new credential; if it was not, issue one in its place. A revoked credential that is still used may also be one that leaked: look at the addresses of the refused requests.',
    notCaptured:
      'Without requests or without the configuration (`state`) the rule is not evaluated: a 401 alone does not tell a revocation from an expiry. Without `audit` it can’t tell who revoked it.',
    source:
      'The runbook’s sections on auth failures and on agent failures; order of the checks: the analyzer’s model of the control plane, section 2.',
  },
  find: (situation) =>
    endedCredentials(situation, {
      detail: 'credential_revoked',
      field: 'revoked_at',
      verb: 'was revoked',
      recorded: (here, id, until) => recordedAction(here, 'credential.revoked', id, until),
      advice: (use) =>
        `Ask whether ${use.entity} was meant to be revoked; give ${use.callers.join(', ')} a new credential.`,
    }),
});
