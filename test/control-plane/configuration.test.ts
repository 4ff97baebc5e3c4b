// Protects the configuration in force at a moment: a value that was not in force then must never be told as known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigurationChange } from '../../src/base/facts.ts';
import type { Json, JsonObject } from '../../src/base/json.ts';
import {
  buildConfiguration,
  type Configuration,
  type ConfigurationEdit,
  type Lookup,
  readField,
} from '../../src/control-plane/index.ts';

const section = 'environments';
const key = 'env.eu-1';
const names = ['posture', 'cap', 'flags', 'note'] as const;

type Step = { readonly gap: number; readonly op: 'set' | 'whole' | 'drop'; readonly patch: JsonObject };

const value: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom('a', 'b'),
  fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
);
const body = fc
  .dictionary(fc.constantFrom(...names), value, { maxKeys: 4 })
  .map((fields): JsonObject => ({ id: key, ...fields }));
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 1, 2, 7),
    op: fc.constantFrom('set', 'set', 'set', 'whole', 'drop'),
    patch: fc.dictionary(fc.constantFrom(...names), fc.option(value), { minKeys: 1, maxKeys: 3 }),
  }),
  { maxLength: 12 },
);

interface Told {
  readonly at: number;
  readonly after: JsonObject | null;
}

const change = (index: number, at: number, rest: Partial<ConfigurationChange>): ConfigurationChange => ({
  at,
  ref: `audit.ndjson@${index}+1`,
  order: index,
  action: 'config.changed',
  resource: { kind: 'config', id: section },
  before: undefined,
  after: undefined,
  path: `${section}.${key}`,
  ...rest,
});

const merge = (base: JsonObject, patch: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries({ ...base, ...patch }).filter(([, item]) => item !== null));

/** Runs a history forward: the truth at every moment, and the audit records that it leaves. */
function forward(start: JsonObject | null, all: readonly Step[]): { truth: Told[]; changes: ConfigurationChange[] } {
  const truth: Told[] = [{ at: Number.NEGATIVE_INFINITY, after: start }];
  const changes: ConfigurationChange[] = [];
  let now = 10;
  let held = start;
  for (const { gap, op, patch } of all) {
    now += gap;
    const before = held;
    let next: JsonObject | null = merge({ id: key }, patch);
    let sides: Partial<ConfigurationChange> = { before, after: next };
    if (before !== null && op === 'drop') {
      next = null;
      sides = { before, after: null };
    } else if (before !== null && op === 'set') {
      const field = Object.keys(patch)[0] as string;
      next = merge(before, { [field]: patch[field] ?? null });
      sides = { path: `${section}.${key}.${field}`, before: before[field] ?? null, after: patch[field] ?? null };
    }
    changes.push(change(changes.length, now, sides));
    truth.push({ at: now, after: next });
    held = next;
  }
  return { truth, changes };
}

const truthAt = (truth: readonly Told[], at: number): JsonObject | null =>
  truth.filter((one) => one.at <= at).at(-1)?.after ?? null;

function built(truth: readonly Told[], changes: readonly ConfigurationChange[], capturedAt: number | null) {
  const now = truthAt(truth, capturedAt ?? Number.POSITIVE_INFINITY);
  const records = now === null ? [] : [{ section, key, body: now, ref: 'state.json@0+1' }];
  return buildConfiguration({ capturedAt, captured: [section], records, changes });
}

const shown = (found: Lookup): JsonObject | null | 'unknown' =>
  found.state === 'present' ? found.record : found.state === 'absent' ? null : 'unknown';

const moments = Array.from({ length: 110 }, (_, index) => index);

describe('the configuration over time', () => {
  it('is at every moment what a run forward makes of it, wherever the state was captured', () => {
    fc.assert(
      fc.property(fc.option(body), steps, fc.option(fc.integer({ min: 0, max: 100 })), (start, all, capturedAt) => {
        const { truth, changes } = forward(start, all);
        const configuration = built(truth, changes, capturedAt);
        for (const at of moments)
          expect([at, shown(configuration.lookup(section, key, at))]).toEqual([at, truthAt(truth, at)]);
        // In any other order of asking, too.
        for (const at of [...moments].reverse())
          expect(shown(configuration.lookup(section, key, at))).toEqual(truthAt(truth, at));
      }),
      { numRuns: 200 },
    );
  });

  it('says unknown, and nothing wrong, where a change does not tell what was before', () => {
    fc.assert(
      fc.property(
        fc.option(body),
        steps.filter((all) => all.length > 0),
        fc.option(fc.integer({ min: 0, max: 100 })),
        fc.nat(),
        fc.constantFrom('before', 'after', 'both'),
        (start, all, capturedAt, pick, side) => {
          const { truth, changes } = forward(start, all);
          const dumb = pick % changes.length;
          const told = changes.map((one, index) => {
            if (index !== dumb || one.before === null || one.after === null) return one;
            return {
              ...one,
              ...(side === 'after' ? {} : { before: undefined }),
              ...(side === 'before' ? {} : { after: undefined }),
            };
          });
          const configuration = built(truth, told, capturedAt);
          for (const at of moments) {
            const found = configuration.lookup(section, key, at);
            const truly = truthAt(truth, at);
            if (found.state === 'absent') expect(truly).toBeNull();
            if (found.state !== 'present') continue;
            expect(truly).not.toBeNull();
            for (const name of names) {
              const field = readField(found, name);
              if (field.known) expect([at, name, field.value]).toEqual([at, name, truly?.[name]]);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order in which the changes were read, but for those of one moment', () => {
    fc.assert(
      fc.property(body, steps, fc.nat(), (start, all, turn) => {
        const { truth, changes } = forward(start, all);
        const cut = changes.length === 0 ? 0 : turn % changes.length;
        const turned = [...changes.slice(cut), ...changes.slice(0, cut)];
        const [one, other] = [built(truth, changes, null), built(truth, turned, null)];
        for (const at of moments) expect(other.lookup(section, key, at)).toEqual(one.lookup(section, key, at));
      }),
      { numRuns: 100 },
    );
  });
});

const at = Date.UTC(2026, 2, 17);
const time = (offset: number): string => new Date(at + offset).toISOString().replace('.000Z', 'Z');
const credential: JsonObject = { id: 'cr_1', kind: 'agent_runtime', scopes: ['a', 'b'], issued_at: time(-5_000) };

function credentials(input: {
  readonly body?: JsonObject | null;
  readonly changes?: ReadonlyArray<Partial<ConfigurationChange>>;
  readonly captured?: readonly string[];
}): Configuration {
  const held = input.body === undefined ? credential : input.body;
  return buildConfiguration({
    capturedAt: at + 100,
    captured: input.captured ?? ['credentials'],
    records: held === null ? [] : [{ section: 'credentials', key: 'cr_1', body: held, ref: 'state.json@7+70' }],
    changes: (input.changes ?? []).map((one, index) =>
      change(index, at + index * 10, { resource: { kind: 'credential', id: 'cr_1' }, path: undefined, ...one }),
    ),
  });
}

describe('what a change without its sides leaves open', () => {
  it('only the fields that `after` names', () => {
    const found = credentials({ changes: [{ action: 'credential.scopes_changed', after: { scopes: ['a', 'b'] } }] });
    expect(found.lookup('credentials', 'cr_1', at - 1)).toMatchObject({
      state: 'present',
      record: { kind: 'agent_runtime' },
      unknown: ['scopes'],
    });
    expect(found.lookup('credentials', 'cr_1', at)).toMatchObject({ record: { scopes: ['a', 'b'] }, unknown: [] });
  });

  it('the whole record, where it names none', () => {
    const found = credentials({ changes: [{ action: 'credential.rotated' }] });
    expect(found.lookup('credentials', 'cr_1', at - 1)).toMatchObject({ state: 'unknown', missing: 'audit' });
    expect(found.lookup('credentials', 'cr_1', at)).toMatchObject({ state: 'present', record: credential });
  });

  it('nothing, where it only ends the record at a time that is in force by itself', () => {
    const revoked = { ...credential, revoked_at: time(0) };
    const found = credentials({ body: revoked, changes: [{ action: 'credential.revoked' }] });
    for (const moment of [at - 1, at, at + 200])
      expect(found.lookup('credentials', 'cr_1', moment)).toMatchObject({ record: revoked, unknown: [] });
  });

  it('sets the time of the end where the record lacks it', () => {
    const found = credentials({ changes: [{ action: 'credential.revoked' }] });
    expect(found.lookup('credentials', 'cr_1', at)).toMatchObject({ record: { revoked_at: time(0) } });
    expect(found.lookup('credentials', 'cr_1', at - 1)).toMatchObject({ record: credential, unknown: [] });
  });

  it('the record that the end took away', () => {
    const found = credentials({ body: null, changes: [{ action: 'credential.revoked' }] });
    expect(found.lookup('credentials', 'cr_1', at).state).toBe('absent');
    expect(found.lookup('credentials', 'cr_1', at - 1).state).toBe('unknown');
  });

  it('a bare decision on an approval leaves its earlier status open', () => {
    const found = buildConfiguration({
      capturedAt: at + 100,
      captured: ['approvals'],
      records: [{ section: 'approvals', key: 'ap_1', body: { id: 'ap_1', status: 'revoked' }, ref: 's@0+1' }],
      changes: [
        change(0, at, { action: 'approval.revoked', resource: { kind: 'approval', id: 'ap_1' }, path: undefined }),
      ],
    });
    expect(found.lookup('approvals', 'ap_1', at - 1)).toMatchObject({ unknown: ['status'] });
  });
});

describe('records that come and go', () => {
  it.each([
    ['credential.issued', { after: { scopes: [] } }],
    ['credential.issued', {}],
    ['credential.rotated', { before: null, after: credential }],
  ])('%s with %j: there was none', (action, sides) => {
    const found = credentials({ changes: [{ action, ...sides }] });
    expect(found.lookup('credentials', 'cr_1', at - 1).state).toBe('absent');
    expect(found.lookup('credentials', 'cr_1', at)).toMatchObject({ state: 'present', record: credential });
  });

  it('takes what ended as it was, though the state has it no more', () => {
    const found = credentials({
      body: null,
      changes: [{ action: 'credential.revoked', before: credential, after: null }],
    });
    expect(found.lookup('credentials', 'cr_1', at - 1)).toMatchObject({ record: credential, unknown: [] });
    expect(found.lookup('credentials', 'cr_1', at).state).toBe('absent');
  });

  it('is unknown without a state, but for what the audit tells', () => {
    const found = credentials({
      body: null,
      captured: [],
      changes: [{ action: 'credential.scopes_changed', before: { scopes: ['a'] }, after: { scopes: [] } }],
    });
    expect(found.lookup('credentials', 'cr_2', at)).toMatchObject({ state: 'unknown', missing: 'state' });
    const before = found.lookup('credentials', 'cr_1', at - 1);
    expect(readField(before, 'scopes')).toEqual({ known: true, value: ['a'] });
    expect(readField(before, 'kind')).toEqual({ known: false, reason: 'not_captured' });
  });
});

describe('masked values', () => {
  it('are unknown, never absent', () => {
    const found = credentials({ body: { ...credential, expires_at: '***', scopes: ['a', '[REDACTED]'] } });
    const now = found.lookup('credentials', 'cr_1', at);
    expect(readField(now, 'expires_at')).toEqual({ known: false, reason: 'redacted' });
    expect(readField(now, 'scopes')).toEqual({ known: false, reason: 'redacted' });
    expect(readField(now, 'max_uses')).toEqual({ known: true, value: undefined });
  });
});

describe('paths into the state', () => {
  const at0 = 50;
  const records = [
    { section: 'rate_limits', key: 'agent', body: { group: 'agent', limit: 5 }, ref: 's@1+1' },
    { section: 'environments', key: 'env.eu', body: { id: 'env.eu', posture: 'dev' }, ref: 's@2+1' },
    { section: 'environments', key: 'env', body: { id: 'env', posture: 'dev' }, ref: 's@3+1' },
    { section: 'retry_policies', key: '*', body: { job_type: '*', backoff: { base_ms: 9, cap_ms: 90 } }, ref: 's@4+1' },
    { section: 'oidc', key: '', body: { issuer: 'i', jwks_kids: ['k2'] }, ref: 's@5+1' },
  ];
  const earlier = (path: string, was: Json, is: Json, target: string, name: string) =>
    buildConfiguration({
      capturedAt: 100,
      captured: records.map((record) => record.section),
      records,
      changes: [change(0, at0, { path, before: was, after: is })],
    }).lookup(target, name, at0 - 1);

  it.each([
    ['rate_limits.agent.limit', 60, 5, 'rate_limits', 'agent', { group: 'agent', limit: 60 }],
    ['environments.env.eu.posture', 'prod', 'dev', 'environments', 'env.eu', { id: 'env.eu', posture: 'prod' }],
    ['environments.env.posture', 'prod', 'dev', 'environments', 'env', { id: 'env', posture: 'prod' }],
    [
      'retry_policies.*.backoff.base_ms',
      7,
      9,
      'retry_policies',
      '*',
      { job_type: '*', backoff: { base_ms: 7, cap_ms: 90 } },
    ],
    ['oidc.jwks_kids', ['k1', 'k2'], ['k2'], 'oidc', '', { issuer: 'i', jwks_kids: ['k1', 'k2'] }],
    [
      'oidc',
      { issuer: 'j', jwks_kids: ['k2'] },
      { issuer: 'i', jwks_kids: ['k2'] },
      'oidc',
      '',
      { issuer: 'j', jwks_kids: ['k2'] },
    ],
    [
      'rate_limits.agent',
      { group: 'agent', limit: 8, burst: 2 },
      { group: 'agent', limit: 5 },
      'rate_limits',
      'agent',
      { group: 'agent', limit: 8, burst: 2 },
    ],
    [
      'rate_limits',
      [{ group: 'agent', limit: 8 }, { group: 'gone' }],
      [{ group: 'agent', limit: 5 }],
      'rate_limits',
      'agent',
      { group: 'agent', limit: 8 },
    ],
    [
      'rate_limits',
      [{ group: 'agent', limit: 8 }, { group: 'gone' }],
      [{ group: 'agent', limit: 5 }],
      'rate_limits',
      'gone',
      { group: 'gone' },
    ],
  ])('%s', (path, was, is, target, name, body_) => {
    expect(earlier(path, was as Json, is as Json, target, name)).toMatchObject({
      state: 'present',
      record: body_,
      unknown: [],
    });
  });

  it('survives a path made of dots', () => {
    expect(earlier('.'.repeat(200_000), 1, 2, 'rate_limits', 'agent')).toMatchObject({ state: 'present' });
  });
});

describe('changes of one moment', () => {
  it('are taken in the legal order, whatever the order of evidence', () => {
    const chain = [
      { action: 'credential.scopes_changed', before: { scopes: ['2'] }, after: { scopes: ['a', 'b'] } },
      { action: 'credential.scopes_changed', before: { scopes: ['1'] }, after: { scopes: ['2'] } },
    ];
    const found = credentials({ changes: chain.map((one) => ({ ...one, at })) });
    expect(found.lookup('credentials', 'cr_1', at - 1)).toMatchObject({ record: { scopes: ['1'] } });
  });
});

describe('changes of one moment that are legal as they stand', () => {
  it('keep their order around one that does not tell what it changed', () => {
    const path = `${section}.${key}`;
    const found = buildConfiguration({
      capturedAt: null,
      captured: [section],
      records: [{ section, key, body: { id: key }, ref: 'state.json@0+1' }],
      changes: [
        change(0, 10, { path: `${path}.flags`, before: null, after: null }),
        change(1, 10, { after: { id: key, flags: 0 } }),
        change(2, 10, { path: `${path}.flags`, before: 0, after: null }),
        change(3, 10, { before: { id: key }, after: null }),
        change(4, 10, { before: null, after: { id: key } }),
      ],
    });
    expect(found.lookup(section, key, 10)).toMatchObject({ state: 'present', record: { id: key }, unknown: [] });
    expect(found.lookup(section, key, 9).state).not.toBe('absent');
  });
});

describe('references', () => {
  it('name the state and the change that told the value', () => {
    const found = credentials({
      changes: [{ action: 'credential.scopes_changed', before: { scopes: [] }, after: { scopes: ['a', 'b'] } }],
    });
    expect(found.lookup('credentials', 'cr_1', at - 1).reads).toEqual(['state.json@7+70', 'audit.ndjson@0+1']);
    expect(found.lookup('credentials', 'cr_1', at).reads).toEqual(['state.json@7+70']);
  });

  it('come with every change', () => {
    const found = credentials({
      changes: [{ action: 'credential.scopes_changed', before: { scopes: [] }, after: { scopes: ['a', 'b'] } }],
    });
    expect(found.changes()).toEqual([
      {
        at,
        ref: 'audit.ndjson@0+1',
        action: 'credential.scopes_changed',
        section: 'credentials',
        key: 'cr_1',
        field: 'scopes',
        before: [],
        after: ['a', 'b'],
      },
    ]);
  });
});

describe('uses of a token', () => {
  const used = (uses: number | undefined, moment: number): unknown => {
    const enrolled = [10, 20, 20, 150].map((offset, index) =>
      change(index, at + offset, {
        action: 'agent.enrolled',
        resource: { kind: 'agent', id: `ag_${index}` },
        path: undefined,
        credentialId: 'cr_1',
      }),
    );
    const found = buildConfiguration({
      capturedAt: at + 100,
      captured: ['credentials'],
      records: [
        {
          section: 'credentials',
          key: 'cr_1',
          body: { kind: 'enrollment', ...(uses === undefined ? {} : { uses }) },
          ref: 's@0+1',
        },
      ],
      changes: enrolled,
    });
    const result = found.uses('cr_1', at + moment);
    return result.known ? result.uses : result.reason;
  };

  it('count back from the capture, and on from it', () => {
    expect([9, 10, 11, 20, 21, 100, 150, 151].map((moment) => used(5, moment))).toEqual([2, 2, 3, 3, 5, 5, 5, 6]);
  });

  it('are those of the audit where the state counts none', () => {
    expect([10, 11, 21, 151].map((moment) => used(undefined, moment))).toEqual([0, 1, 3, 4]);
  });
});

describe('edits', () => {
  const edit = (from: number, to: number | null, operation: ConfigurationEdit['change']): ConfigurationEdit => ({
    section: 'credentials',
    key: 'cr_1',
    from: at + from,
    to: to === null ? null : at + to,
    change: operation,
  });
  const base = credentials({
    changes: [
      {
        action: 'credential.scopes_changed',
        before: { scopes: ['a', 'b', 'c'] },
        after: { scopes: ['a', 'b'] },
        at: at + 20,
      },
    ],
  });
  const scopes = (configuration: Configuration, moment: number): unknown => {
    const field = readField(configuration.lookup('credentials', 'cr_1', at + moment), 'scopes');
    return field.known ? field.value : field.reason;
  };

  it('are in force from, and not at, their bounds, and leave the rest alone', () => {
    const edited = base.with([edit(10, 30, { op: 'remove', field: 'scopes', values: ['a'] })]);
    expect([9, 10, 19, 20, 29, 30].map((moment) => scopes(edited, moment))).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
      ['b'],
      ['b'],
      ['a', 'b'],
    ]);
    expect(scopes(base, 15)).toEqual(['a', 'b', 'c']);
  });

  it('act one upon another', () => {
    const edited = base
      .with([edit(0, null, { op: 'set', field: 'scopes', value: ['z'] })])
      .with([
        edit(5, null, { op: 'add', field: 'scopes', values: ['z', 'y'] }),
        edit(9, null, { op: 'unset', field: 'scopes' }),
      ]);
    expect([-1, 0, 5, 9].map((moment) => scopes(edited, moment))).toEqual([
      ['a', 'b', 'c'],
      ['z'],
      ['z', 'y'],
      undefined,
    ]);
  });

  it('make a record where there was none, and change none that is not there', () => {
    const absent = credentials({ body: null });
    const set = absent.with([edit(0, null, { op: 'set', field: 'scopes', value: [] })]);
    expect(set.lookup('credentials', 'cr_1', at).state).toBe('absent');
    const made = absent.with([edit(0, null, { op: 'create', body: credential })]);
    expect(made.lookup('credentials', 'cr_1', at)).toMatchObject({ state: 'present', record: credential });
    expect(made.lookup('credentials', 'cr_1', at - 1).state).toBe('absent');
    expect(made.keys('credentials')).toEqual(['cr_1']);
  });

  it('what is added to an unknown list is there, and the rest stays unknown', () => {
    const open = credentials({
      changes: [{ action: 'credential.scopes_changed', after: { scopes: ['a', 'b'] }, at: at + 20 }],
    });
    const edited = open.with([edit(0, null, { op: 'add', field: 'scopes', values: ['z'] })]);
    expect(edited.lookup('credentials', 'cr_1', at)).toMatchObject({ record: { scopes: ['z'] }, unknown: ['scopes'] });
  });

  it('tell since when a value is what it is, and an edit that changes nothing tells nothing', () => {
    expect(base.since('credentials', 'cr_1', 'scopes', at + 19)).toBeNull();
    expect(base.since('credentials', 'cr_1', 'scopes', at + 25)).toBe(at + 20);
    const same = base.with([edit(22, null, { op: 'set', field: 'scopes', value: ['a', 'b'] })]);
    expect(same.since('credentials', 'cr_1', 'scopes', at + 25)).toBe(at + 20);
    const other = base.with([edit(22, 24, { op: 'set', field: 'scopes', value: [] })]);
    expect(other.since('credentials', 'cr_1', 'scopes', at + 23)).toBe(at + 22);
    expect(other.since('credentials', 'cr_1', 'scopes', at + 25)).toBe(at + 24);
  });
});

describe('size', () => {
  it('a record that changed a hundred thousand times answers at once', () => {
    const changes = Array.from({ length: 100_000 }, (_, index) =>
      change(index, index, { path: `${section}.${key}.f${index % 1_000}`, before: index, after: index + 1_000 }),
    );
    const configuration = buildConfiguration({
      capturedAt: null,
      captured: [section],
      records: [{ section, key, body: { id: key }, ref: 's@0+1' }],
      changes,
    });
    const found = configuration.lookup(section, key, 50_000);
    expect(readField(found, 'f0')).toEqual({ known: true, value: 51_000 });
  });
});
