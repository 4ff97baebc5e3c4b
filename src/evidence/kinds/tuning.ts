import { documentKind } from '../document.ts';

export const tuning = documentKind({
  kind: 'tuning',
  order: 9,
  path: /(?:^|\/)tuning\.json$/,
  content: [{ has: ['profile', 'items'] }],
  accepts: (record) => record.profile !== undefined && record.items !== undefined,
  recognised: (record) => typeof record.profile === 'string' && Array.isArray(record.items),
  samples: [
    '{"captured_at":"2026-01-31T12:00:00Z","profile":"low-latency","items":[{"name":"cpu_pinning","requested":"2-3","applied":null,"state":"degraded","reason":"no permission"}]}',
  ],
});
