/** Lines of syslog: RFC 5424, and RFC 3164 as it is really written, with or without its priority. */
import type { TimeReader } from '../fast-time.ts';
import { severityName } from './level.ts';
import { leadingTime } from './log-time.ts';

export interface SyslogLine {
  readonly ts: number;
  readonly level: string | null;
  readonly host: string | null;
  readonly component: string | null;
  readonly message: string;
  /** Parameters of structured data. */
  readonly fields: Readonly<Record<string, string>>;
}

// A count of bytes before it is the framing of TCP.
const priority = /^(?:\d{1,7} )?<(\d{1,3})>/;
const header5424 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,64}) /;
const tag = /^([\w./@()-]{1,128})(?:\[\d{1,10}\])?:(?=\s|$)\s?/;
const tagOfProcess = /^(\S{1,255}) ([\w./@()-]{1,128})\[\d{1,10}\]:(?=\s|$)\s?/;
const kernel = /^(\S{1,255}) (kernel):(?=\s|$)\s?/;
const hostName = /^([\w.:-]{1,255})\s+/;

const given = (text: string | undefined): string | null => (text === undefined || text === '-' ? null : text);

/** A line with a priority; null where it has none, or nothing that follows is a header. */
export function syslogLine(text: string, times: TimeReader): SyslogLine | null {
  const mark = priority.exec(text);
  if (mark === null || Number(mark[1]) > 191) return null;
  const level = severityName(Number(mark[1]) & 7);
  const rest = text.slice(mark[0].length);
  const header = header5424.exec(rest);
  if (header !== null) {
    const { fields, end } = structuredData(rest, header[0].length);
    const message = rest.slice(end).replace(/^ ?\ufeff?/, '');
    const ts = times.read(header[1]);
    return { ts, level, host: given(header[2]), component: given(header[3]), message, fields };
  }
  const time = leadingTime(rest, times);
  return time === null ? null : { level, ...afterTime(rest.slice(time.end).trimStart(), true), ts: time.ts };
}

/** `host tag[pid]: message`, after a time. Where the time is not syslog's own (`sure`), only a process tells that it is syslog. */
export function afterTime(
  text: string,
  sure: boolean,
): Omit<SyslogLine, 'ts' | 'level'> & { readonly recognised: boolean } {
  const process = tagOfProcess.exec(text) ?? kernel.exec(text);
  if (process !== null)
    return {
      recognised: true,
      host: given(process[1]),
      component: process[2] ?? null,
      message: text.slice(process[0].length),
      fields: {},
    };
  if (!sure) return { recognised: false, host: null, component: null, message: text, fields: {} };
  const own = tag.exec(text);
  if (own !== null)
    return { recognised: true, host: null, component: own[1] ?? null, message: text.slice(own[0].length), fields: {} };
  const host = hostName.exec(text);
  const rest = host === null ? text : text.slice(host[0].length);
  const named = tag.exec(rest);
  return {
    recognised: true,
    host: host?.[1] ?? null,
    component: named?.[1] ?? null,
    message: named === null ? rest : rest.slice(named[0].length),
    fields: {},
  };
}

/** `-`, or `[id name="value" ...]` as often as it is written; what is damaged belongs to the message. */
function structuredData(text: string, from: number): { readonly fields: Record<string, string>; readonly end: number } {
  const fields: Record<string, string> = {};
  if (text.charCodeAt(from) === 45) return { fields, end: from + 1 };
  let at = from;
  const parameter = /\s([^\s="\]]{1,128})="((?:[^"\\\]]|\\.)*)"/y;
  while (text.charCodeAt(at) === 91) {
    const id = /[^\s="\]]{1,128}/y;
    id.lastIndex = at + 1;
    if (id.exec(text) === null) return { fields, end: at };
    let next = id.lastIndex;
    for (;;) {
      parameter.lastIndex = next;
      const match = parameter.exec(text);
      if (match === null) break;
      const name = match[1] as string;
      if (!Object.hasOwn(fields, name)) fields[name] = (match[2] as string).replace(/\\(["\\\]])/g, '$1');
      next = parameter.lastIndex;
    }
    if (text.charCodeAt(next) !== 93) return { fields, end: at };
    at = next + 1;
  }
  return { fields, end: at };
}
