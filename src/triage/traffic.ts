import type { Micros } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { authorise, type Configuration, type Decision } from '../control-plane/index.ts';
import type { RequestRow } from '../evidence/index.ts';
import { requestFact } from '../timeline/index.ts';
import { type EvidenceNote, evidenceMax } from './evidence-note.ts';

/** One caller on one route. */
export interface Channel {
  readonly callerKind: string | null;
  readonly callerId: string | null;
  readonly credentialId: string | null;
  readonly method: string;
  readonly route: string;
  /** Requests that went through after the first refusal. */
  passedSince: number;
  lastPassed: Micros | null;
  lastRefused: Micros;
}

/** Refusals (401, 403) of one caller on one route, with one answer and one predicted reason. */
export interface RefusalGroup {
  readonly channel: Channel;
  readonly agentId: string | null;
  readonly status: number;
  readonly code: string | null;
  /** What the model says of the first of them: the same function as the replay's. */
  readonly decision: Decision;
  count: number;
  /** Refused requests whose repeat (`retry_of`, any depth) got through. */
  corrected: number;
  readonly first: Micros;
  last: Micros;
  readonly notes: EvidenceNote[];
}

export interface Traffic {
  readonly requests: number;
  /** By first refusal. */
  readonly refusals: readonly RefusalGroup[];
  /** Refusals that no group could take: more different ones than are followed. */
  readonly refusalsCut: number;
}

/** What a watcher of the one pass over the requests is told. `decision` is null where the request was not refused. */
export type Watch = (row: RequestRow, ts: Micros, status: number, decision: Decision | null) => void;

const groupsMax = 20_000;
const channelsMax = 50_000;
const repeatsMax = 200_000;
/** Evidence notes of all groups together; beyond them each further group keeps its first alone. */
const notesMax = 200_000;

export const isRefusal = (status: number): boolean => status === 401 || status === 403;

const routeOf = (row: RequestRow): string => row.route ?? (row.path ?? '').split('?', 1)[0] ?? '';

/** What the model says, in words that tell one reason from another. */
function reasonKey(decision: Decision): string {
  switch (decision.kind) {
    case 'refused':
      return decision.failing
        .map((refusal) => `${refusal.detail} ${refusal.entity ?? ''} ${refusal.lacking ?? ''}`)
        .join(';');
    case 'unknown':
      return `unknown ${decision.check} ${decision.missing}`;
    case 'handler':
    case 'not_predicted':
      return decision.kind;
  }
}

/**
 * One pass over all requests, in bounded memory. A refused request is put to the model (`authorise`) without its
 * outcome, to learn why it would be refused; `watch` sees every request that has a time and a status.
 */
export function readTraffic(reader: CaseReader, configuration: Configuration, watch: Watch): Traffic {
  const groups = new Map<string, RefusalGroup>();
  const channels = new Map<string, Channel>();
  const repeats = new Map<string, { readonly group: RefusalGroup; readonly of: string | null; corrected: boolean }>();
  let requests = 0;
  let cut = 0;
  let notes = 0;

  const correct = (id: string | null): void => {
    let here = id;
    for (let depth = 0; here !== null && depth < 1_000; depth += 1) {
      const refused = repeats.get(here);
      if (refused === undefined || refused.corrected) return;
      refused.corrected = true;
      refused.group.corrected += 1;
      here = refused.of;
    }
  };

  const refused = (row: RequestRow, ts: Micros, status: number, decision: Decision): void => {
    const route = routeOf(row);
    const method = row.method ?? '';
    const place = channelKey(row, method, route);
    let channel = channels.get(place);
    if (channel === undefined) {
      if (channels.size >= channelsMax) {
        cut += 1;
        return;
      }
      channel = {
        callerKind: row.caller_kind,
        callerId: row.caller_id,
        credentialId: row.credential_id,
        method,
        route,
        passedSince: 0,
        lastPassed: null,
        lastRefused: ts,
      };
      channels.set(place, channel);
    }
    channel.lastRefused = ts;
    const key = `${place}\u0000${row.agent_id ?? ''}\u0000${status}\u0000${row.error_code ?? ''}\u0000${reasonKey(decision)}`;
    let group = groups.get(key);
    if (group === undefined) {
      if (groups.size >= groupsMax) {
        cut += 1;
        return;
      }
      group = {
        channel,
        agentId: row.agent_id,
        status,
        code: row.error_code,
        decision,
        count: 0,
        corrected: 0,
        first: ts,
        last: ts,
        notes: [],
      };
      groups.set(key, group);
    }
    group.count += 1;
    group.last = ts;
    if (group.notes.length < (notes < notesMax ? evidenceMax : 1)) {
      notes += 1;
      group.notes.push({
        ref: row.ref,
        ts,
        kind: 'request',
        note: `${method} ${route}: ${status} ${row.error_code ?? ''}`.trim(),
      });
    }
    if (row.request_id !== null && repeats.size < repeatsMax)
      repeats.set(row.request_id, { group, of: row.retry_of, corrected: false });
  };

  for (const row of reader.rows('request')) {
    if (row.ts === null || row.status === null) continue;
    requests += 1;
    if (isRefusal(row.status)) {
      const fact = requestFact(row);
      const decision: Decision = fact === null ? notPredicted : authorise(configuration, fact.arrival);
      watch(row, row.ts, row.status, decision);
      refused(row, row.ts, row.status, decision);
      continue;
    }
    watch(row, row.ts, row.status, null);
    if (row.status >= 400 || channels.size === 0) continue;
    if (row.retry_of !== null) correct(row.retry_of);
    const channel = channels.get(channelKey(row, row.method ?? '', routeOf(row)));
    if (channel !== undefined) {
      channel.passedSince += 1;
      channel.lastPassed = row.ts;
    }
  }
  return { requests, refusals: [...groups.values()], refusalsCut: cut };
}

const notPredicted: Decision = { kind: 'not_predicted' };

const channelKey = (row: RequestRow, method: string, route: string): string =>
  `${row.credential_id ?? ''}\u0000${row.caller_kind ?? ''}\u0000${row.caller_id ?? ''}\u0000${method}\u0000${route}`;
