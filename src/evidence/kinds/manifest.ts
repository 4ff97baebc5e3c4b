import { documentKind } from '../document.ts';

export const manifest = documentKind({
  kind: 'manifest',
  order: 6,
  path: /(?:^|\/)manifest\.json$/,
  content: [{ equals: { format: 'inquest-archive' } }],
  accepts: (record) => record.format === 'inquest-archive',
  recognised: (record) => record.version === 1,
  samples: [
    '{"format":"inquest-archive","version":1,"captured_at":"2026-01-31T13:00:00Z","source":{"org_id":"org_1"},"files":[{"path":"audit.ndjson","bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","kind":"audit","complete":true,"covers":{"from":"2026-01-31T12:00:00Z","to":"2026-01-31T13:00:00Z"}}]}',
  ],
});
