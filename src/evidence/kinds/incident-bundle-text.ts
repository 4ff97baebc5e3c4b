import { keepDocument } from '../document.ts';
import type { TextKind } from '../kind.ts';

/** The files of the v1 incident-bundle directory that are no JSON. */
export const incidentBundleText: TextKind = {
  kind: 'incident-bundle',
  order: 14,
  fills: ['document'],
  ownPath: /(?:^|\/)(?:spec\.kv|runtime_config\.txt)$/,
  emitText: (text, length, place, out) => keepDocument('incident-bundle', text, 0, length, place, out),
  samples: ['pipeline.name=pipe-1\npipeline.target=SingleRing\n'],
};
