/** Conditions on the rows of one table, as SQL over the source `tested` of `eventParts`. */
import type { EventKind } from '../base/vocabulary.ts';
import { type Column, cellForm, type RowKind, type Table, tables } from '../evidence/index.ts';
import type { Mentions } from './mentions.ts';
import type { MovedRows } from './moved-rows.ts';
import { both, either, type Finder, listOf, type NumberSet } from './numbers.ts';
import type { RowCondition, RowValue, ValueTest } from './reader-types.ts';
import { storedName } from './schema.ts';
import type { Segments } from './segments.ts';
import type { SymbolTexts } from './symbol-texts.ts';
import type { Param } from './total-order.ts';

export interface FinderWorld {
  readonly mentions: Mentions;
  readonly find: Finder;
  readonly segments: Segments;
}

export interface ConditionWorld extends FinderWorld {
  readonly moved: MovedRows;
  readonly symbols: SymbolTexts;
  /** First and last number of each run of the table's rows that the members hold. */
  readonly runs: (kind: EventKind, members: readonly string[]) => readonly (readonly [number, number])[];
}

export interface ConditionSql {
  /** NULL counts as false. */
  readonly sql: string;
  readonly params: readonly Param[];
}

const always: ConditionSql = { sql: '1', params: [] };
/** A column of both shares that a kind with moved rows has. */
const isMovedSql = 'moved_by IS NOT NULL';
const never: ConditionSql = { sql: '0', params: [] };
const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

export function conditionSql(world: ConditionWorld, kind: EventKind, condition: RowCondition): ConditionSql {
  if ('all' in condition) return joined(world, kind, condition.all, ' AND ', always, never);
  if ('any' in condition) return joined(world, kind, condition.any, ' OR ', never, always);
  if ('not' in condition) {
    const { sql, params } = conditionSql(world, kind, condition.not);
    return { sql: `(${sql}) IS NOT TRUE`, params };
  }
  if ('words' in condition) return always;
  if ('moved' in condition)
    return world.moved.sharesOf(kind).includes('moved') ? { sql: isMovedSql, params: [] } : never;
  if ('numbers' in condition)
    return { sql: 'n IN (SELECT value FROM json_each(?))', params: [JSON.stringify(condition.numbers)] };
  if ('members' in condition) {
    const runs = world.runs(kind, condition.members);
    if (runs.length === 0) return never;
    return {
      sql: 'EXISTS (SELECT 1 FROM json_each(?) WHERE n BETWEEN value ->> 0 AND value ->> 1)',
      params: [JSON.stringify(runs)],
    };
  }
  if ('names' in condition) {
    if (!('mentions' in tables[kind])) return never;
    const { sql, params } = testSql('entity', condition.names);
    const inRole = condition.role === undefined ? [] : [condition.role];
    return {
      sql: `n IN (SELECT n FROM t_mention WHERE ${inRole.length === 0 ? '' : 'role = ? AND '}${sql})`,
      params: [...inRole, ...params],
    };
  }
  if ('dated' in condition) {
    const { from, to } = condition.dated;
    const params: Param[] = [];
    if (from !== undefined) params.push(from);
    if (to !== undefined) params.push(to);
    const bounds = [...(from === undefined ? [] : ['ts >= ?']), ...(to === undefined ? [] : ['ts < ?'])];
    return { sql: bounds.length === 0 ? 'ts IS NOT NULL' : bounds.join(' AND '), params };
  }
  return valueSql(world, kind, condition.value, condition.is);
}

function joined(
  world: ConditionWorld,
  kind: EventKind,
  conditions: readonly RowCondition[],
  by: string,
  none: ConditionSql,
  decided: ConditionSql,
): ConditionSql {
  const all = conditions.map((one) => conditionSql(world, kind, one)).filter(({ sql }) => sql !== none.sql);
  if (all.some(({ sql }) => sql === decided.sql)) return decided;
  const [only, ...others] = all;
  if (only === undefined) return none;
  if (others.length === 0) return only;
  return { sql: all.map(({ sql }) => `(${sql})`).join(by), params: all.flatMap(({ params }) => params) };
}

function valueSql(world: ConditionWorld, kind: EventKind, value: RowValue, test: ValueTest): ConditionSql {
  const table: Table = tables[kind];
  const expression = 'event' in value ? table.event?.[value.event] : undefined;
  const name = 'column' in value ? value.column : expression;
  const column = columnOf(kind, value);
  if (column !== undefined) return columnSql(world, column, test);
  if (name === 'extra' && table.extra) return testSql('"extra"', test);
  return expression === undefined ? never : testSql(`CAST(${expression} AS TEXT)`, test);
}

/** Numbers of all rows that meet the condition, and of few others; null where no accelerator tells, or where they are many. */
export function numbersOf(world: FinderWorld, kind: RowKind, condition: RowCondition): NumberSet | null {
  if ('all' in condition)
    return condition.all
      .map((one) => numbersOf(world, kind, one))
      .reduce((sum, one) => (sum === null || one === null ? (sum ?? one) : both(sum, one)), null);
  if ('any' in condition) {
    const sets = condition.any.map((one) => numbersOf(world, kind, one));
    return sets.some((one) => one === null) ? null : either(sets as NumberSet[]);
  }
  if ('numbers' in condition) return listOf(condition.numbers);
  if ('names' in condition) {
    if (!('mentions' in tables[kind])) return listOf([]);
    return 'oneOf' in condition.names
      ? either(condition.names.oneOf.map((one) => world.mentions.named(String(one))))
      : null;
  }
  if ('words' in condition) {
    const set = world.find.words(condition.words, condition.begun);
    return set === null || isDense(world, kind, set) ? null : set;
  }
  if (!('value' in condition) || !('oneOf' in condition.is)) return null;
  const column = columnOf(kind, condition.value);
  if (column?.type !== 'id' && column?.type !== 'symbol') return null;
  const sets = condition.is.oneOf.map((one) => world.find.key(String(one)));
  if (sets.some((one) => one === null)) return null;
  const set = either(sets as NumberSet[]);
  return isDense(world, kind, set) ? null : set;
}

/** A look at one run in the middle: where one row of eight is wanted, the rows are as quickly walked. */
function isDense({ segments }: FinderWorld, kind: RowKind, set: NumberSet): boolean {
  const runs = segments.ofTable(kind);
  const run = runs[runs.length >> 1];
  return run !== undefined && set.within(run.first, run.last).length * 8 > run.last - run.first;
}

/** The column that the value is, if it is one as it stands. */
function columnOf(kind: RowKind, value: RowValue): Column | undefined {
  const table: Table = tables[kind];
  const name = 'column' in value ? value.column : table.event?.[value.event];
  return table.columns.find((one) => one.name === name);
}

function columnSql(world: ConditionWorld, column: Column, test: ValueTest): ConditionSql {
  const name = `"${column.name}"`;
  if (cellForm(column) !== 'symbol' || column.interned === true) return testSql(name, test);
  const stored = storedName(column.name);
  if ('present' in test) return { sql: `${stored} IS NOT NULL`, params: [] };
  if (!('oneOf' in test)) return testSql(name, test);
  const params = test.oneOf.flatMap((one) => world.symbols.stored(String(one)));
  return { sql: `${stored} IN (${marks(params)})`, params };
}

function testSql(expression: string, test: ValueTest): ConditionSql {
  if ('oneOf' in test) return { sql: `${expression} IN (${marks(test.oneOf)})`, params: test.oneOf };
  if ('prefix' in test) return { sql: `substr(${expression}, 1, length(?)) = ?`, params: [test.prefix, test.prefix] };
  if ('contains' in test) return { sql: `instr(${expression}, ?) > 0`, params: [test.contains] };
  if ('containsAnyCase' in test) return { sql: `${expression} LIKE ?`, params: [`%${test.containsAnyCase}%`] };
  if ('present' in test) return { sql: `${expression} IS NOT NULL`, params: [] };
  return { sql: `${expression} BETWEEN ? AND ?`, params: [test.from, test.to] };
}
