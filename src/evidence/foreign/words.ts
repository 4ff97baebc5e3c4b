/** Words of foreign records, and which of the contract's they stand for: values, error codes, actions. */
import { canonicalCodes } from '../../base/vocabulary.ts';
import { type Field, knownActions } from '../dialects/index.ts';
import { wordsOf } from './names.ts';
import type { Word } from './sketch.ts';

const bare = (word: string): string => word.toLowerCase().replace(/[^a-z\d]+/g, '');

/** What others write for a word of a closed field. */
const values: Readonly<Record<string, string>> = {
  success: 'ok succeeded successful allow allowed permit permitted granted pass passed true accepted done yes',
  failure: 'fail failed error errored ko nok false unsuccessful',
  denied: 'deny refused refuse rejected reject forbidden blocked unauthorized no',
  operator: 'user human person admin staff member',
  agent: 'node device runner machine',
  enrollment: 'enroll enrol enrolment bootstrap join',
  api_key: 'apikey key token service robot bot automation',
  anonymous: 'anon none public guest unauthenticated',
  agent_runtime: 'runtime agent agentkey',
  ok: 'success succeeded successful pass passed done',
  error: 'fail failed failure errored',
  lost: 'vanished crashed killed abandoned gone',
  queued: 'pending waiting new enqueued',
  running: 'active inprogress started processing',
  completed: 'done finished success succeeded complete',
  failed: 'error errored failure',
  retrying: 'retry waitingforretry backoff',
  dead_letter: 'dead deadlettered dlq',
  prod: 'production live',
  staging: 'stage preprod uat',
  dev: 'development test sandbox',
  credential: 'key token cred',
  caller: 'client user principal',
  ip: 'address clientip',
};

/** The contract's word for a value of a closed field; null where none is meant. */
export function wordFor(field: Field, word: string): string | null {
  const known = field.words ?? [];
  const own = bare(word);
  return (
    known.find((one) => bare(one) === own) ?? known.find((one) => (values[one] ?? '').split(' ').includes(own)) ?? null
  );
}

/** Signs of a code, in its own name or in the messages beside it; the first that fits decides. */
const signs: readonly (readonly [RegExp, string])[] = [
  [/bundle.*hash.*(?:invalid|mismatch|bad)|hash.*(?:invalid|mismatch|bad).*bundle/, 'bundle_hash_invalid'],
  [/bundle.*hash|hash.*bundle|bundle.*(?:missing|not found)/, 'bundle_hash_missing'],
  [/approval.*unknown.*key/, 'approval_rejected:unknown_key'],
  [/approval.*signature/, 'approval_rejected:bad_signature'],
  [/approval.*(?:spec|hash)/, 'approval_rejected:spec_hash_mismatch'],
  [/approval.*\benv(?:ironment)?\b/, 'approval_rejected:wrong_environment'],
  [/approval.*expired?/, 'approval_rejected:expired'],
  [/approval.*capabilit/, 'approval_rejected:insufficient_capabilities'],
  [/approval.*(?:missing|required|absent|none|no\b)|(?:missing|no) approval/, 'approval_missing'],
  [/(?:oidc|jwks?).*key|unknown kid/, 'oidc_keys'],
  [/oidc|login callback|callback/, 'oidc_callback'],
  [/\bscope/, 'forbidden_scope'],
  [/\brole\b/, 'forbidden_role'],
  [
    /(?:wrong|other|forbidden|mismatch).*\benv(?:ironment)?\b|\benv(?:ironment)? (?:mismatch|forbidden|denied)/,
    'forbidden_environment',
  ],
  [/throttl|rate limit|\bquota|too many|slow down|limit exceeded|limited/, 'rate_limited'],
  [/too (?:large|big)|oversize|(?:entity|body|payload) large/, 'payload_too_large'],
  [/payload|invalid (?:body|input|argument|request)|validation|malformed|schema/, 'payload_invalid'],
  [/agent.*(?:offline|unreachable|gone|lost)/, 'agent_offline'],
  [/time ?out|timed out|deadline/, 'upstream_timeout'],
  [/storage|bucket|blob|object store|\bs3\b/, 'storage_unavailable'],
  [/database|\bdb\b|postgres|\bsql\b/, 'database_unavailable'],
  [/upstream|gateway|dependency/, 'upstream_error'],
  [/spec.*(?:invalid|bad)|(?:invalid|bad).*spec/, 'spec_invalid'],
  [
    /unauth|not authenticated|(?:invalid|bad|expired|revoked|unknown) (?:token|key|credential)|(?:token|key|credential) (?:is )?(?:invalid|expired|revoked|unknown)|\bcredential/,
    'unauthorized',
  ],
];

const statusCodes: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  413: 'payload_too_large',
  429: 'rate_limited',
};

export interface CodeGuess {
  readonly code: string;
  readonly by: 'name' | 'messages' | 'status';
}

/** The canonical code that a foreign one stands for; null where nothing tells. */
export function codeFor(word: string, { texts, statuses }: Word): CodeGuess | null {
  const own = bare(word);
  const same = canonicalCodes.find((code) => bare(code) === own);
  if (same !== undefined) return { code: same, by: 'name' };
  const signIn = (text: string): string | undefined => signs.find(([sign]) => sign.test(text))?.[1];
  const named = signIn(wordsOf(word).join(' '));
  if (named !== undefined) return { code: named, by: 'name' };
  const told = new Set([...(texts ?? [])].map((text) => signIn(wordsOf(text).join(' '))));
  const [only] = told;
  if (told.size === 1 && only !== undefined) return { code: only, by: 'messages' };
  const seen = [...(statuses?.keys() ?? [])];
  const byStatus = seen.length === 1 ? statusCodes[seen[0] as number] : undefined;
  return byStatus === undefined ? null : { code: byStatus, by: 'status' };
}

const subjects: Readonly<Record<string, string>> = {
  credential: 'key cred token apikey secret',
  deployment: 'deploy rollout release',
  job: 'task work',
  membership: 'member',
  config: 'configuration setting',
  component: 'service process',
  agent: 'node device runner',
  approval: 'signoff',
  artifact: 'upload blob',
  auth: 'authentication session oidc',
};
const verbs: Readonly<Record<string, string>> = {
  created: 'add new make register',
  issued: 'mint create grant add',
  revoked: 'disable kill withdraw invalidate',
  rotated: 'renew roll',
  changed: 'update modify set edit alter',
  granted: 'add assign give',
  enqueued: 'queue submit schedule',
  started: 'begin run launch',
  completed: 'done finish succeed complete',
  failed: 'error fail',
  retried: 'retry',
  lettered: 'dlq letter',
  online: 'up connect',
  offline: 'down disconnect lost',
  missed: 'miss absent',
  enrolled: 'register join enrol',
  published: 'publish add',
  retired: 'retire remove',
  deleted: 'delete remove drop',
  requested: 'ask request',
  approved: 'approve accept',
  denied: 'deny refuse',
  stopped: 'stop end exit',
  uploaded: 'upload store',
  login: 'signin logon',
  logout: 'signout logoff',
};

const stem = (word: string): string => word.replace(/(?:ations?|ions?|ings?|ied|ed|es|e|d|s|y)$/, '');

const isWord = (table: Readonly<Record<string, string>>, contract: string, foreign: string): boolean =>
  contract === foreign ||
  stem(contract) === stem(foreign) ||
  (table[contract] ?? '').split(' ').some((other) => other !== '' && stem(other) === stem(foreign));

/** The action that a foreign one stands for; null where none or several might be meant. */
export function actionFor(word: string): string | null {
  const own = bare(word);
  const same = knownActions.find((action) => bare(action) === own);
  if (same !== undefined) return same;
  const given = wordsOf(word);
  const found = knownActions.filter((action) => {
    const [subject = '', verb = ''] = action.split('.');
    const free = [...given];
    const takes = (table: Readonly<Record<string, string>>, wanted: readonly string[]): boolean =>
      wanted.every((one) => {
        const at = free.findIndex((other) => isWord(table, one, other));
        if (at >= 0) free.splice(at, 1);
        return at >= 0;
      });
    return takes(subjects, wordsOf(subject)) && takes(verbs, wordsOf(verb)) && free.length === 0;
  });
  return found.length === 1 ? (found[0] as string) : null;
}

/** Kinds of things as resources name them. */
const thingKinds = [
  ...new Set(knownActions.map((action) => action.slice(0, action.indexOf('.')))),
  ...['environment', 'organization', 'project', 'enrollment_token', 'role', 'route', 'user'],
];

export const thingFor = (word: string): string | null => thingKinds.find((kind) => bare(kind) === bare(word)) ?? null;
