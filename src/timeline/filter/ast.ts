/** A filter as data. What the parser yields, the printer writes and the evaluator reads. */
import type { Micros } from '../../base/time.ts';
import type { Flag, IntegerField, TimeField, WordField } from './fields.ts';

/** What a text must be: the whole of it, or its beginning. */
export interface Pattern {
  readonly text: string;
  readonly match: 'whole' | 'prefix';
}

/** Both ends belong to it; a single number has one value at both. */
export interface Numbers {
  readonly from: number;
  readonly to: number;
}

/** What a time value names: half-open, as long as its last written part. */
export interface Moment {
  readonly text: string;
  readonly from: Micros;
  readonly to: Micros;
}

export type Order = '<' | '<=' | '>' | '>=';
export type Equality = '=' | '!=';

/** Several values are "one of". */
export type Filter =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly of: readonly [Filter, Filter, ...Filter[]] }
  | { readonly type: 'not'; readonly of: Filter }
  /** Words of message-like text. */
  | { readonly type: 'text'; readonly pattern: Pattern }
  | {
      readonly type: 'word';
      /** A dotted name is a path in the record. */
      readonly field: WordField | `${string}.${string}`;
      readonly cmp: Equality | '~';
      readonly values: readonly [Pattern, ...Pattern[]];
    }
  | {
      readonly type: 'integer';
      readonly field: IntegerField;
      readonly cmp: Equality | Order;
      readonly values: readonly [Numbers, ...Numbers[]];
    }
  | {
      readonly type: 'time';
      readonly field: TimeField;
      readonly cmp: Equality | Order;
      readonly values: readonly [Moment, ...Moment[]];
    }
  | { readonly type: 'span'; readonly from: Moment; readonly to: Moment }
  | { readonly type: 'is'; readonly cmp: Equality; readonly values: readonly [Flag, ...Flag[]] }
  | { readonly type: 'has'; readonly cmp: Equality; readonly values: readonly [string, ...string[]] };

export const everything: Filter = { type: 'all' };

/** Both must hold; what holds always is left out. */
export function bothOf(a: Filter, b: Filter): Filter {
  if (a.type === 'all') return b;
  if (b.type === 'all') return a;
  return { type: 'and', of: [a, b] };
}
