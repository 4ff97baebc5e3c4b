import { isObject, type Json } from '../../base/json.ts';
import { documentKind } from '../document.ts';

export const signingKeys = documentKind({
  kind: 'signing-keys',
  order: 12,
  path: /(?:^|\/)signing_keys\.json$/,
  ownPath: /(?:^|\/)signing_keys\.json$/,
  content: [],
  accepts: () => false,
  // One item of a bare list is a key.
  recognised: (record) =>
    isKey(record) || (Array.isArray(record.keys) && (record.keys as readonly Json[]).every(isKey)),
  samples: ['{"keys":[{"kid":"sk-1","alg":"Ed25519","public_key":"00"}]}'],
});

function isKey(value: Json): boolean {
  return isObject(value) && typeof value.kid === 'string';
}
