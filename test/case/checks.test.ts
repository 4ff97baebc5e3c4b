// Protects: what the evidence says of itself is recomputed from the bytes; what can't be checked is never taken for good.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../src/base/digest.ts';
import type { Json } from '../../src/base/json.ts';
import { canonicalText } from '../../src/case/checks/canonical.ts';
import type { CheckKind, Checks } from '../../src/case/index.ts';
import { often } from '../often.ts';
import { folderOf, opened } from './archives.ts';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

async function checksOf(files: Readonly<Record<string, string | Buffer>>): Promise<Checks> {
  const reader = await opened(folderOf(files));
  const found = reader.checks();
  for (const { ref } of found.results) expect(reader.raw(ref)).not.toBeNull();
  reader.close();
  return found;
}
/** `failed/not checkable/checked` of one check. */
const sum = (checks: Checks, kind: CheckKind): string => {
  const count = checks.counts.find(({ check }) => check === kind);
  return count === undefined ? 'none' : `${count.failed}/${count.not_checkable}/${count.checked}`;
};
const whys = (checks: Checks, kind: CheckKind): readonly string[] =>
  checks.results.filter(({ check }) => check === kind).map(({ why }) => why);

type Audit = Record<string, Json>;
function trail(count: number, numbered = true): Audit[] {
  let prev = 'genesis';
  return Array.from({ length: count }, (_, i) => {
    const record: Audit = {
      ts: `2026-01-31T12:00:0${i}Z`,
      action: 'a.b',
      resource: { kind: 'job', id: 'ä"\u2028' },
      n: 0.1 + i,
      prev_hash: prev,
      ...(numbered ? { seq: i + 5 } : {}),
    };
    prev = sha256(prev + canonicalJson(record));
    return { ...record, hash: prev };
  });
}
const lines = (records: readonly (Audit | undefined)[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

it.each([true, false])('follows the audit trail in any order (numbered: %s)', async (numbered) => {
  const whole = trail(5, numbered);
  const shuffled = [3, 0, 4, 2, 1].map((i) => whole[i]);
  const found = await checksOf({ 'audit.ndjson': lines(shuffled) });
  expect([sum(found, 'audit_chain'), sum(found, 'audit_seq')]).toEqual(['0/0/5', numbered ? '0/0/5' : 'none']);
  // An export may begin anywhere.
  expect(sum(await checksOf({ 'audit.ndjson': lines(whole.slice(2)) }), 'audit_chain')).toBe('0/0/3');
});

it.each([true, false])(
  'finds a record that was changed, taken out, or written anew (numbered: %s)',
  async (numbered) => {
    const whole = trail(5, numbered);
    const touched = whole.map((record, i) => (i === 2 ? { ...record, action: 'x.y' } : record));
    expect(whys(await checksOf({ 'audit.ndjson': lines(touched) }), 'audit_chain')).toEqual([
      'its hash is not that of its bytes',
    ]);
    const gone = await checksOf({ 'audit.ndjson': lines(whole.filter((_, i) => i !== 2)) });
    if (numbered) {
      expect(whys(gone, 'audit_seq')).toEqual(['seq 7 is missing']);
      expect(sum(gone, 'audit_chain')).toBe('0/1/4');
    } else expect(whys(gone, 'audit_chain')).toEqual(['no record here has the hash that its prev_hash names']);
    const { hash: _hash, ...rest }: Audit = { ...whole[2], action: 'x.y' };
    const anew: Audit = { ...rest, hash: sha256(String(rest.prev_hash) + canonicalJson(rest)) };
    const rewritten = await checksOf({ 'audit.ndjson': lines(whole.map((record, i) => (i === 2 ? anew : record))) });
    expect(sum(rewritten, 'audit_chain')).toBe('1/0/5');
  },
);

it('counts a number that stands twice, but not a record that two members hold', async () => {
  const whole = trail(3);
  const both = await checksOf({ 'a.ndjson': lines(whole), 'b.ndjson': lines(whole.slice(1)) });
  expect([sum(both, 'audit_chain'), sum(both, 'audit_seq')]).toEqual(['0/0/5', '0/0/5']);
  const bare = (seq: number, id: string): Audit => ({ seq, id, action: 'a.b', resource: {} });
  const twice = await checksOf({ 'a.ndjson': lines([bare(1, 'x'), bare(2, 'y'), bare(2, 'z'), bare(5, 'w')]) });
  expect(whys(twice, 'audit_seq')).toEqual(['seq 2 stands twice', 'seq 3 to 4 are missing']);
});

it('does not judge a record with a number beyond 2^53', async () => {
  const text = lines(trail(2)).replace('"n":1.1', '"n":9007199254740993');
  expect(sum(await checksOf({ 'audit.ndjson': text }), 'audit_chain')).toBe('0/1/2');
});

it('writes canonical JSON as the library does, on anything', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const outcome = (write: (value: Json) => string): string => {
        try {
          return write(value as Json);
        } catch {
          return 'none';
        }
      };
      expect(outcome(canonicalText)).toBe(outcome(canonicalJson));
    }),
    { numRuns: often(500, 2_000) },
  );
});

const spec = 'pipeline.target=SingleRing\nsingle_ring.shards=1\n';
const audit = (digest: string, samples: readonly string[] = []): string =>
  JSON.stringify({
    audit_v: 1,
    created_unix_ms: 1,
    bundle_dir: 'b',
    spec_sha256: digest,
    input: { sample_sha256: samples },
    policy: {},
    actions: [],
  });

it('compares the digest that a replay audit names with the exact bytes of the specification beside it', async () => {
  const files = (digest: string): Record<string, string> => ({
    'agents/ag_1/incident-bundle/spec.kv': spec,
    'agents/ag_1/replay-audit-1.json': audit(digest),
  });
  expect(sum(await checksOf(files(`sha256:${sha256(spec).toUpperCase()}`)), 'spec_digest')).toBe('0/0/1');
  expect(sum(await checksOf(files(sha256(spec.trim()))), 'spec_digest')).toBe('1/0/1');
  expect(sum(await checksOf(files('none')), 'spec_digest')).toBe('0/1/1');
  expect(sum(await checksOf({ 'agents/ag_1/replay-audit.json': audit(sha256(spec)) }), 'spec_digest')).toBe('0/1/1');
});

const packr = new Packr({ useRecords: false });
const pack = (values: readonly unknown[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from(packr.pack(value))));

it('looks for the records that a replay audit samples, and for holes in the journal', async () => {
  const record = (seq: number, lane: string): object => ({ seq, lane, data: Buffer.from([seq]) });
  const files = (
    seqs: readonly (readonly [number, string])[],
    samples: readonly number[],
  ): Record<string, string | Buffer> => ({
    'agents/a/journal.msgpack': pack(seqs.map(([seq, lane]) => record(seq, lane))),
    'agents/a/replay-audit.json': audit(
      'x',
      samples.map((seq) => sha256(Buffer.from([seq]))),
    ),
  });
  const good = await checksOf(
    files(
      [
        [1, 'in'],
        [1, 'out'],
        [2, 'in'],
      ],
      [1, 2],
    ),
  );
  expect([sum(good, 'journal_seq'), sum(good, 'replay_sample')]).toEqual(['0/0/3', '0/0/1']);
  const holed = await checksOf(
    files(
      [
        [1, 'in'],
        [4, 'in'],
        [3, 'in'],
      ],
      [9],
    ),
  );
  expect(whys(holed, 'journal_seq')).toEqual(['seq 2 to 3 are missing', 'seq 3 comes after 4']);
  expect(sum(holed, 'replay_sample')).toBe('0/1/1');
});

const credential = (key: KeyObject, over: 'bytes' | 'text', payload: object): string => {
  const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
  const signed = over === 'text' ? Buffer.from(text) : Buffer.from(text, 'base64url');
  return `${text}.${sign(null, signed, key).toString('base64url')}`;
};

it.each([
  ['bytes', 'pem'],
  ['text', 'raw'],
  ['bytes', 'hex'],
  ['bytes', 'jwk'],
  ['text', 'der'],
] as const)('verifies an approval over its %s with a key written as %s', async (over, spelling) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const written = {
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    raw: der.subarray(-32).toString('base64url'),
    hex: der.subarray(-32).toString('hex'),
    jwk: publicKey.export({ format: 'jwk' }).x,
    der: der.toString('base64'),
  }[spelling];
  const key = { kid: 'k1', alg: 'Ed25519', [spelling === 'jwk' ? 'x' : 'public_key']: written };
  const text = credential(privateKey, over, { kid: 'k1', approval_id: 'apr_1' });
  const keys = JSON.stringify({ keys: [key] });
  expect(sum(await checksOf({ 'approval.cred': text, 'signing_keys.json': keys }), 'approval_signature')).toBe('0/0/1');
  const inState = JSON.stringify({ agents: [], signing_keys: [key] });
  expect(sum(await checksOf({ 'approval.cred': text, 'state.json': inState }), 'approval_signature')).toBe('0/0/1');
});

it('says why a signature fails, or cannot be checked', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keys = JSON.stringify({ keys: [{ kid: 'k1', public_key: publicKey.export({ type: 'spki', format: 'pem' }) }] });
  const good = credential(privateKey, 'bytes', { kid: 'k1' });
  const forged = `${Buffer.from('{"kid":"k1","x":1}').toString('base64url')}.${good.split('.')[1]}`;
  const why = async (text: string, more: Record<string, string> = { 'signing_keys.json': keys }): Promise<unknown> =>
    (await checksOf({ 'approval.cred': text, ...more })).results.map((one) => [one.result, one.why]);
  expect(await why(forged)).toEqual([['failed', 'the key k1 has not signed it']]);
  expect(await why('words')).toEqual([['failed', 'its payload or signature cannot be decoded']]);
  expect(await why(good, {})).toEqual([['not_checkable', 'the key k1 is not in the archive']]);
  expect(await why('***')).toEqual([['not_checkable', 'it was masked']]);
  expect(await why(good, { 'signing_keys.json': '[{"kid":"k1","public_key":"AAAA"}]' })).toEqual([
    ['not_checkable', 'the key k1 is here without a public key that can be read'],
  ]);
});

it('recomputes the digest of a payload that is bytes', async () => {
  const payload = Buffer.from('{"a":1}');
  const job = (id: string, more: object): object => ({ id, type: 't', state: 'queued', attempt: 0, ...more });
  const found = await checksOf({
    'jobs.msgpack': pack([
      job('told', { payload, payload_sha256: sha256(payload) }),
      job('other', { payload, payload_sha256: sha256('x') }),
      job('silent', { payload }),
      job('json', { payload: { a: 1 }, payload_sha256: sha256(payload) }),
      job('unknown', { payload: { a: 1 }, payload_sha256: sha256('{"a": 1}') }),
    ]),
  });
  expect(sum(found, 'payload_digest')).toBe('1/1/4');
});

it('names the files that a bundle lacks, and the region that is too short', async () => {
  const region = Buffer.alloc(40);
  region.writeUInt32LE(0x5355_4249, 0);
  region.writeUInt16LE(1, 4);
  region.writeUInt16LE(101, 6);
  region.writeUInt32LE(4_096, 12);
  const found = await checksOf({
    'b/spec.kv': spec,
    'b/runtime.json': '{}',
    'agents/a/regions/r': region,
    'c/runtime.json': '{}',
  });
  expect(whys(found, 'bundle_files')).toEqual([
    'the bundle lacks spec_validation.json, policy_audit.json, environment.json',
  ]);
  expect(whys(found, 'region_header')).toEqual([
    'the file is shorter than its header says; the file ends before its positions',
  ]);
});
