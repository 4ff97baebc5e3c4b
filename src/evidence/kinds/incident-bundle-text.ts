import { keepDocument } from '../document.ts';
import type { TextKind } from '../kind.ts';

/** The configuration that a runtime was started with. Its form is not public: it is kept as text. */
export const incidentBundleText: TextKind = {
  kind: 'incident-bundle',
  order: 14,
  fills: ['document'],
  ownPath: /(?:^|\/)runtime_config\.txt$/,
  emitText: (text, length, place, out) => keepDocument('incident-bundle', text, false, 0, length, place, out),
  samples: ['adapter.max_messages=100\n'],
};
