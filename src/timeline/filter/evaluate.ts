/** Whether a record passes a filter: the one place that says what a filter means. */
import type { Filter, Moment, Numbers, Order, Pattern } from './ast.ts';
import { isField, isPath, type WordField } from './fields.ts';
import { phraseTest } from './phrase.ts';
import { type FilterRecord, pathValues, textOf } from './record.ts';

type Test = (record: FilterRecord) => boolean;

/** `!=` and negation also hold for a record without the field; every other comparison does not. */
export function filterTest(filter: Filter): Test {
  switch (filter.type) {
    case 'all':
      return () => true;
    case 'and': {
      const tests = filter.of.map(filterTest);
      return (record) => tests.every((test) => test(record));
    }
    case 'or': {
      const tests = filter.of.map(filterTest);
      return (record) => tests.some((test) => test(record));
    }
    case 'not': {
      const test = filterTest(filter.of);
      return (record) => !test(record);
    }
    case 'text': {
      const test = phraseTest(filter.pattern);
      return ({ messages }) => messages.some(test);
    }
    case 'word': {
      const { field, cmp, values } = filter;
      const wanted = (text: string): boolean => values.some((value) => textPasses(text, cmp, value));
      const any: Test = (record) => wordsOf(record, field).some(wanted);
      return cmp === '!=' ? (record) => !any(record) : any;
    }
    case 'integer': {
      const { field, cmp, values } = filter;
      return ({ integers }) => {
        const number = integers[field];
        if (number === undefined) return cmp === '!=';
        return cmp === '!='
          ? values.every(({ from, to }) => number < from || number > to)
          : values.some((value) => numberPasses(number, cmp, value));
      };
    }
    case 'time': {
      const { field, cmp, values } = filter;
      const passes = (ts: number, value: Moment): boolean => timePasses(ts, field, cmp === '!=' ? '=' : cmp, value);
      return ({ ts }) => {
        if (ts === null) return cmp === '!=';
        const any = values.some((value) => passes(ts, value));
        return cmp === '!=' ? !any : any;
      };
    }
    case 'span': {
      const { from, to } = filter;
      return ({ ts }) => ts !== null && from.from <= ts && ts < to.to;
    }
    case 'is': {
      const { cmp, values } = filter;
      return ({ flags }) => values.some((flag) => flags.has(flag)) === (cmp === '=');
    }
    case 'has': {
      const { cmp, values } = filter;
      return (record) => values.some((name) => has(record, name)) === (cmp === '=');
    }
  }
}

function wordsOf(record: FilterRecord, field: WordField | `${string}.${string}`): readonly string[] {
  if (!isPath(field)) return record.words[field as WordField] ?? [];
  return pathValues(record, field).flatMap((value) => textOf(value) ?? []);
}

function textPasses(text: string, cmp: '=' | '!=' | '~', { text: wanted, match }: Pattern): boolean {
  if (cmp === '~') return text.includes(wanted);
  return match === 'prefix' ? text.startsWith(wanted) : text === wanted;
}

function numberPasses(number: number, cmp: '=' | Order, { from, to }: Numbers): boolean {
  switch (cmp) {
    case '=':
      return from <= number && number <= to;
    case '<':
      return number < from;
    case '<=':
      return number <= to;
    case '>':
      return number > to;
    case '>=':
      return number >= from;
  }
}

/** What a value names is a span: later than it is after its end. */
function timePasses(ts: number, field: 'after' | 'before' | 'at', cmp: '=' | Order, { from, to }: Moment): boolean {
  if (field === 'after') return ts >= from;
  if (field === 'before') return ts < from;
  switch (cmp) {
    case '=':
      return from <= ts && ts < to;
    case '<':
      return ts < from;
    case '<=':
      return ts < to;
    case '>':
      return ts >= to;
    case '>=':
      return ts >= from;
  }
}

function has(record: FilterRecord, name: string): boolean {
  if (name === 'after' || name === 'before' || name === 'at') return record.ts !== null;
  if (isField(name))
    return (record.words[name as WordField]?.length ?? 0) > 0 || record.integers[name as 'status'] !== undefined;
  return pathValues(record, name).length > 0;
}
