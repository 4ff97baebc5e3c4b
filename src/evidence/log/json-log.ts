/** A JSON object as a record of a log, as the usual loggers spell it. */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { jsonText } from '../extract.ts';
import type { TimeReader } from '../fast-time.ts';
import { levelOf, severityName } from './level.ts';
import { wholeTime } from './log-time.ts';

/** What a line of a log says. */
export interface LogEntry {
  /** NaN where it has no usable time; half a microsecond more where it has no year. */
  readonly ts: number;
  readonly host: string | null;
  readonly component: string | null;
  readonly level: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
}

export const timeKeys = ['ts', 'time', '@timestamp', 'timestamp', '__REALTIME_TIMESTAMP'] as const;

export function jsonEntry(record: JsonObject, times: TimeReader): LogEntry {
  return {
    ts: timeOf(record, times),
    host: named(record, ['host', 'hostname', '_HOSTNAME']),
    component: named(record, ['component', 'service', 'logger', 'app', '_SYSTEMD_UNIT', 'SYSLOG_IDENTIFIER', '_COMM']),
    level: levelIn(record),
    message: messageOf(record),
    requestId: named(record, ['request_id', 'requestId', 'req_id']),
  };
}

/** The first of its times that can be read. */
function timeOf(record: JsonObject, times: TimeReader): number {
  for (const key of timeKeys) {
    const value = record[key];
    if (value === undefined || value === null) continue;
    const ts = wholeTime(value, times);
    if (!Number.isNaN(ts)) return ts;
  }
  return Number.NaN;
}

function levelIn(record: JsonObject): string | null {
  for (const key of ['level', 'severity', 'lvl', 'levelname', 'log.level']) {
    const level = levelOf(record[key]);
    if (level !== null) return level;
  }
  const { log, PRIORITY: priority } = record;
  if (isObject(log) && typeof log.level === 'string') return log.level;
  return typeof priority === 'string' || typeof priority === 'number' ? severityName(Number(priority)) : null;
}

function messageOf(record: JsonObject): string | null {
  for (const key of ['msg', 'message', 'MESSAGE', 'short_message', 'log', 'event', 'error']) {
    const value = record[key];
    // ECS has an object `log` beside the message, and audit-like lines an object `event`.
    if (value === undefined || value === null || ((key === 'log' || key === 'event') && isObject(value))) continue;
    return key === 'log' && typeof value === 'string' ? value.replace(/\r?\n$/, '') : textOf(value);
  }
  return null;
}

/** The name under one of the keys: a text, a number, or what an object calls its name. */
function named(record: JsonObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    if (isObject(value) && typeof value.name === 'string') return value.name;
    // The journal tells a field that was given twice as a list.
    if (Array.isArray(value) && typeof value[0] === 'string') return value[0];
  }
  return null;
}

/** What a field says as a text, as JSON where it is none. */
export const textOf = (value: Json): string =>
  typeof value === 'string' ? value : (journalText(value) ?? jsonText(value));

/**
 * The journal writes what is no printable text as a list of bytes, and a field that was given several times as a list. Null for
 * any other value.
 */
export function journalText(value: Json): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const items = value as readonly Json[];
  if (items.every(isByte)) return Buffer.from(items).toString('utf8');
  if (!items.every((item) => typeof item === 'string' || Array.isArray(item))) return null;
  return items.map((item) => (Array.isArray(item) ? bytesOrJson(item) : (item as string))).join('\n');
}

const bytesOrJson = (items: readonly Json[]): string =>
  items.every(isByte) ? Buffer.from(items).toString('utf8') : jsonText(items);

const isByte = (value: Json): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
