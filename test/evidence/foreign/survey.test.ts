// Protects the look into members that nobody recognised: whatever they hold, it ends with keys and shapes but no value, and with
// a dialect that can be read, or none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { shareAfter } from '../../../src/evidence/foreign/records.ts';
import type { Node } from '../../../src/evidence/foreign/sketch.ts';
import {
  dialectText,
  keysOf,
  nearestKind,
  propose,
  readDialects,
  type SurveyedMember,
  survey,
} from '../../../src/evidence/index.ts';

const member = (path: string, text: string | Buffer, by: SurveyedMember['by'] = null): SurveyedMember => ({
  path,
  kind: by === null ? 'unrecognised' : 'logs',
  by,
  bytes: () => ({ bytes: Buffer.from(text), whole: true }),
});
const lines = (...records: readonly unknown[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

const key = fc.oneof(
  fc.constantFrom(
    'ts',
    'at',
    'verb',
    'uri',
    'status',
    'code',
    'action',
    'event',
    'target',
    'id',
    'kind',
    'data',
    'agents',
    'routes',
  ),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'a.b',
    'x[0]',
    '\\',
    '"',
    "'",
    '\n',
    '#',
    ': ',
    '<<',
    '\u2028',
    '\ud800',
    '🦊',
    '- ',
  ),
  fc.string({ maxLength: 6 }),
);
const scalar = fc.oneof(
  fc.constantFrom<Json>(
    'GET',
    '/v1/x',
    403,
    200,
    'E_X',
    '2026-01-31T12:00:00Z',
    1_769_860_800,
    null,
    true,
    '',
    '__proto__',
    'no',
  ),
  fc.string({ maxLength: 12 }),
  fc.integer(),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const record = fc.dictionary(key, value, { maxKeys: 8, noNullPrototype: true });

describe('a survey', () => {
  it('ends with a dialect that can be read, whatever the records are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
        async (members) => {
          const groups = survey(members.map((records, at) => member(`m${at}.x`, lines(...records))));
          const text = dialectText(propose(groups), 'suggested');
          const read = await readDialects([{ name: 'x', bytes: Buffer.from(text) }]);
          expect(read.ok ? '' : `${read.error.what}: ${read.error.why}\n${text}`).toBe('');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const [group] = survey([member('x', Buffer.from(bytes))]);
        expect(group?.paths).toEqual(['x']);
      }),
    );
  });

  it('tells keys with their nesting, shapes and times seen, and no value of a secret', () => {
    const [group] = survey([
      member(
        'x.ndjson',
        lines(
          {
            at: 1_769_860_800_123,
            verb: 'GET',
            http: { code: 403 },
            level: 'a',
            api_key: 'abc',
            tags: [{ n: 1 }],
            'a.b': '/x',
          },
          { at: 1_769_860_801_123, verb: 'PUT', http: { code: 200 }, level: 'b', api_key: 'abc', who: '10.0.0.1' },
          {
            at: 1_769_860_801_123,
            verb: 'PUT',
            http: { code: 200 },
            level: 'b',
            api_key: 'abc',
            note: 'many words here',
          },
        ),
      ),
    ]);
    if (group === undefined) throw new Error('no group');
    expect(keysOf(group.sketch, 99)).toEqual([
      { path: 'a\\.b', seen: 1, shapes: ['path'] },
      { path: 'api_key', seen: 3, shapes: ['not shown'] },
      { path: 'at', seen: 3, shapes: ['time (epoch ms)'] },
      { path: 'http', seen: 3, shapes: ['object'] },
      { path: 'http.code', seen: 3, shapes: ['HTTP status'] },
      { path: 'level', seen: 3, shapes: ['a|b'] },
      { path: 'note', seen: 1, shapes: ['text'] },
      { path: 'tags', seen: 1, shapes: ['list'] },
      { path: 'tags[]', seen: 1, shapes: ['object'] },
      { path: 'tags[].n', seen: 1, shapes: ['integer'] },
      { path: 'verb', seen: 3, shapes: ['HTTP method'] },
      { path: 'who', seen: 1, shapes: ['address'] },
    ]);
  });

  it('names the nearest kind, what is missing, and what is likely meant', () => {
    const near = (text: string) =>
      survey([member('x', text)]).map(({ sketch, paths }) => nearestKind(sketch, paths))[0];
    expect(near(lines({ verb: 'GET', uri: '/v1/x', statusCode: 200, when: 1_769_860_800 }))).toEqual({
      kind: 'requests',
      test: 'has method, path, status',
      has: [],
      missing: ['method', 'path', 'status'],
      likely: [
        ['method', 'verb'],
        ['path', 'uri'],
        ['status', 'statusCode'],
      ],
    });
    expect(near(lines({ action: 'x', foo: 1 }))).toMatchObject({
      kind: 'audit',
      has: ['action'],
      missing: ['resource'],
    });
    expect(near(lines({ foo: 1 }))).toBeNull();
  });

  it('leaves holes that a person can fill: without its mark, and completed, each is a line of the dialect', async () => {
    const groups = survey([
      member(
        'requests',
        lines(
          { when: 1_769_860_800, verb: 'GET', uri: '/v1/x', statusCode: 200, client: { type: 'robot', ref: 'a' } },
          {
            when: 1_769_860_801,
            verb: 'PUT',
            uri: '/v1/x',
            statusCode: 403,
            client: { type: 'zzz' },
            error: { code: 'Q7' },
          },
        ),
      ),
    ]);
    const text = dialectText(propose(groups), 'suggested');
    expect(text).toContain('      # hole: latency_ms:\n');
    expect(text).toContain('        # hole: "zzz": # one of operator, agent, enrollment, api_key, anonymous\n');
    expect(text).toContain('# hole:   "Q7":\n');
    const filled = text.replace(/# hole: (\s*("?)[^#\n]*:)(?: #.*)?$/gm, (_, head: string) =>
      /codes:$/.test(head) ? head : `${head} ${/Q7/.test(head) ? 'unauthorized' : /zzz/.test(head) ? 'agent' : 'x'}`,
    );
    expect(filled).not.toContain('hole: ');
    const read = await readDialects([{ name: 'x', bytes: Buffer.from(filled) }]);
    expect(read.ok ? '' : `${read.error.what}: ${read.error.why}\n${filled}`).toBe('');
  });

  it('puts members of one shape together, and holds little however many there are', () => {
    const many = Array.from({ length: 2_000 }, (_, at) =>
      member(`jobs/${at}`, lines({ uid: `j${at}`, [`k${at % 700}`]: 1 })),
    );
    const groups = survey(many);
    expect(groups.length).toBeLessThanOrEqual(66);
    expect(groups.reduce((sum, { sketch }) => sum + sketch.records, 0)).toBe(2_000);
    const wide = survey([
      member('w', lines(Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`k${at}`, at])))),
    ]);
    expect(keysOf(wide[0]?.sketch ?? (null as never), 99_999).length).toBeLessThanOrEqual(256);
  });

  it('keeps little of any number of keys, words and texts, and counts what it leaves out', () => {
    const wide = (shape: number, at: number): object => ({
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, key) => [
          `s${shape}_${key}`,
          Object.fromEntries(Array.from({ length: 200 }, (_, inner) => [`k${inner}`, `w${at}_${inner}`])),
        ]),
      ),
      status: 200 + (at % 300),
      note: `said ${'x'.repeat(5_000)} ${at}`,
    });
    const groups = survey(
      Array.from({ length: 40 }, (_, shape) =>
        member(`m${shape}`, lines(...Array.from({ length: 20 }, (_, at) => wide(shape, at)))),
      ),
    );
    const kept = { nodes: 0, words: 0, chars: 0 };
    const count = (node: Node): void => {
      kept.nodes += 1;
      for (const [word, { texts }] of node.words) {
        kept.words += 1 + (texts?.size ?? 0);
        kept.chars += [word, ...(texts ?? [])].join('').length;
      }
      for (const child of node.keys.values()) count(child);
      if (node.items !== null) count(node.items);
    };
    for (const { sketch } of groups) count(sketch.top);
    expect(kept.nodes).toBeLessThan(16_384 + 100);
    expect(kept.words).toBeLessThanOrEqual(65_536);
    expect(kept.chars).toBeLessThan(65_536 * 200);
    expect(groups.reduce((sum, { sketch }) => sum + sketch.samples.length, 0)).toBeLessThan(40 * 12);
    const [first] = groups;
    if (first === undefined) throw new Error('no group');
    const counted = keysOf(first.sketch, 1e9).reduce((sum, { seen }) => sum + seen, 0);
    expect(counted + first.sketch.keysLeftOut).toBe(20 * (10 * 201 + 2));
    expect(groups.at(-1)?.sketch.keysLeftOut).toBeGreaterThan(0);
  });

  it('looks at less of each member the more there are', () => {
    let looked = 0;
    for (let at = 0; at < 1_000; at++) looked += shareAfter(looked);
    expect(shareAfter(0)).toBe(4 << 20);
    expect(looked).toBeLessThan((32 << 20) + 1_000 * (16 << 10));
  });

  it('keeps no huge key, writes nothing invisible, and repeats no secret', () => {
    const evil = '\u001b[2J\u202eevil\u200b\u009b';
    const groups = survey([
      member(
        'x',
        lines(
          { [evil]: evil, url: '/x', m: 'GET', s: 200, ['k'.repeat(5_000)]: 1, err: { code: evil } },
          { url: '/x', m: 'PUT', s: 403, err: { code: 'Bearer abcdefghijklmnopqrstuvwxyz0123456789' } },
        ),
      ),
      member('deep', '{"a":'.repeat(50_000)),
    ]);
    const sketch = groups[1]?.sketch;
    if (sketch === undefined) throw new Error('no sketch');
    expect(sketch.keysLeftOut).toBe(1);
    expect(keysOf(sketch, 99).every(({ path }) => path.length < 300)).toBe(true);
    const text = dialectText(propose(groups), 'suggested');
    expect(text).toContain('path: url');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(text).not.toContain('abcdefghijklmnopqrstuvwxyz');
  });

  it('takes a log that has something to say for one, and doubts what only has a time', () => {
    const standing = (text: string) => survey([member('x', text, 'content')])[0]?.standing;
    expect(standing(lines({ ts: 1, msg: 'x y' }))).toBe('sure');
    expect(standing(lines({ timestamp: 1, event: 'a.b', target: { id: 'x' } }))).toBe('doubtful');
  });
});
