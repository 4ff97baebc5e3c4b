import { emitSnapshot, keepDocument } from '../document.ts';
import type { JsonKind } from '../kind.ts';

/** The JSON files of the v1 incident-bundle directory; names as the product documents them. */
export const incidentBundle: JsonKind = {
  kind: 'incident-bundle',
  order: 14,
  fills: ['document', 'snapshot'],
  path: /(?:^|\/)incident-bundle\/[^/]+\.json$/,
  ownPath: /(?:^|\/)(?:spec_validation|runtime|policy_audit|environment|single_ring_snapshot|lane_graph_state)\.json$/,
  accepts: () => false,
  emit(input, out) {
    const { record, offset, length, place } = input;
    keepDocument('incident-bundle', record, offset, length, place, out);
    if (place.name === 'single_ring_snapshot.json' || place.name === 'lane_graph_state.json') emitSnapshot(input, out);
  },
  samples: ['{"ok":true,"description":"SingleRing spec, 3 stages"}'],
};
