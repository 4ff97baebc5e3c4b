/** How near the name of a foreign key comes to a field of the contract: by words and what else they are called. */

const words = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');

const singular = (word: string): string =>
  word.length > 3 && word.endsWith('ies')
    ? `${word.slice(0, -3)}y`
    : word.length > 3 && /[^su]s$/.test(word)
      ? word.slice(0, -1)
      : word;

/** Words of a dotted path, in order, singular. */
export const wordsOf = (path: string): readonly string[] => words(path).map(singular);

/** The name of a foreign key: the words of what it lies in come first. */
export interface Name {
  readonly words: readonly string[];
  /** How many of them name what it lies in. */
  readonly outer: number;
}

export function nameOf(path: string): Name {
  const words = wordsOf(path);
  return { words, outer: words.length - wordsOf(path.slice(path.lastIndexOf('.') + 1)).length };
}

const fieldWords = new Map<string, readonly string[]>();

/** The same for a field of the contract, of which there are few. */
function wordsOfField(field: string): readonly string[] {
  const known = fieldWords.get(field) ?? wordsOf(field);
  fieldWords.set(field, known);
  return known;
}

/** One word of the contract, and what others call it. */
const synonyms: Readonly<Record<string, string>> = {
  ts: 'at when time timestamp datetime date occurred received logged instant moment epoch stamp clock',
  at: 'ts when time timestamp datetime date on instant stamp clock',
  method: 'verb httpmethod',
  path: 'uri url target endpoint location resource',
  status: 'code state result rc phase stage',
  state: 'status phase stage',
  type: 'kind class name category job task',
  kind: 'type class category role sort',
  id: 'uid key ref name identifier ident guid uuid no number handle',
  request: 'req correlation trace call',
  caller: 'client who principal user by from requester subject actor identity consumer',
  actor: 'who by user initiator principal performer agent caller operator subject identity author',
  resource: 'target object entity subject on item thing what',
  action: 'event verb operation op activity what name type act',
  outcome: 'result status success disposition decision verdict effect',
  reason: 'cause why error err because explanation',
  error: 'err failure fault problem exception reason cause',
  code: 'errno type name key kind reason status id',
  message: 'msg text detail description body explanation',
  before: 'old prev previous prior was',
  after: 'new next current now became',
  detail: 'data meta metadata context extra attribute param info payload property',
  latency: 'duration elapsed took time rt response',
  ms: 'millis millisecond msec',
  byte: 'size length len',
  in: 'received request read',
  host: 'node server machine hostname instance',
  component: 'service app module system unit svc',
  credential: 'key cred token apikey secret',
  ip: 'addr address remote peer source client',
  org: 'organization organisation tenant account',
  organization: 'org organisation tenant account',
  environment: 'env stage',
  agent: 'node device runner',
  seq: 'sequence no number index ordinal n',
  attempt: 'try retry run execution tries',
  max: 'maximum limit cap',
  payload: 'body data input args content',
  worker: 'runner executor host node by',
  call: 'effect step op request',
  op: 'operation name what call action',
  arg: 'argument input param parameter',
  result: 'answer output response return value',
  run: 'scheduled due start',
  created: 'enqueued queued submitted inserted made',
  updated: 'modified changed touched last',
  started: 'start begin begun began',
  finished: 'finish end ended done completed stop',
  next: 'following retry',
  n: 'no number attempt index seq ordinal count i nr',
  body: 'response answer content payload reply',
  endpoint: 'probe path url uri check target route',
  level: 'severity lvl',
  content: 'body file data',
  hash: 'digest checksum sha256 sum',
  captured: 'collected taken exported snapshot',
  retry: 'repeat again retries',
  of: 'for',
  sent: 'client issued',
  group: 'class bucket category tier pool',
  limit: 'max quota cap rate threshold',
  remaining: 'left available',
  reset: 'resets until',
  rate: 'throttle quota',
  window: 'period interval per',
  scope: 'permission grant privilege',
  expire: 'expiry expiration ttl until validto',
  expires: 'expiry expiration until valid',
  issued: 'created granted',
  revoked: 'disabled killed withdrawn cancelled',
  principal: 'user subject owner identity',
  role: 'position',
  since: 'from start',
  until: 'to end',
  heartbeat: 'beat liveness keepalive ping',
  interval: 'period every',
  ttl: 'lease timeout lifetime',
  grace: 'slack tolerance',
  sweep: 'scan check',
  enrolled: 'registered joined created',
  last: 'latest',
  file: 'member entry item',
  sha256: 'digest hash checksum sum',
  cover: 'span range period coverage',
  complete: 'full whole',
  policy: 'rule config',
  backoff: 'delay wait',
  non: 'not never',
  retryable: 'transient recoverable',
  key: 'by per',
  algorithm: 'algo kind type strategy',
  burst: 'peak',
  store: 'storage repository',
  project: 'proj workspace',
  deployment: 'deploy rollout release',
  bundle: 'package',
  version: 'ver rev revision',
  approval: 'signoff permit',
  route: 'endpoint path template pattern',
  job: 'task work',
};

const also = new Map(Object.entries(synonyms).map(([word, others]) => [word, new Set(others.split(' '))]));

function wordScore(contract: string, foreign: string): number {
  if (contract === foreign) return 1;
  if (also.get(contract)?.has(foreign) === true) return 0.85;
  if (contract.length >= 4 && foreign.length >= 4) {
    if (contract.startsWith(foreign) || foreign.startsWith(contract)) return 0.8;
    if (differByOne(contract, foreign)) return 0.8;
  } else if (foreign.length >= 3 && contract.startsWith(foreign)) return 0.75;
  return 0;
}

/** One letter more, less, other, or two neighbours in turn. */
function differByOne(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let head = 0;
  while (head < a.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [left, right] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  return left.length <= 1 && right.length <= 1
    ? true
    : left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** Words that say nothing about which field it is. */
const filler = new Set(['the', 'of', 'http', 'x', 'value', 'field', 'attr', 'my', 'log', 'record', 'entry', 'event']);

/**
 * 0 to 1: how well a foreign path names a field. Every word of the field has to be there, as itself or as another word for it;
 * the last one, which says what the thing is, counts twice, and words too many cost a little.
 */
export function nameScore(field: string, given: Name): number {
  const wanted = wordsOfField(field);
  const last = wanted.at(-1) ?? '';
  const unit = units.get(last);
  const otherUnit = given.words.some((word) => units.has(word) && units.get(word) !== unit);
  if ((unit !== undefined || /^(?:at|ts)$/.test(last)) && wanted.length > 1) {
    // A time without `at`, and a length of time without its unit, are called so as well; another unit is another thing.
    if (unit !== undefined && otherUnit) return 0;
    return Math.max(wordsScore(wanted, given), 0.95 * wordsScore(wanted.slice(0, -1), given));
  }
  return wordsScore(wanted, given);
}

/** Names of units in the singular, each line one unit. */
const units: ReadonlyMap<string, string> = new Map(
  [
    'ms milli millis millisecond msec',
    's sec second',
    'us micro microsecond',
    'ns nano nanosecond',
    'min minute',
    'h hour',
  ]
    .map((line) => line.split(' '))
    .flatMap((names) => names.map((name) => [name, names[0] ?? ''] as const)),
);

/** A word too many costs this; less where it names what the key lies in. */
const extraCost = 0.12;
const outerCost = 0.06;

function wordsScore(wanted: readonly string[], { words: given, outer }: Name): number {
  const last = wanted.at(-1) ?? '';
  // Most pairs of names have nothing in common.
  if (last !== 'id' && !given.some((word) => wordScore(last, word) > 0)) return 0;
  if (wanted.join(' ') === given.join(' ')) return 1;
  if (wanted.join('') === given.join('')) return 0.99;
  const free = given.map((word, at) => ({
    word,
    cost: filler.has(word) ? 0 : at < outer ? outerCost : extraCost,
  }));
  let sum = 0;
  let weights = 0;
  for (const [at, word] of [...wanted.entries()].reverse()) {
    const weight = at === wanted.length - 1 ? 2 : 1;
    weights += weight;
    let best = 0;
    let bestAt = -1;
    // From the end, since there the leaf stands.
    for (let index = free.length - 1; index >= 0; index--) {
      const score = wordScore(word, free[index]?.word ?? '');
      if (score > best) [best, bestAt] = [score, index];
    }
    if (bestAt >= 0) {
      sum += best * weight;
      free.splice(bestAt, 1);
      continue;
    }
    // A group of one thing is often left out, and so is `id` of what is named.
    if (weight === 1) continue;
    if (word !== 'id') return 0;
    const owner = wanted.at(-2);
    const short = free.findIndex((one) => isShortId(one.word, owner));
    if (short >= 0) {
      free.splice(short, 1);
      return Math.max(0, (owner === undefined ? 0.7 : 0.85) - costOf(free));
    }
    if (owner === undefined) return 0;
    sum += 0.6 * weight;
  }
  return Math.max(0, sum / weights - costOf(free));
}

const costOf = (free: readonly { readonly cost: number }[]): number => free.reduce((sum, { cost }) => sum + cost, 0);

/** `rid` is a request's id. */
const isShortId = (word: string, owner: string | undefined): boolean =>
  /^[a-z]{1,4}id$/.test(word) && (owner === undefined ? word.length === 3 : owner.startsWith(word.slice(0, -2)));
