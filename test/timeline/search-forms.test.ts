// Protects search through every form of evidence: MessagePack and what its bytes hold, the files of an agent, logs of all spellings.
import { Packr } from 'msgpackr';
import { afterAll, expect, test } from 'vitest';
import { eventKinds } from '../../src/base/vocabulary.ts';
import { eventPage, everything, foundBy, searchPattern, searchSteps, selectorOf } from '../../src/timeline/index.ts';
import { folderOf, opened } from '../case/archives.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });
const pack = (value: unknown): Buffer => Buffer.from(packr.pack(value));
const at = '2026-01-31T12:00:00Z';

const planted = new Map<string, readonly string[]>();
/** A token that is to be found as these kinds. */
const plant = (...kinds: readonly string[]): string => {
  const token = `vq${planted.size}y`;
  planted.set(token, kinds);
  return token;
};
/** As the journal writes what is no printable text. */
const spelt = (text: string): string => JSON.stringify([...Buffer.from(text)]);
const document = (): string => plant('document');
const bundle = 'agents/ag_1/incident-bundle';
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

const job = (id: string, more: object): object => ({
  id,
  type: 'replay',
  state: 'failed',
  created_at: at,
  attempt: 1,
  ...more,
});
const files: Readonly<Record<string, string | Buffer>> = {
  'jobs.msgpack': Buffer.concat([
    pack(job('j_1', { payload: { deep: [{ [plant('job')]: plant('job') }] } })),
    // Bytes that are JSON, one of them spelt with an escape.
    pack(job('j_2', { payload: Buffer.from(`{"of":"bytes ${plant('job')}","\\u0076q_escaped":1}`) })),
    pack(job('j_3', { payload: Buffer.from(JSON.stringify({ long: 'x'.repeat(70_000), end: plant('job') })) })),
    // A length and a number beside a text are letters to who looks at bytes.
    pack(job('j_4', { beside: `${plant('job')}${' '.repeat(61)}`.slice(0, 65) })),
    pack(job('j_5', { list: [plant('job'), 97, 97, plant('job'), 65] })),
    pack(job('j_6', { attempts: [{ n: 1, started_at: at, calls: [{ op: 'a.b', result: plant('job') }] }] })),
  ]),
  'agents/ag_1/journal.msgpack': Buffer.concat([
    pack({ seq: 1, ts: at, lane: plant('journal'), data: Buffer.from([1, 2]) }),
    pack({ seq: 2, ts: at, lane: 'in', data: Buffer.from('text'), [plant('journal')]: 1 }),
  ]),
  [`${bundle}/spec.kv`]: `pipeline.name=${document()}\npipeline.${document()}=1\n`,
  [`${bundle}/spec_validation.json`]: JSON.stringify({ ok: false, error: document() }),
  [`${bundle}/runtime.json`]: JSON.stringify({ crate: { name: document(), version: '1' } }),
  [`${bundle}/policy_audit.json`]: JSON.stringify({
    ok: true,
    policy_version: 1,
    mode: 'x',
    decisions: [{ stage: document(), action: 'a', decision: 'd', reason: document() }],
  }),
  [`${bundle}/environment.json`]: JSON.stringify({ pid: 1, args: [document()], env: [['PATH_X', document()]] }),
  [`${bundle}/runtime_config.txt`]: `# ${document()}\nadapter.max_messages=100\n`,
  [`${bundle}/single_ring_snapshot.json`]: JSON.stringify({
    model: 'SingleRing',
    cursor: 1,
    gating: [1],
    stages: [{ name: plant('document', 'snapshot'), gate: 1 }],
  }),
  'agents/ag_1/replay-audit-1.json': JSON.stringify({
    audit_v: 1,
    spec_sha256: '00',
    bundle_dir: document(),
    input: { [document()]: 1 },
    policy: {},
    actions: [document()],
  }),
  'agents/ag_1/approval.cred': `${base64url(JSON.stringify({ v: 1, kid: document(), approval_id: 'ap_1' }))}.AAAAAA\n`,
  'agents/ag_1/signing_keys.json': JSON.stringify({ keys: [{ kid: document(), alg: 'Ed25519', public_key: '00' }] }),
  'agents/ag_1/tuning.json': JSON.stringify({ profile: 'default', items: [{ name: document(), state: 'failed' }] }),
  'manifest.json': JSON.stringify({
    format: 'inquest-archive',
    version: 1,
    title: document(),
    notes: [document()],
    files: [],
  }),
  'metrics/api/1769860800000.prom': `# TYPE a counter\na{x="${plant('sample')}"} 1 # {trace_id="${plant('sample')}"} 1\n# EOF\n`,
  'logs/sys.log': `<11>1 2026-01-31T12:00:01.003Z h api 41 - [r id="${plant('log')}"] up ${plant('log')}\n`,
  'logs/fmt.log': `time=2026-01-31T12:00:03Z level=warn msg="slow ${plant('log')}" ${plant('log')}=1\n    at ${plant('log')} (trace)\n`,
  'logs/journal.json': [
    `{"__REALTIME_TIMESTAMP":"1769860800000000","MESSAGE":${spelt(`\u001b[1m ${plant('log')}\u001b[0m é`)},"_COMM":"${plant('log')}"}`,
    `{"__REALTIME_TIMESTAMP":"1769860800000000","MESSAGE":[${spelt(`${plant('log')} ö`)},"twice"],"OTHER":${spelt(plant('log'))}}`,
    `{"__REALTIME_TIMESTAMP":"1769860800000000","MESSAGE":[ ${[...Buffer.from(plant('log'))].join(' , ')} , 255 ]}`,
    '',
  ].join('\n'),
  // Only the journal spells texts so.
  'health.ndjson': `{"ts":"${at}","component":"api","endpoint":"/readyz","status":200,"body":{"list":${spelt('vq_list')}}}\n`,
  'other/a.csv': `a,b\n1,${plant('unrecognised')}\n`,
  'other/b.json': `{"nobody":"knows ${plant('unrecognised')}"}`,
};

const reader = await opened(folderOf(files));
afterAll(() => reader.close());

function kindsOf(text: string): readonly string[] {
  const steps = searchSteps(reader, searchPattern(text));
  for (;;) {
    const step = steps.next();
    if (step.done !== true) continue;
    const selector = foundBy(selectorOf(reader, everything, eventKinds), step.value);
    const events = eventPage(reader, { limit: 100 }, selector);
    return [...events, ...step.value.others].map(({ kind }) => kind).sort();
  }
}

test.each([...planted])('%s is found as %j', (token, kinds) => {
  expect(kindsOf(token)).toEqual([...kinds].sort());
});

test('a text that is spelt with escapes inside of bytes is found', () => {
  expect(kindsOf('vq_escaped')).toEqual(['job']);
});

test.each(['twice', 'é', 'ö twice'])('what is spelt in bytes beside others: %s', (text) => {
  expect(kindsOf(text)).toEqual(['log']);
});

test('what is nowhere is not found', () => {
  expect(kindsOf('vq_list')).toEqual([]);
  expect(kindsOf('vq999y')).toEqual([]);
});
