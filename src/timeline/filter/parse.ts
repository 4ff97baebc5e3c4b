/** From the text of a filter to data, by the grammar of formats.md 4. */
import { nearText } from '../../base/near.ts';
import type { Result } from '../../base/result.ts';
import { eventKinds, outcomes, severities } from '../../base/vocabulary.ts';
import { type Moments, readMoment } from '../moment.ts';
import type { Equality, Filter, Moment, Numbers, Order, Pattern } from './ast.ts';
import { fieldNames, fields, flags, type IntegerField, isField, isPath, type TimeField } from './fields.ts';
import { type FilterError, type Scanner, scannerOf, Unreadable } from './scanner.ts';

/** Longer filters, and deeper ones, are nobody's. */
const longest = 20_000;
const deepest = 100;

/** An error is a column and a reason. Times that count from the evidence need its span. */
export function parseFilter(text: string, moments: Moments): Result<Filter, FilterError> {
  if (text.length > longest)
    return { ok: false, error: { column: 1, why: `a filter has at most ${longest} characters` } };
  try {
    return { ok: true, value: new Parser(scannerOf(text), moments).filter() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, error: error.at };
    throw error;
  }
}

type Comparison = Equality | Order | '~';
const comparisons: readonly Comparison[] = ['!=', '<=', '>=', '<', '>', '=', '~'];

/** A value as it stands: quoted text has no star. */
interface Written {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
}

const closed: Readonly<Record<string, readonly string[]>> = {
  kind: eventKinds,
  outcome: outcomes,
  severity: severities,
};

class Parser {
  readonly #scan: Scanner;
  readonly #moments: Moments;
  #depth = 0;

  constructor(scan: Scanner, moments: Moments) {
    this.#scan = scan;
    this.#moments = moments;
  }

  filter(): Filter {
    this.#scan.skipBlanks();
    if (this.#scan.peek() === '') return { type: 'all' };
    const found = this.#or();
    if (this.#scan.peek() !== '') throw new Unreadable(this.#scan.at(), 'nothing is open that ")" could close');
    return found;
  }

  #or(): Filter {
    const first = this.#and();
    const rest: Filter[] = [];
    while (this.#scan.takeWord('OR')) rest.push(this.#and());
    const [second, ...others] = rest;
    return second === undefined ? first : { type: 'or', of: [first, second, ...others] };
  }

  #and(): Filter {
    const first = this.#not();
    const rest: Filter[] = [];
    for (;;) {
      this.#scan.skipBlanks();
      const next = this.#scan.peek();
      if (next === '' || next === ')' || this.#scan.isWord('OR')) break;
      this.#scan.takeWord('AND');
      rest.push(this.#not());
    }
    const [second, ...others] = rest;
    return second === undefined ? first : { type: 'and', of: [first, second, ...others] };
  }

  #not(): Filter {
    this.#scan.skipBlanks();
    return this.#scan.takeWord('NOT') || this.#scan.take('-') ? { type: 'not', of: this.#prim() } : this.#prim();
  }

  #prim(): Filter {
    const scan = this.#scan;
    scan.skipBlanks();
    const at = scan.at();
    const next = scan.peek();
    if (next === '' || next === ')' || ['AND', 'OR', 'NOT'].some((word) => scan.isWord(word)))
      throw new Unreadable(at, 'missing operand');
    if (scan.take('(')) return this.#group(at);
    if (next === '"') return { type: 'text', pattern: { text: scan.quoted(), match: 'whole' } };
    const head = scan.bare((index) => scan.isAt(index, ':'));
    if (!scan.take(':')) return { type: 'text', pattern: patternOf({ text: head, quoted: false, at }) };
    return this.#term(head, at);
  }

  #group(at: number): Filter {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Unreadable(at, `more than ${deepest} parentheses deep`);
    const found = this.#or();
    if (!this.#scan.take(')')) throw new Unreadable(at, 'unclosed parenthesis');
    this.#depth -= 1;
    return found;
  }

  #term(name: string, at: number): Filter {
    const path = isPath(name);
    if (!path && !isField(name)) {
      const near = nearText(name, fieldNames);
      throw new Unreadable(at, `unknown field "${name}"${near === '' ? ' (quote it to search for it)' : near}`);
    }
    const type = isField(name) ? fields[name].type : 'word';
    const cmpAt = this.#scan.at();
    const written = comparisons.find((one) => this.#scan.take(one));
    const cmp = written ?? '=';
    if (!taken(name, type).includes(cmp)) throw new Unreadable(cmpAt, `${name} takes no "${cmp}"`);
    const first = this.#value(this.#scan.at());
    const dotsAt = this.#scan.at();
    if (this.#scan.take('..')) {
      if (written !== undefined || (name !== 'at' && type !== 'integer'))
        throw new Unreadable(dotsAt, written === undefined ? `${name} takes no ".."` : `".." stands without "${cmp}"`);
      const last = this.#value(dotsAt);
      if (this.#scan.peek() === ',') throw new Unreadable(this.#scan.at(), 'a range stands alone');
      return this.#range(name as IntegerField | TimeField, first, last);
    }
    const values: [Written, ...Written[]] = [first];
    for (let comma = this.#scan.at(); this.#scan.take(','); comma = this.#scan.at()) values.push(this.#value(comma));
    if (this.#scan.isAt(this.#scan.at(), '..')) throw new Unreadable(this.#scan.at(), 'a range stands alone');
    return this.#termOf(name, type, cmp, values);
  }

  /** `from`: where the value is missed when there is none. */
  #value(from: number): Written {
    const scan = this.#scan;
    const at = scan.at();
    if (scan.peek() === '"') return { text: scan.quoted(), quoted: true, at };
    const text = scan.bare((index) => scan.isAt(index, ',') || scan.isAt(index, '..'));
    if (text === '') throw new Unreadable(from, 'missing operand');
    return { text, quoted: false, at };
  }

  #range(name: IntegerField | TimeField, first: Written, last: Written): Filter {
    if (name === 'at') return { type: 'span', from: this.#moment(first), to: this.#moment(last) };
    const range = { from: integerOf(first), to: integerOf(last) };
    return { type: 'integer', field: name as IntegerField, cmp: '=', values: [range] };
  }

  #termOf(name: string, type: string, cmp: Comparison, values: readonly [Written, ...Written[]]): Filter {
    switch (type) {
      case 'integer': {
        const field = name as IntegerField;
        return {
          type: 'integer',
          field,
          cmp: cmp as Equality | Order,
          values: each(values, (one) => numbersOf(one, cmp)),
        };
      }
      case 'time':
        return {
          type: 'time',
          field: name as TimeField,
          cmp: cmp as Equality | Order,
          values: each(values, (one) => this.#moment(one)),
        };
      case 'flag':
        return { type: 'is', cmp: cmp as Equality, values: each(values, (one) => wordOf(one, 'flag', flags)) };
      case 'presence':
        return { type: 'has', cmp: cmp as Equality, values: each(values, presentOf) };
      default: {
        const words = closed[name];
        const patterns = each(values, patternOf);
        if (words !== undefined && cmp !== '~')
          for (const [index, { text, match }] of patterns.entries())
            if (match === 'whole') wordOf({ text, quoted: false, at: values[index]?.at ?? 0 }, name, words);
        return { type: 'word', field: name as 'kind', cmp: cmp as Equality | '~', values: patterns };
      }
    }
  }

  #moment({ text, at }: Written): Moment {
    const found = readMoment(text, this.#moments);
    if (found.ok) return { text, ...found.value };
    throw new Unreadable(at, `"${text}": ${found.error}`);
  }
}

/** What a field may be compared by. */
function taken(name: string, type: string): readonly Comparison[] {
  if (type === 'integer' || name === 'at') return ['=', '!=', '<', '<=', '>', '>='];
  return type === 'word' ? ['=', '!=', '~'] : ['=', '!='];
}

const each = <T, U>([first, ...rest]: readonly [T, ...T[]], make: (value: T) => U): [U, ...U[]] => [
  make(first),
  ...rest.map(make),
];

const patternOf = ({ text, quoted }: Written): Pattern =>
  !quoted && text.endsWith('*') ? { text: text.slice(0, -1), match: 'prefix' } : { text, match: 'whole' };

function integerOf({ text, at }: Written): number {
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Unreadable(at, `"${text}" is no whole number`);
  return value + 0;
}

function numbersOf(written: Written, cmp: Comparison): Numbers {
  const statuses = /^([1-9])xx$/.exec(written.text);
  if (statuses !== null && (cmp === '=' || cmp === '!='))
    return { from: Number(statuses[1]) * 100, to: Number(statuses[1]) * 100 + 99 };
  const value = integerOf(written);
  return { from: value, to: value };
}

function wordOf<T extends string>({ text, at }: Written, field: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found === undefined) {
    const near = nearText(text, words);
    throw new Unreadable(at, `unknown ${field} "${text}"${near === '' ? ` (one of ${words.join(', ')})` : near}`);
  }
  return found;
}

function presentOf({ text, at }: Written): string {
  if (isPath(text) || (isField(text) && text !== 'is' && text !== 'has')) return text;
  throw new Unreadable(at, `unknown field "${text}"${nearText(text, fieldNames)}`);
}
