/** A small incident as the documents tell it, and a timeline in memory behind the screens' own interface. */
import { type Entity, splitEntity } from '../../src/base/entity.ts';
import { formatMicros, parseMicros } from '../../src/base/time.ts';
import { type Outcome, outcomes } from '../../src/base/vocabulary.ts';
import { utc } from '../../src/base/zone.ts';
import { type DiagnosisDocument, diagnosisDocument } from '../../src/diagnosis/document.ts';
import {
  type EntityPage,
  type FilterRecord,
  filterTest,
  filterWords,
  parseFilter,
  type TimelineEvent,
} from '../../src/timeline/index.ts';
import { type TriageDocument, triageDocument } from '../../src/triage/document.ts';
import type { CaseFacts } from '../../src/tui/case-facts.ts';
import type { Size } from '../../src/tui/layout.ts';
import { learned, type State, startState } from '../../src/tui/state.ts';
import type { TimelineSource } from '../../src/tui/timeline/source.ts';

export const begin = parseMicros('2026-03-09T11:40:00Z') ?? 0;
export const end = parseMicros('2026-03-09T12:41:00Z') ?? 0;

const stamp = {
  digest: `sha256:${'0'.repeat(64)}`,
  archives: [{ name: 'agent-upload.tar.gz', digest: `sha256:${'1'.repeat(64)}`, bytes: 48_210 }],
};

export const facts: CaseFacts = {
  name: 'agent-upload.tar.gz',
  span: { from: begin, to: end },
  hosts: 3,
  events: 48_210,
  members: 9,
  damage: 0,
  notCaptured: ['metrics', 'regions'],
  bundles: null,
};

const ref = (n: number): string => `requests.ndjson@${n * 100}+100`;
const tests = { T0: { holds: true, digest: null, text: 'the factual replay shows the symptom' } };
const repair = { interventions: [{ do: 'grant_scope' }], text: 'grant the scope agent:artifact_upload' };

const cause = {
  rank: 1,
  kind: 'credential_scope_missing',
  entity: 'credential:cr_8f2',
  category: 'auth' as const,
  verdict: 'confirmed' as const,
  strength: 'necessary' as const,
  grade: 'F3' as const,
  symptoms: ['s1', 's2'],
  chain: [{ ref: ref(3), text: 'the key lost the scope agent:artifact_upload' }],
  repair,
  tests,
  assumptions: [],
  certificate: null,
};

export const diagnosis: DiagnosisDocument = diagnosisDocument.parse({
  format: 'inquest-diagnose',
  version: 1,
  case: stamp,
  category: 'auth',
  symptoms: [
    {
      id: 's1',
      kind: 'requests_refused',
      entities: ['agent:ag_7'],
      first_ts: '2026-03-09T12:03:20Z',
      count: 1204,
      refs: [ref(5)],
    },
    {
      id: 's2',
      kind: 'deployment_stuck',
      entities: ['deployment:d_31'],
      first_ts: '2026-03-09T12:09:00Z',
      count: 1,
      refs: [ref(7)],
    },
  ],
  causes: [cause],
  refuted: [
    {
      ...cause,
      kind: 'limit_cut',
      entity: 'config:rate_limits.agent',
      verdict: 'refuted',
      symptoms: [],
      category: 'rate_limit',
    },
  ],
  inconclusive: [],
  changes: [
    {
      ref: ref(3),
      ts: '2026-03-09T12:03:17Z',
      text: 'scopes of cr_8f2 by operator:u_12',
      entity: 'credential:cr_8f2',
      in_cone: true,
    },
    {
      ref: ref(2),
      ts: '2026-03-09T12:01:40Z',
      text: 'limit of group agent',
      entity: 'config:rate_limits.agent',
      in_cone: false,
    },
  ],
  ongoing: { still_failing: true, since: '2026-03-09T12:03:20Z' },
  impact: [
    { kind: 'agent', hit: 1, of: 40 },
    { kind: 'deployment', hit: 1, of: 6 },
  ],
  unexplained: [],
  advice: [{ text: "Capture the failing upload's request before any restart", source: 'runbook' }],
});

const healthy = { state: 'ok' as const, failing_spans: [] };
const counter = (delta: number, peak: number, n: number) => ({ delta, peak_per_min: peak, ref: ref(n) });

export const triage: TriageDocument = triageDocument.parse({
  format: 'inquest-triage',
  version: 1,
  case: stamp,
  first_pass: {
    api: { healthz: healthy, readyz: healthy },
    worker: {
      healthz: healthy,
      readyz: {
        state: 'failing',
        failing_spans: [{ from: '2026-03-09T12:04:00Z', to: '2026-03-09T12:31:00Z', probes: 54, ref: ref(6) }],
      },
    },
    counters: {
      requests: counter(41_022, 900, 1),
      auth: counter(318, 12, 1),
      unauthorized: null,
      forbidden: counter(1204, 88, 5),
      rate_limited: counter(33, 9, 4),
    },
  },
  categories: [
    { category: 'auth', score: 81, findings: ['f1'] },
    { category: 'agent', score: 12, findings: [] },
    { category: 'deployment', score: 4, findings: [] },
  ],
  category: 'auth',
  not_evaluated: [],
  findings: [],
});

/** `count` events, one a second, of all outcomes; every 50th is a gap. */
export function eventsOf(count: number): readonly TimelineEvent[] {
  return Array.from({ length: count }, (_, n): TimelineEvent => {
    const outcome: Outcome = outcomes[n % outcomes.length] ?? 'none';
    const gap = n % 50 === 49;
    return {
      n,
      kind: gap ? 'gap' : 'request',
      ref: ref(n),
      ts: begin + n * 1_000_000,
      end_ts: null,
      skew_us: null,
      action: 'GET /api/v1/agents',
      outcome: gap ? 'none' : outcome,
      code: null,
      component: 'api',
      host: 'host-a',
      entities: [`agent:ag_${n % 7}`, 'org:org_2'],
      title: gap ? 'unreadable: bad json (12 bytes)' : `POST /api/v1/agents/{agent_id}/heartbeat -> ${200 + n}`,
    };
  });
}

const pageOf = (entity: Entity, events: readonly TimelineEvent[]): EntityPage => {
  const own = events.filter(({ entities }) => entities.includes(entity));
  const others = new Set(own.flatMap(({ entities }) => entities).filter((one) => one !== entity));
  return {
    entity,
    first_ts: own[0]?.ts ?? null,
    last_ts: own.at(-1)?.ts ?? null,
    events: own.length,
    state: 'online',
    states: [{ ts: begin, state: 'online', text: 'agent.online by system', ref: ref(1) }],
    captured: [{ section: 'agents', ref: ref(2), record: { id: splitEntity(entity).id, status: 'online' } }],
    neighbours: [...others].sort().map((other) => ({
      entity: other,
      roles: ['agent'],
      events: own.length,
      first_ts: own[0]?.ts ?? null,
      last_ts: own.at(-1)?.ts ?? null,
    })),
    looked: own.length,
  };
};

/** Counts what it reads, so that a test can hold the screen to reading little. */
export function memorySource(all: readonly TimelineEvent[]): TimelineSource & { readonly read: () => number } {
  let read = 0;
  const through = (passes: (event: TimelineEvent) => boolean): TimelineSource => {
    const events = all.filter(passes);
    return {
      ...plainSource(events, (count) => {
        read += count;
      }),
      filtered(text) {
        const filter = parseFilter(text, { span: { from: begin, to: end }, zone: utc });
        if (!filter.ok) return { ok: false, error: filter.error };
        const test = filterTest(filter.value);
        return { ok: true, value: through((event) => test(recordOf(event))) };
      },
      entity: (name) => (all.some(({ entities }) => entities.includes(name)) ? pageOf(name as Entity, all) : null),
    };
  };
  return { ...through(() => true), read: () => read };
}

const recordOf = ({ kind, outcome, entities, ts }: TimelineEvent): FilterRecord => ({
  ts,
  words: { kind: [kind], outcome: [outcome], entity: entities },
  integers: {},
  flags: new Set(),
  messages: [],
  record: {},
  written: () => null,
});

function plainSource(
  events: readonly TimelineEvent[],
  tell: (count: number) => void,
): Omit<TimelineSource, 'filtered' | 'entity'> {
  /** The place of the event, or where it would stand. */
  const at = (event: TimelineEvent): number => events.findIndex((one) => one.n === event.n && one.kind === event.kind);
  const placeOf = (event: TimelineEvent): number => events.filter((one) => one.n < event.n).length;
  return {
    page: (from, backwards, limit) => {
      const here = from === null ? (backwards ? events.length : -1) : placeOf(from);
      const next = from !== null && at(from) < 0 ? here : here + 1;
      const page = backwards
        ? events.slice(Math.max(0, here - limit), here).toReversed()
        : events.slice(next, next + limit);
      tell(page.length);
      return page;
    },
    has: (event) => at(event) >= 0,
    filterWords,
    *counting() {
      yield { count: Math.floor(events.length / 2), done: false };
      yield { count: events.length, done: true };
    },
    locate: (wanted) => events.find((event) => event.ref === wanted) ?? null,
    record: (wanted) => {
      const event = events.find((one) => one.ref === wanted);
      if (event === undefined) return null;
      return {
        ref: wanted,
        ts: event.ts,
        recorded: null,
        facts: [
          ['kind', 'requests'],
          ['host', 'host-a'],
        ],
        links: [
          { relation: 'agent', target: event.entities[0] ?? '' },
          { relation: 'same request', target: ref(1), title: 'agent asked' },
        ],
        body: ['{', `  "ts": "${formatMicros(event.ts ?? 0)}",`, '  "status": 403', '}'],
      };
    },
  };
}

/** The incident on screen, with everything known. */
export function knownState(size: Size, marks: 'unicode' | 'ascii' = 'unicode', events = eventsOf(500)): State {
  const start = startState('agent-upload.tar.gz', size, { zone: { name: 'UTC', offset: () => 0 }, marks });
  const news = [
    { type: 'standing', standing: { facts, source: memorySource(events) } },
    {
      type: 'histogram',
      histogram: {
        from: begin,
        to: end,
        of: 'failures',
        counts: Array.from({ length: 96 }, (_, at) => Math.max(0, at - 36)),
      },
    },
    { type: 'triage', document: triage },
    { type: 'diagnosis', document: diagnosis },
  ] as const;
  return news.reduce<State>(learned, start);
}
