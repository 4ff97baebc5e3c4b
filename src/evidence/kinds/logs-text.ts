import type { JsonObject } from '../../base/json.ts';
import type { TimeReader } from '../fast-time.ts';
import type { LineKind } from '../kind.ts';
import { jsonEntry, type LogEntry } from '../log/json-log.ts';
import { textEntry } from '../log/text-log.ts';
import { mentionsIn } from '../mentions.ts';
import { nameOf } from './logs.ts';

const noRecord: JsonObject = {};
const nothing = (): readonly string[] => [];

const anyTime: TimeReader = { read: () => 0, takeForms: () => 0 };
const hasTime = (line: string): boolean => textEntry(line, anyTime) !== null;

/** Logs that are no JSON: syslog, logfmt, or lines that begin with a time. Lines of several forms may stand in one member. */
export const logsText: LineKind = {
  kind: 'logs',
  order: 17,
  fills: ['log'],
  path: /(?:^|\/)logs\/[^/]+$|\.log$/,
  begins: (lines) => lines.some(hasTime),
  isOwn: hasTime,
  open(place, out) {
    const component = nameOf(place.name);
    let last: LogEntry | null = null;
    return {
      line(text, offset, length, before) {
        const own = textEntry(text, out.times);
        if (own !== null) last = own;
        else if (before !== undefined) last = jsonEntry(before, out.times);
        // A line without a time goes on from the one before (a stack trace): it stands beside it, and is no failure of its own.
        const from = own ?? last;
        out.into.log(
          noRecord,
          offset,
          length,
          [from?.component ?? component, from?.host ?? null, own?.level ?? null, own?.message ?? text, from?.requestId],
          from?.ts ?? Number.NaN,
        );
        if (own !== null) out.mention('log', mentionsIn([own.fields], nothing));
        return 1;
      },
    };
  },
  samples: [
    '2026-01-31T12:00:00.758Z INFO worker job=job_1 attempt=1 outcome=ok',
    '[2026-01-31 12:00:00,758] ERROR request_id=req_1 no answer',
    '    at continuation (line without a time)',
    '<11>1 2026-01-31T12:00:01.003Z api-1 api 41 - [req request_id="req_1"] storage unavailable',
    '<11>Jan 31 12:00:02 api-1 api[41]: storage unavailable',
    'time=2026-01-31T12:00:03Z level=warn msg="slow answer" request_id=req_2',
  ],
};
