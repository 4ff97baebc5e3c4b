import { documentKind } from '../document.ts';

export const doctor = documentKind({
  kind: 'doctor',
  order: 8,
  path: /(?:^|\/)doctor\.json$/,
  content: [{ has: ['ready', 'checks'] }],
  accepts: (record) => record.ready !== undefined && record.checks !== undefined,
  recognised: (record) => typeof record.ready === 'boolean' && Array.isArray(record.checks),
  samples: [
    '{"captured_at":"2026-01-31T12:00:00Z","ready":false,"checks":[{"name":"memory lock","status":"fail","observed":"64 KiB","required":"1 GiB"}]}',
  ],
});
