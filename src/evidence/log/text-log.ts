/** A line of text as a record of a log: syslog, logfmt, or a time and what follows it. */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { TimeReader } from '../fast-time.ts';
import { jsonEntry, type LogEntry, timeKeys } from './json-log.ts';
import { levelIn, levelOf } from './level.ts';
import { type LeadingTime, leadingTime, wholeTime } from './log-time.ts';
import { eachPair } from './logfmt.ts';
import { afterTime, syslogLine } from './syslog.ts';

export interface TextEntry extends LogEntry {
  readonly message: string;
  /** What its pairs and structured data say, in the contract's names. */
  readonly fields: JsonObject;
}

/** Names that pairs in a text have for fields of the contract. */
const fieldNames: ReadonlyMap<string, string> = new Map(
  ['request', 'agent', 'job', 'deployment', 'credential', 'approval', 'artifact', 'environment', 'project', 'org']
    .flatMap((word) => [
      [word, `${word}_id`],
      [`${word}_id`, `${word}_id`],
      [`${word}Id`, `${word}_id`],
    ])
    .concat([['req_id', 'request_id']]) as [string, string][],
);

/** Compose and the container runtimes put these before a line, and its time behind them. */
const before =
  /^(?:[\w.-]{1,64}\s+\|\s+|[[]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:?\s+(?:-\s+)?)/;
const containerStream = /^std(?:out|err) [FP] /;
const klogLevels: Readonly<Record<string, string>> = { I: 'info', W: 'warning', E: 'error', F: 'fatal' };
const klogHeader = /^([IWEF])\d{4}\s/;
// `client ident user [time] "request"`: what web servers write.
const accessLog = /^\S{1,255} \S{1,255} \S{1,255} (?=\[\d\d?\/[A-Z][a-z]{2}\/\d{4}:)/;

/** Null where the line has no time of its own. */
export function textEntry(text: string, times: TimeReader): TextEntry | null {
  if (text.charCodeAt(0) === 60 || /^\d{1,7} </.test(text)) {
    const line = syslogLine(text, times);
    if (line !== null) return entry(line.ts, line.host, line.component, line.level, line.message, line.fields);
  }
  const time = leadingTime(text, times);
  if (time !== null) return timed(text, time);
  return logfmtEntry(text, times) ?? timeBehind(text, times);
}

function timed(text: string, time: LeadingTime): TextEntry {
  const rest = text
    .slice(time.end)
    .replace(/^:?\s+/, '')
    .replace(containerStream, '');
  // Only syslog leaves the year out, and Kubernetes, which begins with a level.
  const klog = klogHeader.exec(text);
  if (klog !== null) return entry(time.ts, null, null, klogLevels[klog[1] as string] ?? null, rest, {});
  const { recognised, host, component, message } = afterTime(rest, /^[A-Z][a-z]{2}\s+\d/.test(text));
  const { level, rest: said } = levelIn(message);
  return recognised ? entry(time.ts, host, component, level, message, {}) : entry(time.ts, null, null, level, said, {});
}

/** A line of pairs, one of them a time. */
function logfmtEntry(text: string, times: TimeReader): TextEntry | null {
  const pairs = new Map<string, string>();
  const begins = eachPair(text, (name, value) => {
    if (!pairs.has(name)) pairs.set(name, value);
  });
  if (!begins || pairs.size < 2) return null;
  const first = (...names: readonly string[]): string | null => {
    for (const name of names) {
      const value = pairs.get(name);
      if (value !== undefined) return value;
    }
    return null;
  };
  const told = first(...timeKeys, 't', 'datetime');
  if (told === null) return null;
  const ts = wholeTime(told, times);
  return {
    ts,
    host: first('host', 'hostname'),
    component: first('component', 'service', 'logger', 'app', 'caller'),
    level: levelOf(first('level', 'lvl', 'severity') ?? undefined),
    message: first('msg', 'message', 'error', 'err') ?? text,
    ...named(pairs),
  };
}

/** A time behind a level or the name of a container. */
function timeBehind(text: string, times: TimeReader): TextEntry | null {
  const access = accessLog.exec(text);
  const head = access ?? before.exec(text);
  const time = head === null ? null : leadingTime(text, times, head[0].length);
  if (head === null || time === null) return null;
  return entry(time.ts, null, null, access === null ? levelIn(text).level : null, text, {});
}

/** What the message itself says: JSON within a line of text, or pairs in prose. */
function entry(
  ts: number,
  host: string | null,
  component: string | null,
  level: string | null,
  message: string,
  fields: Readonly<Record<string, string>>,
): TextEntry {
  const inner = message.charCodeAt(0) === 123 ? jsonIn(message) : null;
  if (inner !== null) {
    const own = jsonEntry(inner, noTimes);
    return {
      ts,
      host: host ?? own.host,
      component: own.component ?? component,
      level: own.level ?? level,
      message: own.message ?? message,
      requestId: own.requestId,
      fields: inner,
    };
  }
  const pairs = new Map<string, string>(Object.entries(fields));
  eachPair(message, (name, value) => {
    if (!pairs.has(name)) pairs.set(name, value);
  });
  return { ts, host, component, level, message, ...named(pairs) };
}

/** The time of the line stands, not that of what it carries. */
const noTimes: TimeReader = { read: () => Number.NaN, takeForms: () => 0 };

function named(pairs: ReadonlyMap<string, string>): { readonly requestId: string | null; readonly fields: JsonObject } {
  const fields: Record<string, Json> = {};
  for (const [name, value] of pairs) {
    const field = fieldNames.get(name);
    const id = idOf(value);
    if (field !== undefined && id !== '' && fields[field] === undefined) fields[field] = id;
  }
  return { requestId: typeof fields.request_id === 'string' ? fields.request_id : null, fields };
}

/** Prose goes on behind an id. */
const idOf = (value: string): string => value.replace(/[,;:.)\]}"']+$/, '');

function jsonIn(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
