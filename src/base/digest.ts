import { createHash, type Hash, hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from './json.ts';

export type Digest = `sha256:${string}`;

export const sha256 = (): Hash => createHash('sha256');

export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

export const digestOf = (data: string | Uint8Array): Digest => `sha256:${sha256Hex(data)}`;

/** RFC 8785 text of a document of our own making. Throws on bigint, undefined and lone surrogates: those are defects here. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: the value has no JSON form');
  return text;
}
