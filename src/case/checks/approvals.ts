import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { isRedacted } from '../../base/redacted.ts';
import { parseApproval } from '../../evidence/index.ts';
import type { Check, CheckSource } from './check.ts';

export const checkApprovals: Check = (source, tally) => {
  let keys: Map<string, JsonObject[]> | null = null;
  for (const { ref } of source.rows('document', { equals: { kind: 'approval-credential' } })) {
    const text = source.raw(ref)?.toString('utf8').trim() ?? '';
    const approval = parseApproval(text);
    if (text.split('.').some(isRedacted)) {
      tally.unknown(ref, 'it was masked');
      continue;
    }
    if (approval === null) {
      tally.failed(ref, 'its payload or signature cannot be decoded');
      continue;
    }
    const { payload, payloadText, signatureText } = approval;
    keys ??= keysOf(source);
    const kid = typeof payload.kid === 'string' ? payload.kid : '';
    const named = keys.get(kid) ?? [];
    const usable = named.flatMap((key) => publicKeyOf(key) ?? []);
    if (named.length === 0) tally.unknown(ref, `the key ${kid} is not in the archive`);
    else if (usable.length === 0) tally.unknown(ref, `the key ${kid} is here without a public key that can be read`);
    else {
      // Which bytes are signed is not public: the payload itself, or its text.
      const signature = Buffer.from(signatureText, 'base64url');
      const signed = [Buffer.from(payloadText, 'base64url'), Buffer.from(payloadText)];
      if (usable.some((key) => signed.some((bytes) => isSigned(key, bytes, signature)))) tally.good();
      else tally.failed(ref, `the key ${kid} has not signed it`);
    }
  }
};

function isSigned(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  try {
    return verify(null, bytes, key, signature);
  } catch {
    return false;
  }
}

/** Keys by kid, from `signing_keys.json` and the state. */
function keysOf(source: CheckSource): Map<string, JsonObject[]> {
  const keys = new Map<string, JsonObject[]>();
  const add = (key: Json): void => {
    if (isObject(key) && typeof key.kid === 'string') keys.set(key.kid, [...(keys.get(key.kid) ?? []), key]);
  };
  for (const { body } of source.rows('document', { equals: { kind: 'signing-keys' } })) {
    if (!isObject(body)) continue;
    if (Array.isArray(body.keys)) (body.keys as readonly Json[]).forEach(add);
    else add(body);
  }
  for (const { body } of source.state('signing_keys')) add(body);
  return keys;
}

/** DER of an Ed25519 public key, without its 32 bytes. */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const keyFields = ['public_key', 'publicKey', 'key', 'x', 'pem'] as const;

/** How a key is written is not public: PEM, DER or the bare 32 bytes, in hexadecimal or base64, or a JWK. */
function publicKeyOf(key: JsonObject): KeyObject | null {
  for (const field of keyFields) {
    const value = key[field];
    if (typeof value !== 'string' || value === '' || isRedacted(value)) continue;
    const text = value.trim().replace(/^ed25519:/i, '');
    if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return madeKey(text);
    const bytes = /^(?:[0-9a-f]{2}){32,}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
    const made = madeKey(bytes.length === 32 ? Buffer.concat([spkiHead, bytes]) : bytes);
    if (made !== null) return made;
  }
  return null;
}

function madeKey(from: string | Buffer): KeyObject | null {
  try {
    const key = createPublicKey(typeof from === 'string' ? from : { key: from, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}
