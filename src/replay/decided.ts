import type { RequestFacts } from '../base/facts.ts';
import { canonicalCodes } from '../base/vocabulary.ts';

/** Codes by which the checks refuse. */
const checkCodes: ReadonlySet<string> = new Set([
  'unauthorized',
  'forbidden_scope',
  'forbidden_environment',
  'forbidden_role',
  'rate_limited',
  'payload_too_large',
]);

/** Canonical codes that only a handler gives. */
const handlerCodes: ReadonlySet<string> = new Set(
  canonicalCodes.filter((code) => !checkCodes.has(code) && code !== 'unknown'),
);

export const isCheckCode = (code: string | null): code is string => code !== null && checkCodes.has(code);

const loginPath = /\/auth\/(?:login|callback)(?:[/?]|$)/;

/**
 * Whether the checks decided a request, so that its handler never answered. A login's refusal is its handler's: the
 * route needs no credential.
 */
export function isDecided(
  request: Pick<RequestFacts, 'path'>,
  outcome: { readonly status: number; readonly code: string | null },
): boolean {
  const { status, code } = outcome;
  if (status === 429) return true;
  if (status !== 401 && status !== 403 && status !== 413) return false;
  if (code !== null && (handlerCodes.has(code) || code.startsWith('approval_rejected:'))) return false;
  return isCheckCode(code) || !loginPath.test(request.path);
}
