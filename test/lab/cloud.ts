/** Plays a plan by the model's page: which requests come, what becomes of them, which agents go offline. Nothing from `src/`. */
import { createLimiters } from './limiters.ts';
import type { Caller, Change, Errand, Fault, Fields, Plan, Records } from './world.ts';

export interface Played {
  readonly requests: readonly Fields[];
  readonly audit: readonly Fields[];
  readonly records: Records;
  /** Everything that was asked, before the evidence too. */
  readonly knocks: readonly Knock[];
  /** What a handler answered: only this is recorded, all else is granted. */
  readonly answered: ReadonlySet<string>;
}

export interface Knock {
  readonly at: number;
  readonly caller: Caller;
  readonly errand: Errand;
  readonly number: number;
  readonly credential: number;
  readonly repeat: number;
  readonly of: string | null;
  readonly order: number;
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);

interface Answer {
  readonly status: number;
  readonly code: string | null;
}

const pass: Answer | null = null;

/** Checks 3 to 7, first failing one. */
function refusalOf(
  records: Records,
  caller: Caller,
  credentialId: string | null,
  route: Fields,
  path: string,
  at: number,
): Answer | null {
  const kinds = listOf(route.credential_kinds);
  if (kinds.length === 0) return pass;
  const unauthorized: Answer = { status: 401, code: 'unauthorized' };
  const credential = credentialId === null ? undefined : records.credentials?.[credentialId];
  if (credential === undefined) return unauthorized;
  if ((credential.issued_at as number) > at) return unauthorized;
  for (const until of ['revoked_at', 'expires_at']) {
    const time = credential[until];
    if (typeof time === 'number' && time <= at) return unauthorized;
  }
  const agent = records.agents?.[String(credential.agent_id)];
  if (typeof agent?.revoked_at === 'number' && agent.revoked_at <= at) return unauthorized;
  if (!kinds.includes(String(credential.kind))) return { status: 403, code: 'forbidden_scope' };
  const words = path.split('/');
  const bound = (name: string, value: unknown): boolean => {
    const place = String(route.route).split('/').indexOf(`{${name}}`);
    return place < 0 || value === undefined || words[place] === value;
  };
  if (!bound('agent_id', credential.agent_id) || !bound('environment_id', credential.environment_id))
    return { status: 403, code: 'forbidden_environment' };
  if (!listOf(credential.scopes).includes(String(route.scope))) return { status: 403, code: 'forbidden_scope' };
  if (credential.kind === 'operator') {
    const membership = records.memberships?.[`${caller.id}/o1`];
    const role = records.roles?.[String(membership?.role)];
    if (!listOf(role?.permissions).includes(String(route.permission))) return { status: 403, code: 'forbidden_role' };
  }
  return pass;
}

const order = (a: Knock, b: Knock): number => a.at - b.at || a.order - b.order;

/**
 * The plan played with some of its faults left out. `factual` is the play with all faults: clients that
 * do not name what they repeat send the same again (the model's page, section 2).
 */
export function play(plan: Plan, without: ReadonlySet<string> = new Set(), factual: Played | null = null): Played {
  const records = structuredClone(plan.records);
  const faults = plan.faults.filter((fault) => !without.has(fault.id));
  for (const { initial } of faults) {
    if (initial === undefined) continue;
    const record = records[initial.section]?.[initial.key];
    if (record !== undefined) set(record, initial.field, initial.to(record[initial.field]));
  }
  const changes = faults.flatMap((fault) => fault.changes).sort((a, b) => a.at - b.at);
  const limiter = createLimiters();
  const requests: Fields[] = [];
  const audit: Fields[] = [];
  const leases = new Map<string, { deadline: number; online: boolean }>();
  let told = 0;
  const tell = (at: number, action: string, kind: string, id: string, more: Fields = {}): void => {
    if (at >= plan.begin && at <= plan.end)
      audit.push({
        ts: at,
        id: `au_${told++}`,
        actor: { kind: 'system' },
        action,
        resource: { kind, id },
        outcome: 'success',
        org_id: 'o1',
        ...more,
      });
  };

  const sweepUpTo = (now: number): void => {
    const every = Number(records.heartbeat?.['']?.sweep_ms);
    for (const [agent, lease] of [...leases].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!lease.online) continue;
      const sweep = (Math.floor(lease.deadline / every) + 1) * every;
      if (sweep >= now) continue;
      lease.online = false;
      tell(sweep, 'agent.offline', 'agent', agent, { reason: { code: 'missing_heartbeats' } });
    }
  };

  const apply = (change: Change): void => {
    const record = records[change.section]?.[change.key];
    if (record === undefined) throw new Error(`no record ${change.section} ${change.key}`);
    const before = record[change.field] ?? null;
    const after = change.to(before) ?? null;
    set(record, change.field, after);
    const kinds: Record<string, string> = { credentials: 'credential', agents: 'agent', memberships: 'membership' };
    const kind = kinds[change.section];
    if (kind === undefined) {
      const path = [change.section, change.key, change.field].filter((part) => part !== '').join('.');
      tell(change.at, change.action, 'config', path, { before, after, details: { path } });
    } else
      tell(change.at, change.action, kind, change.key, {
        before: { [change.field]: before },
        after: { [change.field]: after },
      });
  };

  const asSent = factual?.knocks ?? [];
  const answered = new Set<string>();
  const isAsSent = (caller: Caller): boolean => factual !== null && !caller.namesRetries;
  const stopped = (knock: Knock): boolean => isSilent(faults, knock);
  const queue = [
    ...knocksOf(plan, faults).filter((knock) => !isAsSent(knock.caller)),
    ...asSent.filter((knock) => isAsSent(knock.caller)),
    ...resumed(plan, faults).filter((knock) => isAsSent(knock.caller)),
  ]
    .filter((knock) => !stopped(knock))
    .sort(order);
  const knocks: Knock[] = [];
  let next = 0;
  let asked = 0;
  for (let knock = queue.shift(); knock !== undefined; knock = queue.shift()) {
    for (; next < changes.length && (changes[next]?.at ?? 0) <= knock.at; next++) {
      const change = changes[next] as Change;
      sweepUpTo(change.at);
      apply(change);
    }
    sweepUpTo(knock.at);
    const { caller, errand, at } = knock;
    knocks.push(knock);
    const route = records.routes?.[`${errand.method} ${errand.route}`] as Fields;
    const credential = caller.credentials[knock.credential] ?? null;
    const limit = records.rate_limits?.[String(route.group)];
    const limited = (): Answer | null => {
      const keys: Record<string, unknown> = {
        credential,
        caller: caller.id,
        ip: caller.ip,
        environment: caller.environment,
      };
      const key = `${route.group}|${keys[String(limit?.key)] ?? ''}`;
      return limit === undefined || limiter(limit, key, at) ? pass : { status: 429, code: 'rate_limited' };
    };
    const handled = (): Answer => {
      const name = `${caller.id} ${errand.method} ${errand.route} ${knock.number} ${knock.credential} ${knock.repeat}`;
      answered.add(name);
      return factual === null || factual.answered.has(name)
        ? handlerAnswer(errand, knock.number)
        : { status: 200, code: null };
    };
    const answer =
      (limit?.position === 'before_auth' ? limited() : pass) ??
      refusalOf(records, caller, credential, route, errand.path, at) ??
      (limit?.position === 'after_auth' ? limited() : pass) ??
      handled();
    const id = `rq_${caller.id}_${asked++}`;
    if (at >= plan.begin && at <= plan.end)
      requests.push({
        ts: at,
        request_id: id,
        method: errand.method,
        path: errand.path,
        route: errand.route,
        status: answer.status,
        caller: { kind: caller.kind, id: caller.id },
        ...(credential === null ? {} : { credential_id: credential }),
        ip: caller.ip,
        org_id: 'o1',
        environment_id: caller.environment,
        ...(caller.kind === 'agent' ? { agent_id: caller.id } : {}),
        ...(answer.code === null ? {} : { error: { code: answer.code } }),
        ...(knock.of !== null && caller.namesRetries ? { retry_of: knock.of } : {}),
      });
    if (errand.route.endsWith('/heartbeat') && answer.status < 400) {
      const lease = records.heartbeat?.[''] as Fields;
      const known = leases.get(caller.id);
      if (known?.online === false) tell(at, 'agent.online', 'agent', caller.id);
      leases.set(caller.id, { deadline: at + Number(lease.ttl_ms) + Number(lease.grace_ms ?? 0), online: true });
    }
    if (!isAsSent(caller) && (answer.status === 401 || answer.status === 403 || answer.status === 429)) {
      const again = repeatOf(knock, id, answer.status);
      if (again !== null) insert(queue, again);
    }
  }
  for (; next < changes.length && (changes[next]?.at ?? 0) <= plan.end; next++) {
    const change = changes[next] as Change;
    sweepUpTo(change.at);
    apply(change);
  }
  sweepUpTo(plan.end + 1);
  audit.sort((a, b) => (a.ts as number) - (b.ts as number));
  return { requests, audit, records, knocks, answered };
}

function set(record: Fields, field: string, value: unknown): void {
  if (value === null || value === undefined) delete record[field];
  else record[field] = value;
}

const handlerAnswer = (errand: Errand, number: number): Answer => {
  const status = errand.answers.get(number) ?? 200;
  return { status, code: status === 503 ? 'upstream_error' : status === 404 ? 'unknown' : null };
};

const isSilent = (faults: readonly Fault[], knock: Knock): boolean =>
  faults.some(({ silences }) =>
    (silences ?? []).some((one) => one.caller === knock.caller.id && one.from <= knock.at && knock.at < one.to),
  );

function errandsOf(plan: Plan): Knock[] {
  const knocks: Knock[] = [];
  for (const caller of plan.callers) {
    for (const errand of caller.errands) {
      for (const [number, at] of errand.times.entries())
        knocks.push({ at, caller, errand, number, credential: 0, repeat: 0, of: null, order: knocks.length });
    }
  }
  return knocks;
}

const knocksOf = (plan: Plan, faults: readonly Fault[]): Knock[] =>
  errandsOf(plan).filter((knock) => !isSilent(faults, knock));

/** What a caller would have sent in the silences that are repaired. */
const resumed = (plan: Plan, faults: readonly Fault[]): Knock[] =>
  errandsOf(plan).filter((knock) => isSilent(plan.faults, knock) && !isSilent(faults, knock));

/** What a client does about a refusal: the next credential where it has one, else again a few times, else nothing. */
function repeatOf(knock: Knock, of: string, status: number): Knock | null {
  const { caller } = knock;
  const later = { ...knock, of, order: knock.order + 0.001 };
  if (status !== 429 && caller.fallsBack && knock.credential + 1 < caller.credentials.length)
    return { ...later, at: knock.at + 137, credential: knock.credential + 1 };
  if (knock.repeat >= caller.repeats) return null;
  return { ...later, at: knock.at + caller.repeatAfter, repeat: knock.repeat + 1 };
}

function insert(queue: Knock[], knock: Knock): void {
  let place = 0;
  while (place < queue.length && order(queue[place] as Knock, knock) <= 0) place++;
  queue.splice(place, 0, knock);
}
