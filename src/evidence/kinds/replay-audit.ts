import { isObject } from '../../base/json.ts';
import { documentKind } from '../document.ts';

export const replayAudit = documentKind({
  kind: 'replay-audit',
  order: 11,
  path: /(?:^|\/)replay-audit[^/]*\.json$/,
  content: [{ has: ['audit_v', 'spec_sha256'] }],
  accepts: (record) => record.audit_v !== undefined && record.spec_sha256 !== undefined,
  recognised: (record) =>
    typeof record.audit_v === 'number' &&
    typeof record.spec_sha256 === 'string' &&
    isObject(record.input) &&
    isObject(record.policy) &&
    Array.isArray(record.actions),
  samples: [
    '{"audit_v":1,"created_unix_ms":1769860800000,"bundle_dir":"/tmp/b","spec_sha256":"00","input":{"journal_lane":"in","journal_path":"/j","last_n":10,"scanned_records":10,"selected_bytes":80,"sample_sha256":[]},"policy":{"env":"prod","approval_provided":false,"mode":"dry_run"},"actions":[]}',
  ],
});
