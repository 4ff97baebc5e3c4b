import { agentOf, keepDocument } from '../document.ts';
import type { BytesKind } from '../kind.ts';
import { beginsRegion, parseRegion } from '../region.ts';

/** A raw shared-memory region. The cursor and the gates of a ring are a snapshot as well. */
export const regions: BytesKind = {
  kind: 'regions',
  order: 12,
  fills: ['document', 'snapshot'],
  path: /(?:^|\/)agents\/[^/]+\/regions\/[^/]+$/,
  beginsBytes: beginsRegion,
  emitBytes(head, size, place, out) {
    const { layout, fields, problems } = parseRegion(head, size);
    keepDocument('regions', { ...fields, problems }, layout !== null, 0, size, place, out);
    const { cursor, capacity, gating } = fields;
    if (cursor === undefined || gating === undefined || capacity === undefined || problems.includes('not_initialized'))
      return;
    const ring = { model: 'SingleRing', cursor, capacity, gating };
    out.into.snapshot(ring, 0, size, [agentOf(ring, place), 'SingleRing', ring]);
  },
  samples: [
    `49425553${'0100'}${'6500'}${'00000200'}${'80010000'}02000000${'00'.repeat(44)}0900000000000000${'00'.repeat(56)}0800000000000000${'00'.repeat(248)}`,
  ],
};
