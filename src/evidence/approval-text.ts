import { isUtf8 } from 'node:buffer';
import { isObject, type Json, type JsonObject, parseJson } from '../base/json.ts';

/** An approval credential v1: `<payload base64url>.<signature base64url>`. */
export interface ApprovalText {
  readonly payload: JsonObject;
  /** As written. */
  readonly payloadText: string;
  readonly signatureText: string;
  /** Required fields of the payload that are not there. */
  readonly missing: readonly string[];
}

const required = [
  'v',
  'kid',
  'org_id',
  'project_id',
  'environment_id',
  'environment_posture',
  'spec_hash',
  'capabilities',
  'issued_at',
  'expires_at',
  'issued_by',
  'approval_id',
] as const;

const form = /^([A-Za-z0-9_-]+)={0,2}\.([A-Za-z0-9_-]+)={0,2}$/;

/** Null where the text is no credential, or its payload no JSON object. */
export function parseApproval(text: string): ApprovalText | null {
  const match = form.exec(text.trim());
  const payloadText = match?.[1];
  const signatureText = match?.[2];
  if (payloadText === undefined || signatureText === undefined) return null;
  const payload = objectIn(Buffer.from(payloadText, 'base64url'));
  if (payload === null) return null;
  return { payload, payloadText, signatureText, missing: required.filter((name) => payload[name] === undefined) };
}

function objectIn(bytes: Buffer): JsonObject | null {
  if (!isUtf8(bytes)) return null;
  try {
    const value: Json = parseJson(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
