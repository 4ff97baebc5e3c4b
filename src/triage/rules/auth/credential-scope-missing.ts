import type { Decision } from '../../../control-plane/index.ts';
import {
  causeOf,
  entitiesOf,
  firstRefusal,
  hiddenBehind,
  limitsOf,
  type RefusedUse,
  refusalNotes,
  refusedUses,
  sharedValues,
} from '../../refused-use.ts';
import { type Draft, defineRule } from '../../rule.ts';
import type { Situation } from '../../situation.ts';
import type { RefusalGroup } from '../../traffic.ts';
import { scopesDropped } from '../../what-changed.ts';

type MessageId = 'dropped' | 'lacking' | 'unexplained';

/** Observed as a missing scope, or a 403 without a code that the model explains by one. A wrong kind of credential has the same code. */
function fits({ status, code, decision }: RefusalGroup): boolean {
  const detail = firstRefusal(decision)?.detail;
  if (code === 'forbidden_scope') return detail !== 'kind_not_allowed';
  return status === 403 && (code === null || code === 'unknown') && detail === 'scope_missing';
}

const scopeIn = (decision: Decision): readonly string[] =>
  decision.kind === 'refused'
    ? decision.failing.flatMap(({ detail, lacking }) =>
        detail === 'scope_missing' && lacking !== undefined ? [lacking] : [],
      )
    : [];

function draftOf(situation: Situation, use: RefusedUse): Draft<MessageId> {
  const scopes = [...new Set(use.groups.flatMap((group) => scopeIn(group.decision)))].sort();
  const id = use.credentialId;
  const changes = id === null ? [] : scopesDropped(situation, id, scopes, use.first);
  const message: MessageId = scopes.length === 0 ? 'unexplained' : changes.length > 0 ? 'dropped' : 'lacking';
  const causes = use.groups.flatMap(({ decision, first }) => {
    const refusal =
      decision.kind === 'refused' ? decision.failing.find(({ detail }) => detail === 'scope_missing') : undefined;
    return refusal === undefined ? [] : (causeOf(situation, refusal, first) ?? []);
  });
  const hidden = hiddenBehind(use).filter(({ detail }) => detail !== 'scope_missing');
  return {
    message,
    values: {
      ...sharedValues(use),
      scopes: scopes.join(', '),
      changed: changes.map(({ text }) => text).join(' '),
      hidden:
        hidden.length === 0 ? '' : `Behind it: ${hidden.map(({ detail }) => detail.replaceAll('_', ' ')).join(', ')}.`,
    },
    severity: use.severity,
    category: use.category,
    entities: entitiesOf(use),
    first: use.first,
    last: use.last,
    count: use.count,
    evidence: [...changes.map(({ note }) => note), ...refusalNotes(use)],
    limits: limitsOf(situation, use, 'scope_missing'),
    advice: [
      {
        text:
          scopes.length === 0
            ? `Compare the scopes of ${use.entity} with those that the refused routes ask for.`
            : `Grant ${scopes.join(', ')} to ${use.entity} again, or stop the caller from using these routes.`,
        source: use.category === 'agent' ? 'runbook: Agent failures' : 'runbook: Auth failures',
      },
      {
        text: 'Keep the refused requests and the change of the credential before rotating it once more.',
        source: 'runbook: Recovery',
      },
    ],
    causes: causes.slice(0, 1),
  };
}

export const credentialScopeMissing = defineRule<MessageId>({
  id: 'auth/credential-scope-missing',
  category: 'auth',
  severity: 'high',
  needs: ['requests'],
  messages: {
    dropped: {
      title: '{entity} lost a scope that {callers} needs',
      summary:
        '{count} of {of} {requests} of {callers} since {first} were refused: {entity} lacks {scopes}. {changed} Refused: {routes}. {ending} {hidden}',
    },
    lacking: {
      title: '{entity} lacks a scope that {callers} needs',
      summary:
        '{count} of {of} {requests} of {callers} since {first} were refused: {entity} lacks {scopes}. No record of the evidence takes the scope away. Refused: {routes}. {ending} {hidden}',
    },
    unexplained: {
      title: '{callers} is refused for a missing scope',
      summary:
        '{count} of {of} {requests} of {callers} since {first} were refused with forbidden_scope. Which scope is missing can’t be told from the configuration. Refused: {routes}. {ending} {hidden}',
    },
  },
  docs: {
    means:
      'A caller presents a valid credential, and the route asks for a scope that the credential does not have. It concerns every kind of caller and every route: an agent that can no longer send heartbeats or artifacts, a pipeline that can no longer read deployments.',
    decided:
      'Requests refused with 403 and the code `forbidden_scope`, and 403 without a code where the configuration at that moment explains it by a missing scope, are put together by credential. Each is also put to the model of authorisation, the one that the replay uses, without its outcome: it names the missing scope, and where it disagrees the finding says so in its limits. The change that took the scope away is searched in the history of the credential. Fewer than 5 refusals of one caller, not counting those whose repeat got through, are `low`; from 5 on `high` while the last try of any route was refused, `medium` when all routes work again. Refusals on the routes of agents are in the category `agent`, others in `auth`.',
    todo: 'Look at the change that took the scope away, and at who made it. Grant the scope again, or rotate the credential with the scopes that its caller needs. Then watch whether the same routes answer 2xx.',
    notCaptured:
      'Without requests the rule is not evaluated. Without the configuration (`state`) it still shows the refusals, but not which scope is missing. Without `audit` it can’t tell who took the scope away.',
    source:
      'The runbook’s sections on auth failures and on agent failures; order of the checks: the analyzer’s model of the control plane, section 2.',
  },
  find: (situation) => refusedUses(situation, fits).map((use) => draftOf(situation, use)),
});
