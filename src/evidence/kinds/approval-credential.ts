import { keepDocument } from '../document.ts';
import type { TextKind } from '../kind.ts';

export const approvalCredential: TextKind = {
  kind: 'approval-credential',
  order: 13,
  fills: ['document'],
  ownPath: /(?:^|\/)approval\.cred$/,
  emitText: (text, length, place, out) => keepDocument('approval-credential', text, 0, length, place, out),
  samples: ['kid=sk-1\n'],
};
