import { emitSnapshot } from '../document.ts';
import type { JsonKind } from '../kind.ts';

export const snapshots: JsonKind = {
  kind: 'snapshots',
  order: 10,
  fills: ['snapshot'],
  path: /(?:^|\/)snapshots\/[^/]+\.json$/,
  content: [{ has: ['cursor', 'gating'] }, { has: ['lanes', 'roles'] }],
  accepts: (record) =>
    (record.cursor !== undefined && record.gating !== undefined) ||
    (record.lanes !== undefined && record.roles !== undefined),
  emit: (input, out) => emitSnapshot(input, null, out),
  samples: [
    '{"captured_at":"2026-01-31T12:00:00Z","model":"SingleRing","cursor":18446744073709551615,"capacity":1024,"gating":[9,8],"stages":[{"name":"decode","gate":9}]}',
    '{"model":"LaneGraph","lanes":[{"name":"in","kind":"spsc","producers":1,"consumers":1,"depth":0,"capacity":64,"on_full":"Drop","sent":5,"recv":5,"drops":0}],"roles":[{"name":"decode","kind":"Stage","processed":5}]}',
  ],
};
