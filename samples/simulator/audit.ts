/** The audit trail: records in the order of their time, each with the hash of the one before. */
import { sha256 } from './random.ts';
import { canonicalJson, type Json, type JsonObject } from './spelling.ts';

export interface Audited {
  readonly ts: number;
  readonly actor: {
    readonly kind: 'operator' | 'api_key' | 'agent' | 'enrollment' | 'worker' | 'system';
    readonly id?: string;
  };
  readonly action: string;
  readonly resource: { readonly kind: string; readonly id: string };
  readonly project_id?: string;
  readonly environment_id?: string;
  readonly outcome?: 'success' | 'failure' | 'denied';
  readonly reason?: { readonly code: string; readonly message: string };
  readonly request_id?: string;
  readonly job_id?: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly details?: JsonObject;
}

export interface Trail {
  readonly add: (audited: Audited) => void;
  readonly records: () => readonly JsonObject[];
}

export function createTrail(seed: string, organizationId: string, firstSeq: number): Trail {
  const trail: Audited[] = [];
  const records = (): readonly JsonObject[] => {
    const inOrder = trail.map((audited, order) => ({ audited, order }));
    inOrder.sort((a, b) => a.audited.ts - b.audited.ts || a.order - b.order);
    let previous = sha256(`${seed}/before the export`);
    return inOrder.map(({ audited }, index) => {
      const seq = firstSeq + index;
      const { ts, actor, action, resource, outcome = 'success', ...rest } = audited;
      const id = `au_${sha256(`${seed}/audit/${seq}`).slice(0, 12)}`;
      const record = {
        ts,
        id,
        seq,
        actor,
        action,
        resource,
        org_id: organizationId,
        outcome,
        ...rest,
        prev_hash: previous,
      };
      const hash = sha256(previous + canonicalJson(record));
      previous = hash;
      return { ...record, hash };
    });
  };
  return { add: (audited) => void trail.push(audited), records };
}
