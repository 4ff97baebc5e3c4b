import { type EndMessage, endedCredentials } from '../../refused-credential.ts';
import { defineRule } from '../../rule.ts';
import { credentialChanged } from '../../what-changed.ts';

export const credentialExpired = defineRule<EndMessage>({
  id: 'auth/credential-expired',
  category: 'auth',
  severity: 'high',
  needs: ['requests', 'state'],
  messages: {
    used: {
      title: '{callers} is refused: {entity} expired',
      summary:
        '{count} of {of} {requests} of {callers} since {first} were refused: {entity} {verb} {at}. {changed} Refused: {routes}. {ending} {hidden}',
    },
    unused: {
      title: '{entity} expired, and nobody was refused for it',
      summary: '{entity} {verb} at {at}, within the evidence, and no request was refused for it. {changed}',
    },
  },
  docs: {
    means:
      'A credential was presented after the end of its life. Every call with it is answered 401, whatever its scopes are. An expiry that no refused request follows is told as well, because it may matter later: it is `low` for keys of agents and of automation, and `info` for sessions and enrollment tokens, which end by design.',
    decided:
      'Each request refused with 401 is put to the model of authorisation, without its outcome. Those for which the first failing check is the expiry are put together by credential. Fewer than 5 refusals of one caller (3 of an enrollment), not counting those whose repeat got through, are `low`; from there on `high` while the last try was refused, `medium` when the routes work again. Refusals on the routes of agents are in the category `agent`, others in `auth`. Checks that would fail next are named too.',
    todo: 'Issue or rotate the credential, and give the new one to its caller. Look at why the rotation did not happen before the expiry.',
    notCaptured:
      'Without requests or without the configuration (`state`) the rule is not evaluated: a 401 alone does not tell an expiry from a revocation.',
    source:
      'The runbook’s sections on auth failures and on agent failures; order of the checks: the analyzer’s model of the control plane, section 2.',
  },
  find: (situation) =>
    endedCredentials(situation, {
      detail: 'credential_expired',
      field: 'expires_at',
      verb: 'expired',
      recorded: (here, id, until) => credentialChanged(here, id, 'expires_at', until),
      advice: (use) => `Issue a new credential for ${use.callers.join(', ')} and take ${use.entity} out of use.`,
    }),
});
