import { canonicalJson, type Digest, sha256Hex } from '../../base/digest.ts';
import type { Json } from '../../base/json.ts';
import type { ReplayEvent } from './concern.ts';

/** Raised when the kernel's order, queue or effects change in meaning. */
export const kernelVersion = 1;

/** A hash chain over events: equal heads mean equal traces up to that event. */
export interface TraceChain {
  append(event: ReplayEvent): string;
  digest(): Digest;
}

/** Starts from the kernel's version and the concerns that run, so that a digest names the model it came from. */
export function traceChain(models: readonly { readonly id: string; readonly version: number }[]): TraceChain {
  const set = models.map((model) => `${model.id}@${model.version}`).join(',');
  let head = sha256Hex(`replay/1\n${kernelVersion}\n${set}\n`);
  return {
    append(event) {
      head = sha256Hex(head + canonicalJson(event as unknown as Json));
      return head;
    },
    digest: () => `sha256:${head}`,
  };
}
