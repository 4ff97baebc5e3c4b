// Protects suggestions for logs of others: time, level and message are found where only they can be meant, and are read with it.
import { expect, it } from 'vitest';
import { dialectText, propose, readDialects, survey } from '../../../src/evidence/index.ts';
import { collect } from '../collect.ts';

const at = '2026-01-31T12:00:00Z';
const lines = (records: readonly unknown[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

async function readAs(path: string, text: string): Promise<{ dialect: string; read: ReturnType<typeof collect> }> {
  const { kind, readings } = collect(path, text);
  const groups = survey([
    { path, kind, by: readings[0]?.by ?? null, bytes: () => ({ bytes: Buffer.from(text), whole: true }) },
  ]);
  const dialect = dialectText(propose(groups), 'suggested');
  const dialects = await readDialects([{ name: 'x', bytes: Buffer.from(dialect) }]);
  if (!dialects.ok) throw new Error(`${dialects.error.why}\n${dialect}`);
  return { dialect, read: collect(path, text, 65_536, false, dialects.value) };
}

it.each<[name: string, records: readonly object[], first: readonly (string | null)[]]>([
  [
    'letters',
    [
      { L: 'INFO', T: at, N: 'api', M: 'a heartbeat was accepted' },
      { L: 'ERROR', T: at, N: 'api', M: 'no route to host' },
    ],
    ['INFO', 'a heartbeat was accepted'],
  ],
  [
    'other words',
    [
      { when: at, sev: 'W', svc: 'api', line: 'storage is slow' },
      { when: at, sev: 'E', svc: 'api', line: 'storage is gone' },
    ],
    ['W', 'storage is slow'],
  ],
  [
    'numbers for levels',
    [
      { clock: 1_769_860_800_000, weight: 30, said: 'storage is slow' },
      { clock: 1_769_860_800_000, weight: 50, said: 'storage is gone' },
    ],
    ['info', 'storage is slow'],
  ],
  [
    'objects',
    [
      { timeUnixNano: '1769860800000000000', severityText: 'WARN', body: { stringValue: 'storage is slow' } },
      { timeUnixNano: '1769860800000000000', severityText: 'INFO', body: { stringValue: 'storage is back' } },
    ],
    ['WARN', 'storage is slow'],
  ],
  [
    'a known time, and another message',
    [
      { timestamp: at, note: 'storage is slow', n: 1 },
      { timestamp: at, note: 'storage is gone', n: 2 },
    ],
    [null, 'storage is slow'],
  ],
])('%s', async (_name, records, first) => {
  const { dialect, read } = await readAs('export/part-1', lines(records));
  expect(read.kind, dialect).toBe('logs');
  expect([read.records, read.gaps]).toEqual([records.length, 0]);
  expect(read.rows.log?.[0], dialect).toMatchObject({ ts: 1_769_860_800_000_000, level: first[0], message: first[1] });
  // A time and a message have several names, of which one is enough.
  expect(dialect).not.toMatch(/hole: (?:"?@?time|ts|msg|message)/);
});

it.each<[name: string, records: readonly object[]]>([
  ['two sentences', [{ timestamp: at, a: 'one thing or', b: 'the other thing' }]],
  ['two levels and no message', [{ timestamp: at, a: 'info', b: 'warn' }]],
  ['a sentence in few', [{ timestamp: at, a: 'one thing' }, { timestamp: at }, { timestamp: at }]],
])('what is not certain is not mapped: %s', async (_name, records) => {
  const { dialect } = await readAs('export/part-1', lines([...records, ...records]));
  expect(dialect).not.toContain('fields:');
});
