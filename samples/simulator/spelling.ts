/** How values are spelt in the evidence: times, canonical JSON (RFC 8785, integers only), NDJSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

export const rfc3339 = (unixMs: number): string => new Date(unixMs).toISOString();

export const unixMs = (text: string): number => Date.parse(text);

/** Keys sorted by code unit, absent fields left out. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

export const ndjson = (records: readonly JsonObject[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

export const document = (value: Json): string => `${JSON.stringify(value, null, 1)}\n`;

/** The same record with its epoch milliseconds (`*_at`, `ts`, `since`, `until`) as RFC 3339. */
export function withSpeltTimes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withSpeltTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const isTime = typeof field === 'number' && (key.endsWith('_at') || key === 'ts' || key === 'since');
      return [key, isTime ? rfc3339(field) : withSpeltTimes(field ?? null)];
    }),
  );
}
