/** Flags that many commands share, and how their values are read. */
import type { Limits } from '../archive/index.ts';
import { nearText } from '../base/near.ts';
import { fail, ok, type Result } from '../base/result.ts';

export interface Flag {
  /** As commander spells it: `--limit <n>`. */
  readonly flags: string;
  readonly text: string;
  /** It may be given several times: its value is a list. */
  readonly repeatable?: true;
}

/** Flags as typed, by their names in camelCase. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** The values of a flag that may be given several times. */
export const listFlag = (flags: FlagValues, name: string): readonly string[] => {
  const value = flags[name];
  return typeof value === 'object' ? value : [];
};

export const jsonFlag: Flag = { flags: '--json', text: 'one JSON document instead of text' };

/** Flags of every command. */
export const commonFlags: readonly Flag[] = [
  { flags: '--no-color', text: 'no colours (NO_COLOR does the same)' },
  { flags: '--quiet', text: 'nothing on standard error but errors' },
  { flags: '--tz <zone>', text: 'time zone of times in text (default: UTC); JSON is always UTC' },
  { flags: '--progress <when>', text: 'auto, plain or never: progress on standard error (default: auto)' },
];

/** The flags that raise a limit. Their names are those that the archive's errors give; a test holds them equal. */
export const limitFlags = {
  members: { name: '--max-members', value: '<n>', text: 'most members in one archive' },
  memberBytes: {
    name: '--max-member-bytes',
    value: '<bytes>',
    text: 'most decompressed bytes in one member (also 512M, 2G)',
  },
  totalBytes: { name: '--max-total-bytes', value: '<bytes>', text: 'most decompressed bytes in one archive' },
  ratio: { name: '--max-ratio', value: '<n>', text: 'most decompressed bytes for each stored byte' },
  pathLength: { name: '--max-path-length', value: '<bytes>', text: 'longest path of a member' },
  depth: { name: '--max-depth', value: '<n>', text: 'most folders in a path' },
} as const satisfies Record<keyof Limits, { readonly name: string; readonly value: string; readonly text: string }>;

/** Flags of every command that opens an archive. */
export const openingFlags: readonly Flag[] = [
  { flags: '--case <file>', text: 'keep the case file here instead of in the data directory' },
  { flags: '--dialect <file>', text: 'read another spelling of the evidence (repeatable)', repeatable: true },
  { flags: '--strict', text: 'exit with 4 when the evidence is damaged (gaps, or integrity problems)' },
  ...Object.values(limitFlags).map((limit) => ({ flags: `${limit.name} ${limit.value}`, text: limit.text })),
];

const sized = /^(\d{1,15})([kKmMgGtT]?)(?:i?[bB])?$/;
const powers = { '': 0, k: 1, m: 2, g: 3, t: 4 } as const;

/** A positive integer; `512M` is 512 * 1024 * 1024. */
export function parseSize(flag: string, text: string): Result<number> {
  const match = sized.exec(text);
  const unit = (match?.[2] ?? '').toLowerCase() as keyof typeof powers;
  const value = Number(match?.[1]) * 1024 ** powers[unit];
  return match !== null && value >= 1 && Number.isSafeInteger(value)
    ? ok(value)
    : fail('usage', `${flag} ${text}`, 'not a positive number', `For example ${flag} 1000, or ${flag} 512M.`);
}

export function parseCount(flag: string, text: string): Result<number> {
  return /^\d{1,15}$/.test(text) && Number(text) >= 1
    ? ok(Number(text))
    : fail('usage', `${flag} ${text}`, 'not a positive whole number');
}

/** One of a closed list of words. */
export function parseWord<T extends string>(flag: string, text: string, words: readonly T[]): Result<T> {
  const found = words.find((word) => word === text);
  return found === undefined
    ? fail('usage', `${flag} ${text}`, `not one of ${words.join(', ')}${nearText(text, words)}`)
    : ok(found);
}

const camel = (flag: string): string =>
  flag.replace(/^--/, '').replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** The limits that the flags set, over the given ones. */
export function limitsFrom(flags: FlagValues, limits: Limits): Result<Limits> {
  const raised: { -readonly [K in keyof Limits]: number } = { ...limits };
  for (const [name, flag] of Object.entries(limitFlags) as [keyof Limits, { readonly name: string }][]) {
    const text = flags[camel(flag.name)];
    if (typeof text !== 'string') continue;
    const value = parseSize(flag.name, text);
    if (!value.ok) return value;
    raised[name] = value.value;
  }
  return ok(raised);
}
