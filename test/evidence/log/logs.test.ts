// Protects: logs in every usual form become records with their time, host, component, level and request, line for line.
import { describe, expect, it } from 'vitest';
import { formatMicros } from '../../../src/base/time.ts';
import { isYearless, placedInYear } from '../../../src/evidence/index.ts';
import { collect } from '../collect.ts';

type Cells = readonly [
  time: string | null,
  host: string | null,
  component: string | null,
  level: string | null,
  message: string | null,
  requestId: string | null,
];

const reference = 1_769_990_000_000_000; // 2026-02-01T23:53:20Z
const timeOf = (ts: unknown): string | null => {
  if (typeof ts !== 'number') return null;
  if (isYearless(ts)) return `${formatMicros(placedInYear(ts, reference) ?? 0)}?`;
  return formatMicros(ts);
};

function read(text: string, path = 'odd/place.txt') {
  const read = collect(path, text);
  const rows = (read.rows.log ?? []).map(
    ({ ts, host, component, level, message, request_id }) =>
      [timeOf(ts), host, component, level, message, request_id] as Cells,
  );
  return { ...read, entries: rows };
}

describe('one line', () => {
  it.each<[form: string, line: string, cells: Cells]>([
    [
      'a time, a level, pairs',
      '2026-01-31T12:00:00.758Z INFO worker job=job_1 request_id=req_1, attempt=1',
      ['2026-01-31T12:00:00.758Z', null, 'place', 'info', 'worker job=job_1 request_id=req_1, attempt=1', 'req_1'],
    ],
    [
      'an offset and a comma',
      '[2026-01-31 12:00:00,758+02:00] ERROR: no answer',
      ['2026-01-31T10:00:00.758Z', null, 'place', 'error', 'no answer', null],
    ],
    [
      'a logger of Java',
      '2026-01-31 12:00:00.758 [main] WARN  c.a.Store - slow',
      ['2026-01-31T12:00:00.758Z', null, 'place', 'warn', '[main] WARN  c.a.Store - slow', null],
    ],
    [
      'a logger of Python',
      '2026-01-31 12:00:00,758 - api.auth - ERROR - refused',
      ['2026-01-31T12:00:00.758Z', null, 'place', 'error', '- api.auth - ERROR - refused', null],
    ],
    [
      'a level first',
      'INFO 2026-01-31 12:00:00 ready',
      ['2026-01-31T12:00:00Z', null, 'place', 'info', 'INFO 2026-01-31 12:00:00 ready', null],
    ],
    [
      'the log of Go',
      '2026/01/31 12:00:00.000001 listening',
      ['2026-01-31T12:00:00.000001Z', null, 'place', null, 'listening', null],
    ],
    [
      'the error log of a web server',
      '2026/01/31 12:00:00 [error] 12#12: *1 no live upstreams',
      ['2026-01-31T12:00:00Z', null, 'place', 'error', '12#12: *1 no live upstreams', null],
    ],
    [
      'the access log of a web server',
      '10.0.0.1 - - [31/Jan/2026:14:00:00 +0200] "GET /x HTTP/1.1" 403 12',
      [
        '2026-01-31T12:00:00Z',
        null,
        'place',
        null,
        '10.0.0.1 - - [31/Jan/2026:14:00:00 +0200] "GET /x HTTP/1.1" 403 12',
        null,
      ],
    ],
    [
      'Postgres',
      '2026-01-31 12:00:00.758 UTC [77] ERROR:  deadlock',
      ['2026-01-31T12:00:00.758Z', null, 'place', 'error', '[77] ERROR:  deadlock', null],
    ],
    [
      'Kubernetes',
      'E0131 12:00:00.758001      77 a.go:12] lost the lease',
      ['2026-01-31T12:00:00.758001Z?', null, 'place', 'error', '77 a.go:12] lost the lease', null],
    ],
    [
      'a container',
      '2026-01-31T12:00:00.758000001Z stderr F {"level":"error","msg":"lost","req_id":"req_9"}',
      ['2026-01-31T12:00:00.758Z', null, 'place', 'error', 'lost', 'req_9'],
    ],
    [
      'compose',
      'api-1  | 2026-01-31T12:00:00Z up',
      ['2026-01-31T12:00:00Z', null, 'place', null, 'api-1  | 2026-01-31T12:00:00Z up', null],
    ],
    ['epoch milliseconds', '1769860800758 started', ['2026-01-31T12:00:00.758Z', null, 'place', null, 'started', null]],
    [
      'the C library',
      '[Sat Jan 31 12:00:00.000758 2026] [core:error] no file',
      ['2026-01-31T12:00:00.000758Z', null, 'place', null, '[core:error] no file', null],
    ],
    [
      'RFC 5424',
      '<11>1 2026-01-31T12:00:00.003Z h1 api 41 ID47 [r@1 request_id="r\\"1\\]" x=""][s] \ufeffno answer',
      ['2026-01-31T12:00:00.003Z', 'h1', 'api', 'error', 'no answer', 'r"1'],
    ],
    ['RFC 5424 with nothing', '34 <165>1 - - - - - -', [null, null, 'place', 'notice', '', null]],
    [
      'RFC 3164',
      '<34>Jan  3 12:00:00 h1 sshd[41]: request_id=req_1 refused',
      ['2026-01-03T12:00:00Z?', 'h1', 'sshd', 'critical', 'request_id=req_1 refused', 'req_1'],
    ],
    [
      'RFC 3164 of the year before',
      'Dec 31 23:59:60 h1 kernel: leap',
      ['2026-01-01T00:00:00Z?', 'h1', 'kernel', null, 'leap', null],
    ],
    [
      'RFC 3164 without a host',
      '<13>Jan 31 12:00:00.25 tag: said',
      ['2026-01-31T12:00:00.250Z?', null, 'tag', 'notice', 'said', null],
    ],
    [
      'syslog with a whole time',
      '2026-01-31T12:00:00.758+00:00 h1 systemd[1]: Started',
      ['2026-01-31T12:00:00.758Z', 'h1', 'systemd', null, 'Started', null],
    ],
    [
      'logfmt',
      'ts=2026-01-31T12:00:00Z level=warn host=h1 service=api msg="a \\"b\\"\\n" request_id=req_1',
      ['2026-01-31T12:00:00Z', 'h1', 'api', 'warn', 'a "b"\n', 'req_1'],
    ],
    ['a leap day without a year', 'Feb 29 00:00:00 h1 a: b', ['2024-02-29T00:00:00Z?', 'h1', 'a', null, 'b', null]],
  ])('%s', (_form, line, cells) => {
    const { kind, gaps, entries } = read(`${line}\n`);
    expect([kind, gaps]).toEqual(['logs', 0]);
    expect(entries).toEqual([cells]);
  });

  it.each<[form: string, record: object, cells: Cells]>([
    [
      'the journal',
      {
        __REALTIME_TIMESTAMP: '1769860800758001',
        _HOSTNAME: 'h1',
        PRIORITY: '3',
        _SYSTEMD_UNIT: 'api.service',
        MESSAGE: [104, 195, 164, 27],
      },
      ['2026-01-31T12:00:00.758001Z', 'h1', 'api.service', 'error', 'hä\u001b', null],
    ],
    [
      'the journal with fields given twice, and one left out',
      { __REALTIME_TIMESTAMP: '1769860800758001', _HOSTNAME: ['h1', 'h2'], MESSAGE: ['a', [98, 255]], PRIORITY: null },
      ['2026-01-31T12:00:00.758001Z', 'h1', 'place', null, 'a\nb\ufffd', null],
    ],
    [
      'a container',
      { log: 'up\n', stream: 'stdout', time: '2026-01-31T12:00:00.758000001Z' },
      ['2026-01-31T12:00:00.758Z', null, 'place', null, 'up', null],
    ],
    [
      'ECS',
      {
        '@timestamp': '2026-01-31T12:00:00Z',
        log: { level: 'ERROR' },
        message: 'm',
        host: { name: 'h1' },
        service: { name: 's' },
      },
      ['2026-01-31T12:00:00Z', 'h1', 's', 'ERROR', 'm', null],
    ],
    [
      'GELF',
      { version: '1.1', host: 'h1', short_message: 'm', timestamp: 1769860800.758, level: 3 },
      ['2026-01-31T12:00:00.758Z', 'h1', 'place', 'error', 'm', null],
    ],
    [
      'a logger of Node',
      { level: 50, time: 1769860800758, hostname: 'h1', msg: { a: 1 }, req_id: 7 },
      ['2026-01-31T12:00:00.758Z', 'h1', 'place', 'error', '{"a":1}', '7'],
    ],
    [
      'a time without a zone after one that is none',
      { ts: 'soon', time: '2026-01-31 12:00:00,758', levelname: 'INFO', message: '' },
      ['2026-01-31T12:00:00.758Z', null, 'place', 'INFO', '', null],
    ],
  ])('of JSON: %s', (_form, record, cells) => {
    expect(read(`${JSON.stringify(record)}\n`).entries).toEqual([cells]);
  });
});

describe('a member', () => {
  const trace = [
    '2026-01-31T12:00:00Z ERROR request_id=req_1 failed',
    'Error: no answer',
    '    at read (a.js:1:1)',
    '',
    '2026-01-31T12:00:01Z INFO next',
  ].join('\n');

  it('keeps a stack trace beside its record, and counts one failure', () => {
    const { entries, lines } = read(trace, 'logs/api.log');
    expect(entries).toEqual([
      ['2026-01-31T12:00:00Z', null, 'api', 'error', 'request_id=req_1 failed', 'req_1'],
      ['2026-01-31T12:00:00Z', null, 'api', null, 'Error: no answer', 'req_1'],
      ['2026-01-31T12:00:00Z', null, 'api', null, '    at read (a.js:1:1)', 'req_1'],
      ['2026-01-31T12:00:01Z', null, 'api', 'info', 'next', null],
    ]);
    expect(lines).toEqual({ total: 5, blank: 1 });
  });

  it('may hold JSON and text, but not where its name promises JSON', () => {
    const mixed =
      '{"ts":"2026-01-31T12:00:00Z","msg":"m","host":"h1"}\nError: x\n{"no":"time"}\n{"broken\n2026-01-31T12:00:01Z t\n';
    expect(read(mixed, 'logs/api.log').entries.map(([time, host, , , message]) => [time, host, message])).toEqual([
      ['2026-01-31T12:00:00Z', 'h1', 'm'],
      ['2026-01-31T12:00:00Z', 'h1', 'Error: x'],
      ['2026-01-31T12:00:00Z', 'h1', '{"no":"time"}'],
      ['2026-01-31T12:00:00Z', 'h1', '{"broken'],
      ['2026-01-31T12:00:01Z', null, 't'],
    ]);
    const strict = read(mixed, 'logs/api.ndjson');
    expect([strict.records, strict.gaps]).toEqual([2, 3]);
  });

  it('that begins as text may go on as JSON', () => {
    const { entries } = read('2026-01-31T12:00:00Z up\n{"time":"2026-01-31T12:00:01Z","msg":"m"}\n', 'x');
    expect(entries.map(([time, , , , message]) => [time, message])).toEqual([
      ['2026-01-31T12:00:00Z', 'up'],
      ['2026-01-31T12:00:01Z', 'm'],
    ]);
  });

  it.each([
    ['prose', 'In March 2026 we saw this.\nIt was over at 12:00:00.\n'],
    ['pairs without a time', 'a=1 b=2\nc=3\n'],
    ['a priority that is none', '<999>Jan 31 12:00:00 h a: b\n<13>no time\n'],
  ])('of %s is none', (_what, text) => {
    expect(collect('notes/x.txt', text).kind).toBe('unrecognised');
  });
});

it('a line of any odd make takes time that grows with its length', () => {
  const many = 200_000;
  const odd = [
    'a="\\" '.repeat(many),
    `<13>1 ${'- '.repeat(many)}`,
    `<13>1 - - - - - ${'[a b="'.repeat(many)}`,
    `Jan 31 12:00:00 ${'x[1]'.repeat(many)}`,
    `2026-01-31T12:00:00Z ${'[a] '.repeat(many)}`,
    `${'a.'.repeat(many)} |`,
    `${' '.repeat(many)}|`,
    `[2026-01-31T12:00:00Z${' '.repeat(many)}]`,
    '{"ts":1'.repeat(many),
  ];
  const { records, gaps } = read(`${odd.join('\n')}\n`, 'logs/x.log');
  expect([records, gaps]).toEqual([odd.length, 0]);
});
