// Protects: samples are read as Prometheus text and OpenMetrics define them, and a series is one whatever the order of its labels.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseComment, parseSample, typeOf } from '../../src/evidence/prometheus.ts';
import { collect } from './collect.ts';

describe('a sample line', () => {
  it.each<[line: string, name: string, labels: object, value: string, time: string | null]>([
    ['up 1', 'up', {}, '1', null],
    ['up{} +1.5e3 ', 'up', {}, '+1.5e3', null],
    ['\tup \t1\t1769860800000', 'up', {}, '1', '1769860800000'],
    ['up { b = "2" , a = "1" , } .5 -1.25', 'up', { a: '1', b: '2' }, '.5', '-1.25'],
    ['a:b_c{x="\\\\n\\n\\"\\x"} NaN', 'a:b_c', { x: '\\n\n"\\x' }, 'NaN', null],
    ['h_bucket{le="+Inf"} 3 # {trace_id="a#b"} 0.5 1769860800.25', 'h_bucket', { le: '+Inf' }, '3', null],
    ['h_bucket{le="0.1"} 3 1769860800.5 # {} 1', 'h_bucket', { le: '0.1' }, '3', '1769860800.5'],
    ['{"my.metric"} -Inf', 'my.metric', {}, '-Inf', null],
    [
      '{"my.metric","a b"="1",c="2"} 18446744073709551615',
      'my.metric',
      { 'a b': '1', c: '2' },
      '18446744073709551615',
      null,
    ],
    ['my{"ä}"="\\"{"} 0x1F', 'my', { 'ä}': '"{' }, '0x1F', null],
    ['x{__proto__="p",constructor="c"} 1', 'x', JSON.parse('{"__proto__":"p","constructor":"c"}'), '1', null],
  ])('%s', (line, name, labels, value, time) => {
    const sample = parseSample(line);
    expect(sample).toMatchObject({ name, value, time });
    expect(Object.entries(sample?.labels ?? {})).toEqual(Object.entries(labels).sort());
  });

  it.each([
    '',
    'up',
    'up{',
    'up{}',
    'up{}}1',
    'up1',
    'up one',
    'up 1 2 3',
    'up 1 soon',
    'up{a} 1',
    'up{a=1} 1',
    'up{a="1"b="2"} 1',
    'up{a="1",a="2"} 1',
    'up{,} 1',
    'up{a="1} 1',
    'up{"name"} 1',
    '{} 1',
    '{a="1","late"} 1',
    '{"one","two"} 1',
    '1up 1',
    'up 1 # no exemplar',
    'up 1# {} 1',
    'up 1 # {a="1"}',
  ])('is none: %s', (line) => {
    expect(parseSample(line)).toBeNull();
  });
});

it('reads an exposition of OpenMetrics: types of all parts, units, births, exemplars, and its end', () => {
  const text = [
    '# HELP c Counts \\n',
    '# TYPE c counter',
    'c_total{a="1"} 3 1769860800.5 # {trace_id="x"} 1',
    'c_created{a="1"} 1769860000.25',
    '# TYPE h_seconds histogram',
    '# UNIT h_seconds seconds',
    'h_seconds_bucket{le="+Inf"} 3',
    'h_seconds_count 3',
    'h_seconds_sum 2.5',
    '# TYPE g gaugehistogram',
    'g_gcount 3',
    '# TYPE s summary',
    's{quantile="0.5"} 1',
    's_sum 4',
    '# TYPE b info',
    'b_info{version="1"} 1',
    '# TYPE e stateset',
    'e{e="a"} 1',
    '# TYPE "q.x" gauge',
    '{"q.x"} 1',
    '# TYPE d gauge',
    'd_count 2',
    '# EOF',
    '',
  ].join('\n');
  const read = collect('metrics/api/1769860800000.prom', text);
  expect([read.records, read.gaps, read.lines]).toEqual([12, 0, { total: 23, blank: 11 }]);
  expect(read.rows.sample?.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'c_total counter',
    'c_created counter',
    'h_seconds_bucket histogram',
    'h_seconds_count histogram',
    'h_seconds_sum histogram',
    'g_gcount gaugehistogram',
    's summary',
    's_sum summary',
    'b_info info',
    'e stateset',
    'q.x gauge',
    'd_count null',
  ]);
  expect(read.rows.sample?.[0]?.ts).toBe(1_769_860_800_500_000);
});

describe('the form of OpenMetrics', () => {
  const counter = '# TYPE c counter\nc_total 3\n';
  const faultsOf = (text: string): readonly string[] =>
    collect('x.prom', text).faults.map(({ problem, detail }) => `${problem}: ${detail}`);

  it.each<[what: string, text: string, faults: readonly string[]]>([
    ['whole', `${counter}c_created 1\n# EOF\n`, []],
    ['whole, and its last line lacks its end', `${counter}c_created 1\n# EOF`, []],
    ['Prometheus text, which has no end', '# HELP c_total x\n# TYPE c_total counter\nc_total 3\n', []],
    ['what may be either', counter, []],
    [
      'births as Prometheus text has them',
      '# TYPE c_total counter\nc_total 3\n# TYPE c_created gauge\nc_created 1\n',
      [],
    ],
    ['blank lines at the end', `${counter}# EOF\n\n \n`, []],
    ['a comment of another kind', `${counter}# EOF of what was asked\nc_total 4\n`, []],
    [
      'births and no end',
      `${counter}c_created 1\n`,
      ['cut: it holds c_created, so it is OpenMetrics, and has no # EOF at its end'],
    ],
    [
      'an exemplar and no end',
      'h_bucket{le="1"} 3 # {trace_id="x"} 0.5\n',
      ['cut: it holds an exemplar, so it is OpenMetrics, and has no # EOF at its end'],
    ],
    [
      'a unit and no end',
      '# UNIT up_seconds seconds\nup_seconds 3\nup_sec',
      ['cut: it holds a # UNIT, so it is OpenMetrics, and has no # EOF at its end'],
    ],
    ['a line behind the end', `${counter}# EOF\n# HELP d x\n`, ['after_eof: 1 line follows # EOF']],
    ['two scrapes in one', `${counter}# EOF\n${counter}# EOF\n`, ['after_eof: 3 lines follow # EOF']],
    [
      'other units',
      '# UNIT a bytes\n# UNIT b_bytes bytes\n# UNIT abytes bytes\n# EOF\n',
      ['unit_mismatch: 2 metrics do not end in the unit that # UNIT tells: a is in bytes'],
    ],
  ])('%s', (_what, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('leaves each line what it is: a record, a gap, or a comment', () => {
    const { records, gaps, lines, rows } = collect('x.prom', `${counter}# EOF\nc_total 4\nbad\n# x\n\n`);
    expect([records, gaps, lines]).toEqual([2, 1, { total: 7, blank: 4 }]);
    expect(rows.sample?.map(({ value }) => value)).toEqual(['3', '4']);
  });

  it('keeps what it tells short', () => {
    const [fault] = faultsOf(`# UNIT ${'a'.repeat(10_000)} ${'b'.repeat(10_000)}\n# EOF\n`);
    expect(fault?.length).toBeLessThan(400);
  });
});

it('has one series for any order of labels, and gives back every label and value', () => {
  const labelName = fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/);
  const labels = fc.dictionary(fc.oneof(labelName, fc.string({ minLength: 1 })), fc.string(), {
    maxKeys: 5,
    noNullPrototype: true,
  });
  const escaped = (text: string): string => text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
  fc.assert(
    fc.property(labels, fc.double(), fc.boolean(), (own, value, quoted) => {
      // A carriage return at a line's end would be the line's.
      const pairs = Object.entries(own).filter(([name, text]) => !/[\r\u2028\u2029]/.test(name + text));
      const written = (list: typeof pairs): string =>
        `m{${list.map(([name, text]) => `${/^[a-z_][a-z0-9_]*$/.test(name) && !quoted ? name : `"${escaped(name)}"`}="${escaped(text)}"`).join(',')}} ${value}`;
      const sample = parseSample(written(pairs));
      expect(sample?.labels).toEqual(Object.fromEntries(pairs));
      expect(sample?.real).toEqual(Number.isNaN(value) ? null : Number(`${value}`));
      expect(JSON.stringify(parseSample(written([...pairs].reverse()))?.labels)).toBe(JSON.stringify(sample?.labels));
    }),
    { numRuns: 200 },
  );
});

it('keeps a type to its metric', () => {
  expect(parseComment('# TYPE a_total counter')).toEqual({ tells: 'TYPE', metric: 'a_total', value: 'counter' });
  expect(parseComment('# UNIT "a b" seconds')).toEqual({ tells: 'UNIT', metric: 'a b', value: 'seconds' });
  for (const other of ['# TYPE a', '# UNIT a ', '# HELP a counter', '# a']) expect(parseComment(other)).toBeNull();
  expect(typeOf('__proto___total', new Map())).toBeNull();
});

it('takes time that grows with the length of a line, whatever it holds', () => {
  const many = 300_000;
  const odd = [
    'a{'.repeat(many),
    `a{${'a="1",'.repeat(many)}`,
    `a{a="${'\\'.repeat(many)}`,
    `a${' '.repeat(many)}b`,
    `a 1 #${' {'.repeat(many)}`,
  ];
  const read = collect('x.prom', `${odd.join('\n')}\nup 1\n`);
  expect([read.records, read.gaps]).toEqual([1, odd.length]);
});
