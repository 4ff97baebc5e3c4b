/**
 * A filter as a condition on the rows of a kind, as far as the case can decide it. Whatever passes the filter passes the
 * condition; where the two are not the same, the filter looks at what passed.
 */
import type { EventKind } from '../../base/vocabulary.ts';
import type { RowCondition, RowValue, ValueTest } from '../../case/index.ts';
import { tables } from '../../evidence/index.ts';
import type { Equality, Filter, Moment, Numbers, Order, Pattern } from './ast.ts';
import {
  type Flag,
  type IntegerField,
  isField,
  isPath,
  type RoleField,
  roleFields,
  type TimeField,
  type WordField,
} from './fields.ts';
import type { Marks } from './marks.ts';
import { messageColumns } from './messages.ts';
import { heldRun } from './phrase.ts';
import { columnFields, columnNamed, columnsOf, isPart } from './row-record.ts';

export interface Compiled {
  readonly condition: RowCondition;
  /** Whether the condition says all that the filter says. */
  readonly exact: boolean;
}

export interface Compiling {
  readonly marks: Marks;
  /** Paths of the archive's members. */
  readonly members: readonly string[];
}

const always: RowCondition = { all: [] };
const never: RowCondition = { any: [] };
const exactly = (condition: RowCondition): Compiled => ({ condition, exact: true });
const atMost = (condition: RowCondition): Compiled => ({ condition, exact: false });

export function compileFilter(filter: Filter, kind: EventKind, by: Compiling): Compiled {
  switch (filter.type) {
    case 'all':
      return exactly(always);
    case 'and': {
      const all = filter.of.map((one) => compileFilter(one, kind, by));
      return { condition: { all: all.map(({ condition }) => condition) }, exact: all.every(({ exact }) => exact) };
    }
    case 'or':
      return anyOf(filter.of.map((one) => compileFilter(one, kind, by)));
    case 'not':
      return inverse(compileFilter(filter.of, kind, by));
    case 'text':
      return textCondition(filter.pattern, kind);
    case 'word': {
      const { field, cmp, values } = filter;
      const found = isPath(field)
        ? pathCondition(field, cmp, values, kind)
        : wordCondition(field as WordField, cmp === '~' ? '~' : '=', values, kind, by);
      return cmp === '!=' ? inverse(found) : found;
    }
    case 'integer': {
      const { field, cmp, values } = filter;
      const found = anyOf(values.map((value) => integerCondition(field, cmp === '!=' ? '=' : cmp, value, kind)));
      return cmp === '!=' ? inverse(found) : found;
    }
    case 'time': {
      const { field, cmp, values } = filter;
      const any = exactly({ any: values.map((value) => ({ dated: bounds(field, cmp, value) })) });
      return cmp === '!=' ? inverse(any) : any;
    }
    case 'span':
      return exactly({ dated: { from: filter.from.from, to: filter.to.to } });
    case 'is':
      return equality(filter.cmp, anyOf(filter.values.map((flag) => flagCondition(flag, kind, by))));
    case 'has':
      return equality(filter.cmp, anyOf(filter.values.map((name) => presence(name, kind, by))));
  }
}

const anyOf = (all: readonly Compiled[]): Compiled => ({
  condition: { any: all.map(({ condition }) => condition) },
  exact: all.every(({ exact }) => exact),
});

/** Nothing is known of what an inexact condition lets through, so that its inverse must let everything through. */
const inverse = ({ condition, exact }: Compiled): Compiled => (exact ? exactly({ not: condition }) : atMost(always));

const equality = (cmp: Equality, found: Compiled): Compiled => (cmp === '!=' ? inverse(found) : found);

/** SQLite's functions end a text at its first NUL. */
const isPlain = (text: string): boolean => !text.includes('\0');

/** The values of one field in SQL. `~` is a substring. */
function valueCondition(value: RowValue, cmp: '=' | '~', patterns: readonly Pattern[]): Compiled {
  const whole: string[] = [];
  const arms: RowCondition[] = [];
  let exact = true;
  for (const { text, match } of patterns) {
    const test: ValueTest = cmp === '~' ? { contains: text } : { prefix: text };
    if (cmp === '=' && match === 'whole') whole.push(text);
    else if (text === '') arms.push({ value, is: { present: true } });
    else if (isPlain(text)) arms.push({ value, is: test });
    else {
      arms.push({ value, is: { present: true } });
      exact = false;
    }
  }
  if (whole.length > 0) arms.push({ value, is: { oneOf: whole } });
  return { condition: { any: arms }, exact };
}

const passes = (text: string, cmp: '=' | '~', { text: wanted, match }: Pattern): boolean =>
  cmp === '~' ? text.includes(wanted) : match === 'prefix' ? text.startsWith(wanted) : text === wanted;

const ofColumns = (kind: EventKind, names: readonly string[], cmp: '=' | '~', values: readonly Pattern[]): Compiled =>
  anyOf(
    names
      .filter((name) => columnNamed(kind, name) !== undefined)
      .map((column) => valueCondition({ column }, cmp, values)),
  );

/** Numbers of the rows that a mark of theirs passes for. */
const marked = (marks: ReadonlyMap<number, readonly string[]>, wanted: (text: string) => boolean): RowCondition => ({
  numbers: [...marks].filter(([, texts]) => texts.some(wanted)).map(([n]) => n),
});

function wordCondition(
  field: WordField,
  cmp: '=' | '~',
  values: readonly Pattern[],
  kind: EventKind,
  by: Compiling,
): Compiled {
  const wanted = (text: string): boolean => values.some((value) => passes(text, cmp, value));
  switch (field) {
    case 'kind':
      return exactly(wanted(kind) ? always : never);
    case 'member':
      return exactly({ members: by.members.filter(wanted) });
    case 'tag':
      return exactly(marked(by.marks.tags, wanted));
    case 'severity':
      return exactly(marked(by.marks.severities, wanted));
    case 'action':
    case 'outcome':
    case 'code':
    case 'component':
    case 'host':
      return valueCondition({ event: field }, cmp, values);
    case 'state':
      return ofColumns(kind, kind === 'job' ? ['state'] : [], cmp, values);
    case 'request':
      return ofColumns(kind, ['request_id'], cmp, values);
    case 'route':
      return routeCondition(cmp, values, kind);
    case 'entity':
      return anyOf(values.map((value) => entityCondition(cmp, value, kind)));
    case 'path':
    case 'ip':
    case 'method':
      return ofColumns(kind, [field], cmp, values);
    default:
      return roleCondition(field, cmp, values, kind);
  }
}

function routeCondition(cmp: '=' | '~', values: readonly Pattern[], kind: EventKind): Compiled {
  if (kind !== 'request') return exactly(never);
  const named = ofColumns(kind, ['route', 'grp'], cmp, values);
  const segments = values.map(
    ({ text }): RowCondition => ({
      value: { column: 'route' },
      is: isPlain(text) ? { contains: text } : { present: true },
    }),
  );
  return atMost({ any: [named.condition, ...segments] });
}

function entityCondition(cmp: '=' | '~', value: Pattern, kind: EventKind): Compiled {
  const colon = value.text.indexOf(':');
  const columns = columnsOf(kind).filter((column) => column.role !== undefined);
  // Without a colon the pattern may begin or lie in the kind: any entity may do.
  if (cmp === '~' || (colon < 0 && value.match === 'prefix'))
    return atMost({
      any: [
        ...columns.map(({ name }): RowCondition => ({ value: { column: name }, is: { present: true } })),
        { names: { present: true } },
      ],
    });
  if (colon < 0) return exactly(never);
  const [entityKind, id] = [value.text.slice(0, colon), value.text.slice(colon + 1)];
  const ids: readonly Pattern[] = [{ text: id, match: value.match }];
  return anyOf([
    mentioned([value]),
    ...columns.flatMap((column) => {
      const named = valueCondition({ column: column.name }, '=', ids);
      if (column.entityFrom === undefined) return column.entity === entityKind ? [named] : [];
      const from: RowCondition = { value: { column: column.entityFrom }, is: { oneOf: [entityKind] } };
      return [{ condition: { all: [named.condition, from] }, exact: named.exact }];
    }),
  ]);
}

/** Entities, spelt whole or as beginnings, that stand outside of the columns. */
function mentioned(entities: readonly Pattern[], role?: RoleField): Compiled {
  return anyOf(
    entities.map(({ text, match }) => {
      const inRole = role === undefined ? {} : { role };
      if (match === 'whole') return exactly({ names: { oneOf: [text] }, ...inRole });
      return isPlain(text)
        ? exactly({ names: { prefix: text }, ...inRole })
        : atMost({ names: { present: true }, ...inRole });
    }),
  );
}

function roleCondition(field: RoleField, cmp: '=' | '~', values: readonly Pattern[], kind: EventKind): Compiled {
  return anyOf([
    // Within the id, and not within its kind: that is looked at.
    cmp === '~'
      ? atMost({ names: { present: true }, role: field })
      : mentioned(
          values.map(({ text, match }) => ({ text: `${field}:${text}`, match })),
          field,
        ),
    ...columnsOf(kind).flatMap((column) => {
      const named = valueCondition({ column: column.name }, cmp, values);
      if (column.role === field) return [named];
      if (column.role !== 'subject') return [];
      if (column.entityFrom === undefined) return column.entity === field ? [named] : [];
      const from: RowCondition = { value: { column: column.entityFrom }, is: { oneOf: [field] } };
      return [{ condition: { all: [named.condition, from] }, exact: named.exact }];
    }),
  ]);
}

/** As JSON text holds it between its quotes. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Columns of JSON that a value at the path would lie in; null where the record as written may have to be read. */
function jsonColumnsOf(path: string, kind: EventKind): readonly string[] | null {
  const table = tables[kind];
  if (!table.extra && !isPart(kind)) return null;
  const columns = columnsOf(kind).filter(
    (column) => column.type === 'json' && path.startsWith(`${column.path ?? column.name}.`),
  );
  // A large payload is not kept in its column, and the attempts of a job are rows of their own.
  if (kind === 'job' && /^(?:payload|attempts)\./.test(path)) return null;
  return [...columns.map((column) => column.name), ...(table.extra ? ['extra'] : [])];
}

function pathCondition(path: string, cmp: '=' | '!=' | '~', values: readonly Pattern[], kind: EventKind): Compiled {
  if (kind === 'gap') return exactly(never);
  const json = jsonColumnsOf(path, kind);
  if (json === null) return atMost(always);
  const plain = columnsOf(kind).filter((column) => column.path === path);
  const tests = [...json, ...plain.map((column) => column.name)].flatMap((column) =>
    values.map(({ text }): RowCondition => {
      const quoted = json.includes(column) ? inJson(text) : text;
      const textual = json.includes(column) || columnNamed(kind, column)?.type === 'symbol';
      return {
        value: { column },
        is: textual && isPlain(quoted) && cmp !== '!=' ? { contains: quoted } : { present: true },
      };
    }),
  );
  return atMost({ any: tests });
}

function integerCondition(field: IntegerField, cmp: '=' | Order, value: Numbers, kind: EventKind): Compiled {
  if (field === 'count')
    return tables[kind].extra ? atMost({ value: { column: 'extra' }, is: { contains: '"count":' } }) : atMost(always);
  if (columnNamed(kind, field)?.type !== 'int') return exactly(never);
  return exactly({ value: { column: field }, is: rangeOf(cmp, value) });
}

function rangeOf(cmp: '=' | Order, { from, to }: Numbers): { readonly from: number; readonly to: number } {
  switch (cmp) {
    case '=':
      return { from, to };
    case '<':
      return { from: Number.MIN_SAFE_INTEGER, to: from - 1 };
    case '<=':
      return { from: Number.MIN_SAFE_INTEGER, to };
    case '>':
      return { from: to + 1, to: Number.MAX_SAFE_INTEGER };
    case '>=':
      return { from, to: Number.MAX_SAFE_INTEGER };
  }
}

function bounds(field: TimeField, cmp: Equality | Order, { from, to }: Moment): { from?: number; to?: number } {
  if (field === 'after') return { from };
  if (field === 'before') return { to: from };
  switch (cmp) {
    case '=':
    case '!=':
      return { from, to };
    case '<':
      return { to: from };
    case '<=':
      return { to };
    case '>':
      return { from: to };
    case '>=':
      return { from };
  }
}

function flagCondition(flag: Flag, kind: EventKind, { marks }: Compiling): Compiled {
  switch (flag) {
    case 'gap':
      return exactly(kind === 'gap' ? always : never);
    case 'undated':
      return exactly({ not: { dated: {} } });
    case 'moved':
      return exactly({ moved: true });
    case 'noted':
      return exactly({ numbers: [...marks.tags.keys()] });
    case 'cause':
      return exactly({ numbers: [...marks.causes] });
    case 'symptom':
      return exactly({ numbers: [...marks.symptoms] });
  }
}

function presence(name: string, kind: EventKind, by: Compiling): Compiled {
  if (name === 'after' || name === 'before' || name === 'at') return exactly({ dated: {} });
  if (!isField(name)) return pathPresence(name, kind);
  if (name === 'count') return integerCondition(name, '=', { from: 0, to: 0 }, kind);
  if (columnFields.integers.some((field) => field === name))
    return columnNamed(kind, name)?.type === 'int'
      ? exactly({ value: { column: name }, is: { present: true } })
      : exactly(never);
  const field = name as WordField;
  if (field === 'entity' || roleFields.some((one) => one === field) || field === 'route')
    return atMost(wordCondition(field, '=', [{ text: '', match: 'prefix' }], kind, by).condition);
  return wordCondition(field, '=', [{ text: '', match: 'prefix' }], kind, by);
}

function pathPresence(path: string, kind: EventKind): Compiled {
  return pathCondition(path, '!=', [{ text: '', match: 'prefix' }], kind);
}

/** Words in message-like text: an index tells where they may lie, and a match holds their longest run. */
function textCondition(pattern: Pattern, kind: EventKind): Compiled {
  const columns = messageColumns(kind);
  if (columns.length === 0) return exactly(never);
  const run = heldRun(pattern);
  const held = columns.map(
    (column): RowCondition => ({
      value: { column },
      is: run === '' ? { present: true } : { containsAnyCase: run },
    }),
  );
  return atMost({ all: [{ words: pattern.text, begun: pattern.match === 'prefix' }, { any: held }] });
}
