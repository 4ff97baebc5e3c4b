// Protects: no secret reaches an output, whatever shape it has; and ids, which every answer needs, stay readable.
import { describe, expect, it } from 'vitest';
import { isRedacted } from '../../src/base/redacted.ts';
import { isSecretName, maskedText, maskJson, maskText } from '../../src/base/secrets.ts';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nabc=\n-----END RSA PRIVATE KEY-----';
const planted = 'q8Zt4vX1pL0sW9eR7yU2';

describe('planted secrets', () => {
  it.each([
    ['a JWT', `got ${jwt} back`, jwt],
    ['a private key', `pem ${pem} end`, 'MIIEpAIBAAKCAQEA7'],
    ['a private key cut off', '-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7', 'MIIEpAIBAAKCAQEA7'],
    ['a bearer token', `Authorization: Bearer ${planted}`, planted],
    ['basic credentials', 'proxy used Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA=='],
    ['a cloud key id', 'id AKIAIOSFODNN7EXAMPLE used', 'AKIAIOSFODNN7EXAMPLE'],
    ['a forge token', `push with ghp_${'a1B2'.repeat(9)}`, `ghp_${'a1B2'.repeat(9)}`],
    ['a URL with a password', 'postgres://byteor:hunter2@db:5432/x', 'hunter2'],
    ['name=value', `password=${planted} next`, planted],
    ['name: value', `api_key: ${planted}`, planted],
    ['a quoted value', `{"client_secret":"${planted}"}`, planted],
    ['an option', `byteor-runtime --token ${planted} --spec=x`, planted],
    ['an option with =', `byteor-runtime --api-key=${planted}`, planted],
    ['a cookie header', `Cookie: session=${planted}; theme=dark`, planted],
  ])('%s is masked in text', (_what, text, secret) => {
    const masked = maskText(text);
    expect(masked).not.toContain(secret);
    expect(masked).toContain(maskedText);
  });

  it.each([
    ['under a secret name', { password: planted }],
    ['a number under a secret name', { pin_token: 918273645546 }],
    ['deep in an array', { a: [{ b: { accessToken: planted } }] }],
    ['a list under a secret name', { api_keys: [planted, planted] }],
    ['a pair of environment.json', { env: [['BYTEOR_AGENT_API_KEY', planted]] }],
    ['a signing key of the environment', { env: [['BYTEOR_SIGNING_KEY', planted]] }],
    ['an argument after its option', { args: ['run', '--token', planted] }],
    ['an argument with =', { args: [`--secret=${planted}`] }],
    ['name and value side by side', { name: 'DB_PASSWORD', value: planted }],
    ['a long random run under key', { key: 'f3a9c1d47b2e8056f3a9c1d47b2e8056' }],
    ['a JWT under any name', { note: `saw ${jwt}` }],
    ['under a prototype key', JSON.parse(`{"__proto__": {"secret": "${planted}"}}`)],
  ])('%s is masked in JSON', (_what, value) => {
    const text = JSON.stringify(maskJson(value));
    for (const secret of [planted, jwt, '918273645546', 'f3a9c1d47b2e8056f3a9c1d47b2e8056'])
      expect(text).not.toContain(secret);
    expect(text).toContain(maskedText);
  });
});

it('leaves what every answer needs', () => {
  const record = {
    credential_id: 'cr_1',
    kid: 'sk-aa9cd8',
    token_id: 'tok_1',
    idempotency_key: 'idem-1',
    key: 'credential',
    args: { key: 'd9fa978fc6' },
    signing_keys: [{ kid: 'sk-1', alg: 'Ed25519', public_key: '4e5261f41e60793bc09503ed94994142d2f7f6c3d22' }],
    caller: { kind: 'api_key', id: 'ak_1' },
    code: 'approval_rejected:bad_signature',
    hash: 'ab'.repeat(32),
    env: [
      ['LANG', 'C.UTF-8'],
      ['BYTEOR_AGENT_ID', 'ag_1'],
    ],
  };
  expect(JSON.stringify(maskJson(record))).toBe(JSON.stringify(record));
  for (const text of [
    'credential:cr_1',
    'signing_key:sk-1',
    'POST /v1/agents/ag_1/signing-keys',
    'token bucket of ag_1',
  ])
    expect(maskText(text)).toBe(text);
});

it('masks with a text that reads back as redacted, and masking twice changes nothing', () => {
  expect(isRedacted(maskedText)).toBe(true);
  const once = maskText(`password=${planted} Authorization: Bearer ${planted} ${jwt}`);
  expect(maskText(once)).toBe(once);
  expect(isSecretName('public_key')).toBe(false);
});
