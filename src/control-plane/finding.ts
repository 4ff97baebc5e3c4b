import type { Lookup, UnknownReason } from './configuration-types.ts';
import type { CheckId, Refusal, RefusalDetail, Unknown } from './decision.ts';
import type { Field } from './field.ts';

/** What one check says: refusals and unknowns in the order in which they were met. Nothing: it passes. */
export type Finding = { readonly refusal: Refusal } | { readonly unknown: Unknown };

const codes: Readonly<
  Record<Exclude<CheckId, 'route'>, { readonly status: Refusal['status']; readonly code: string }>
> = {
  payload: { status: 413, code: 'payload_too_large' },
  limiter_before_auth: { status: 429, code: 'rate_limited' },
  credential: { status: 401, code: 'unauthorized' },
  kind: { status: 403, code: 'forbidden_scope' },
  binding: { status: 403, code: 'forbidden_environment' },
  scope: { status: 403, code: 'forbidden_scope' },
  permission: { status: 403, code: 'forbidden_role' },
  limiter_after_auth: { status: 429, code: 'rate_limited' },
};

export function refusal(
  check: Exclude<CheckId, 'route'>,
  detail: RefusalDetail,
  entity: string | null,
  reads: readonly string[],
  lacking?: string,
): Refusal {
  const base = { check, ...codes[check], detail, entity, reads };
  return lacking === undefined ? base : { ...base, lacking };
}

export const refused = (...of: Parameters<typeof refusal>): Finding => ({ refusal: refusal(...of) });

export const notKnown = (
  check: CheckId,
  missing: string,
  reason: UnknownReason,
  reads: readonly string[],
): Finding => ({ unknown: { check, missing, reason, reads } });

/** A field that is not known, as a finding. */
export const fieldNotKnown = (
  check: CheckId,
  section: string,
  field: Extract<Field<unknown>, { readonly known: false }>,
  found: Lookup,
): Finding => notKnown(check, `state.${section}`, field.reason, found.reads);
