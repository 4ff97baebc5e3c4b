import { documentKind } from '../document.ts';

export const signingKeys = documentKind({
  kind: 'signing-keys',
  order: 12,
  path: /(?:^|\/)signing_keys\.json$/,
  ownPath: /(?:^|\/)signing_keys\.json$/,
  accepts: () => false,
  samples: ['{"keys":[{"kid":"sk-1","alg":"Ed25519","public_key":"00"}]}'],
});
