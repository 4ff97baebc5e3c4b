import type { RequestFacts } from '../../base/facts.ts';
import type { Authorisation } from '../../control-plane/index.ts';
import type { Command } from '../kernel/index.ts';

/** Where a request stands on its way through the checks. */
export interface Passage {
  readonly request: RequestFacts;
  readonly judged: Extract<Authorisation, { readonly kind: 'judged' }>;
  /** A limiter that let it pass may have counted too little as yet. */
  readonly warming: boolean;
}

/** It passed the first limiter, or the second: what is left of its way. */
export type AdmittedCommand = Command<
  'request.admitted',
  Passage & { readonly position: 'before_auth' | 'after_auth' }
>;

/** What follows once a limiter has let a request pass. */
export const admittedBy = (admitted: AdmittedCommand, warming: boolean): AdmittedCommand => ({
  ...admitted,
  data: { ...admitted.data, warming: admitted.data.warming || warming },
});
