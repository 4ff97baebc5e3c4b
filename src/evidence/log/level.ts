import type { Json } from '../../base/json.ts';

/** The severities of syslog and of the journal, by number. */
const severities = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const;
export const severityName = (severity: number): string | null => severities[severity] ?? null;

/** The level that opens a text: a word, perhaps in brackets, and what follows it. */
const opening =
  /^[[<(]?(TRACE|VERBOSE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|PANIC|EMERG)[\])>]?:?(?=\s|$)\s*/i;

/** A level in capitals behind a name, a thread or a process: `[main] INFO`, `- api.auth - ERROR -`. */
const behind =
  /^(?:-\s)?(?:(?:\[[^\]]{0,64}\]|[\w.$/:-]{1,64}\s-|\d{1,10}:?)\s{1,2}){1,2}\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:?(?=\s|$)/;

/** The level that a line of text tells, and the text without it where it stands first. */
export function levelIn(text: string): { readonly level: string | null; readonly rest: string } {
  const first = opening.exec(text);
  if (first !== null) return { level: (first[1] as string).toLowerCase(), rest: text.slice(first[0].length) };
  return { level: behind.exec(text)?.[1]?.toLowerCase() ?? null, rest: text };
}

const levelWord =
  /^(?:trace|verbose|debug|info|information|informational|notice|warn|warning|error|err|severe|fatal|critical|crit|alert|panic|emerg|emergency|[TDIWEFC]|[1-6]0)$/i;

/** Whether a word, or a number as text, names a level and hardly anything else. */
export const isLevelWord = (word: string): boolean => levelWord.test(word);

/** Numbers of levels as Node's loggers write them. */
const numbers: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** A level as a record tells it: a word is kept, a number has a name where one of the usual scales has it. */
export function levelOf(value: Json | undefined): string | null {
  if (typeof value === 'string') return /^[0-7]$/.test(value) ? severityName(Number(value)) : value;
  return typeof value === 'number' ? (numbers[value] ?? severityName(value) ?? String(value)) : null;
}
