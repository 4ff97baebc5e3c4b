import type { LineKind } from '../kind.ts';
import { nameOf } from './logs.ts';

// A time at the start, perhaps in brackets; then perhaps a level.
const line =
  /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d))?|\d{10}(?:\.\d+)?|\d{13}|\d{16}|\d{19})\]?(?=\s|$)\s*(.*)$/s;
const level = /^\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:?(?:\s+|$)/i;
const requestId = /\brequest(?:_id)?=("?)([\w.-]+)\1/;
const zoned = /(?:Z|UTC|[+-]\d\d:?\d\d)$/;
const clock = /^\d{4}-/;

export const logsPlain: LineKind = {
  kind: 'logs',
  order: 17,
  fills: ['log'],
  path: /(?:^|\/)logs\/[^/]+$|\.log$/,
  begins: (lines) => lines.some((text) => line.test(text)),
  open(place, out) {
    const component = nameOf(place.name);
    return {
      line(text, offset, length) {
        const match = line.exec(text);
        const rest = match?.[2] ?? text;
        const word = level.exec(rest);
        const message = word === null ? rest : rest.slice(word[0].length);
        const ts = match === null ? Number.NaN : out.times.read(timeText(match[1] as string));
        out.into.log(
          {},
          offset,
          length,
          [component, null, word?.[1]?.toLowerCase() ?? null, message, requestId.exec(message)?.[2] ?? null],
          ts,
        );
        return 1;
      },
    };
  },
  samples: [
    '2026-01-31T12:00:00.758Z INFO worker job=job_1 attempt=1 outcome=ok',
    '[2026-01-31 12:00:00,758] ERROR request_id=req_1 no answer',
    '    at continuation (line without a time)',
  ],
};

/** A clock without a zone is taken as UTC: servers' logs are, and nothing else is known. */
const timeText = (text: string): string => (clock.test(text) && !zoned.test(text) ? `${text}Z` : text);
