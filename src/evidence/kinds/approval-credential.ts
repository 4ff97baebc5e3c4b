import { parseApproval } from '../approval-text.ts';
import { keepDocument } from '../document.ts';
import type { TextKind } from '../kind.ts';

export const approvalCredential: TextKind = {
  kind: 'approval-credential',
  order: 13,
  fills: ['document'],
  ownPath: /(?:^|\/)approval\.cred$/,
  begins: (lines) => lines.length === 1 && parseApproval(lines[0] ?? '')?.payload.approval_id !== undefined,
  emitText(text, length, place, out) {
    const approval = parseApproval(text);
    const body =
      approval === null
        ? text
        : { payload: approval.payload, signature: approval.signatureText, missing: approval.missing };
    keepDocument('approval-credential', body, approval !== null, 0, length, place, out);
  },
  samples: [
    // {"v":1,"kid":"sk-1","approval_id":"apr_1"} and four zero bytes
    'eyJ2IjoxLCJraWQiOiJzay0xIiwiYXBwcm92YWxfaWQiOiJhcHJfMSJ9.AAAAAA\n',
  ],
};
