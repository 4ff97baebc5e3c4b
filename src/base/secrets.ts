/**
 * Masks secrets for display. The case keeps what the archive holds; every output goes through here. Better one value
 * masked in vain than one shown: but ids of things, which every answer needs, are no secrets.
 */
import { isObject, type Json, type JsonObject } from './json.ts';

/** What a masked value is shown as; read back, it counts as redacted. */
export const maskedText = '***';

// Words of a name that make its value a secret, wherever in the name they stand.
const secretWord =
  /^(?:secrets?|passwords?|passwd|passphrase|pwd|authorization|cookies?|tokens?|jwt|bearer|apikey|privatekey|signature|dsn)$/;
// `key` and `credential` alone name a secret's value; with one of these beside them they name a thing.
const harmlessBeside =
  /^(?:id|ids|kid|public|primary|foreign|partition|sort|hash|name|kind|kinds|type|count|index|idempotency|cache|sha256|fingerprint|path|alg|use|uses|expires|expiry|at|ttl|issued|created|max|limit|scope|scopes|state)$/;
const keyWord = /^(?:keys?|credentials?|creds?)$/;
// With these beside it, `key` is a secret. `signing_key` names a public key's id in records, and a private one in an environment.
const secretBeside = /^(?:api|private|secret|access|encryption|master|auth|account|client|shared)$/;
const signingVariable = /(?:^|_)SIGNING_KEY$/;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Whether a value under this name is a secret by its name alone. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (harmlessBeside.test(last)) return false;
  if (words.some((word) => secretWord.test(word))) return true;
  if (!words.some((word) => keyWord.test(word))) return false;
  if (words.includes('public')) return false;
  return signingVariable.test(name) || words.some((word) => secretBeside.test(word));
}

/** Under a name like `key` or `credential` alone, only a long run of letters and digits is taken for a secret. */
function isRandomUnderKey(name: string, value: string): boolean {
  const words = wordsOf(name);
  if (harmlessBeside.test(words.at(-1) ?? '') || words.includes('public')) return false;
  return words.some((word) => keyWord.test(word)) && /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/_=.-]{32,}$/.test(value);
}

// Shapes that are a secret under any name.
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
  /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|sk_(?:live|test)_[A-Za-z0-9]{12,}|AIza[A-Za-z0-9_-]{30,}|npm_[A-Za-z0-9]{30,})/g,
];
// The scheme or the name stays, since it tells what was there.
const prefixed: readonly RegExp[] = [
  /\b((?:bearer|basic|digest|negotiate)\s+)(?!\*)[A-Za-z0-9._~+/=-]{8,}/gi,
  /\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi,
  /\b((?:set-)?cookie\s*:\s*)[^\r\n]+/gi,
];
// name=value, name: value, "name":"value", --name value
const assignment = /(["']?)([A-Za-z][\w.-]{0,63})\1(\s*[=:]\s*)(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,;&"'{}[\]]+))/g;
const option = /(^|\s)(--?[A-Za-z][\w-]{0,63})(\s+)(?!-)(\S+)/g;

/** Masks secrets inside free text: by shape, and by the name that stands before a value. */
export function maskText(text: string): string {
  let masked = text;
  for (const shape of shapes) masked = masked.replace(shape, maskedText);
  for (const shape of prefixed) masked = masked.replace(shape, `$1${maskedText}`);
  masked = masked.replace(
    assignment,
    (whole, quote: string, name: string, sign: string, double?: string, single?: string, bare?: string) => {
      if (!isSecretName(name)) return whole;
      // `Authorization: Bearer ***` was dealt with above; its scheme stays.
      if (bare !== undefined && /^(?:bearer|basic|digest|negotiate)$/i.test(bare)) return whole;
      const closing = double !== undefined ? '"' : single !== undefined ? "'" : '';
      return `${quote}${name}${quote}${sign}${closing}${maskedText}${closing}`;
    },
  );
  return masked.replace(option, (whole, before: string, name: string, gap: string) =>
    isSecretName(name) ? `${before}${name}${gap}${maskedText}` : whole,
  );
}

/** Masks secrets anywhere in a JSON value. Structure, names, numbers and redacted values stay as they are. */
export function maskJson(value: Json): Json {
  return mask(value, false);
}

function mask(value: Json, secret: boolean): Json {
  if (typeof value === 'string') return secret && value !== '' ? maskedText : maskText(value);
  if (secret && (typeof value === 'number' || typeof value === 'bigint')) return maskedText;
  if (Array.isArray(value)) return maskItems(value as readonly Json[], secret);
  if (!isObject(value)) return value;
  return maskObject(value, secret);
}

function maskObject(value: JsonObject, secret: boolean): JsonObject {
  const masked: Record<string, Json> = Object.create(null) as Record<string, Json>;
  // `{"name": "API_KEY", "value": "…"}`: the name stands beside the value.
  const named = [value.name, value.key].some((name) => typeof name === 'string' && isSecretName(name));
  for (const [name, item] of Object.entries(value)) {
    const hidden =
      (isSecretName(name) && !holdsObjects(item)) ||
      (named && name === 'value') ||
      (typeof item === 'string' && isRandomUnderKey(name, item));
    masked[name] = mask(item, secret || hidden);
  }
  return masked;
}

/** `tokens: [{id, …}]` lists things; their own names tell what is secret in them. */
const holdsObjects = (item: Json): boolean =>
  isObject(item) || (Array.isArray(item) && (item as readonly Json[]).some((one) => isObject(one)));

function maskItems(items: readonly Json[], secret: boolean): Json[] {
  // A pair of name and value, as `environment.json` lists its variables.
  const [name, item] = items;
  if (items.length === 2 && typeof name === 'string' && typeof item === 'string' && isSecretName(name))
    return [name, maskedText];
  return items.map((one, index) => {
    const before = items[index - 1];
    // `--token VALUE` in a list of arguments.
    const afterOption = typeof before === 'string' && /^--?[A-Za-z][\w-]*$/.test(before) && isSecretName(before);
    return mask(one, secret || afterOption);
  });
}
