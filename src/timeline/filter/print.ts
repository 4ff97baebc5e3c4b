/** A filter as text that reads back as the same filter. */
import type { Filter, Moment, Numbers, Pattern } from './ast.ts';

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Bare where that reads back: a star at its end would be a prefix, and the first characters may be operators. */
const value = (text: string): string =>
  /^[^\s()"\\,.<>=!~*-][^\s()",]*$/u.test(text) && !text.endsWith('*') && !text.includes('..') ? text : quoted(text);

const pattern = ({ text, match }: Pattern, plain: (text: string) => string): string => {
  if (match === 'whole') return plain(text);
  return `${text}*`;
};

const word = (text: string): string =>
  /^[^\s()":-][^\s()":]*$/u.test(text) && !text.endsWith('*') && !/^(?:AND|OR|NOT)$/.test(text) ? text : quoted(text);

const moment = ({ text }: Moment): string => (/^[^\s()",]+$/u.test(text) && !text.includes('..') ? text : quoted(text));

function numbers({ from, to }: Numbers): string {
  if (from === to) return String(from);
  return from % 100 === 0 && from >= 100 && from <= 900 && to === from + 99 ? `${from / 100}xx` : `${from}..${to}`;
}

/** The equals sign is left out, unless the value begins like an operator. */
function term(field: string, cmp: string, values: readonly string[]): string {
  const shown = cmp === '=' && !/^[=!<>~]/.test(values[0] ?? '') ? '' : cmp;
  return `${field}:${shown}${values.join(',')}`;
}

export function printFilter(filter: Filter): string {
  switch (filter.type) {
    case 'all':
      return '';
    case 'or':
      return filter.of.map((one) => (one.type === 'or' ? grouped(one) : printFilter(one))).join(' OR ');
    case 'and':
      return filter.of
        .map((one) => (one.type === 'or' || one.type === 'and' ? grouped(one) : printFilter(one)))
        .join(' ');
    case 'not':
      return `NOT ${['or', 'and', 'not'].includes(filter.of.type) ? grouped(filter.of) : printFilter(filter.of)}`;
    case 'text':
      return pattern(filter.pattern, word);
    case 'word':
      return term(
        filter.field,
        filter.cmp,
        filter.values.map((one) => pattern(one, value)),
      );
    case 'integer':
      return term(filter.field, filter.cmp, filter.values.map(numbers));
    case 'time':
      return term(filter.field, filter.cmp, filter.values.map(moment));
    case 'span':
      return `at:${moment(filter.from)}..${moment(filter.to)}`;
    case 'is':
    case 'has':
      return term(filter.type, filter.cmp, filter.values);
  }
}

const grouped = (filter: Filter): string => `(${printFilter(filter)})`;
