/** Conditions on the rows of one table, as SQL over the source `tested` of `eventParts`. */
import type { EventKind } from '../base/vocabulary.ts';
import { type Column, cellForm, type Table, tables } from '../evidence/index.ts';
import type { RowCondition, RowValue, ValueTest } from './reader-types.ts';
import { storedName } from './schema.ts';
import type { SymbolTexts } from './symbol-texts.ts';
import type { Param } from './total-order.ts';

export interface ConditionWorld {
  readonly symbols: SymbolTexts;
  /** First and last number of each run of the table's rows that the members hold. */
  readonly runs: (kind: EventKind, members: readonly string[]) => readonly (readonly [number, number])[];
}

export interface ConditionSql {
  /** NULL counts as false. */
  readonly sql: string;
  readonly params: readonly Param[];
}

const never: ConditionSql = { sql: '0', params: [] };
const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

export function conditionSql(world: ConditionWorld, kind: EventKind, condition: RowCondition): ConditionSql {
  if ('all' in condition) return joined(world, kind, condition.all, ' AND ', '1');
  if ('any' in condition) return joined(world, kind, condition.any, ' OR ', '0');
  if ('not' in condition) {
    const { sql, params } = conditionSql(world, kind, condition.not);
    return { sql: `(${sql}) IS NOT TRUE`, params };
  }
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
  none: string,
): ConditionSql {
  if (conditions.length === 0) return { sql: none, params: [] };
  const all = conditions.map((one) => conditionSql(world, kind, one));
  return { sql: all.map(({ sql }) => `(${sql})`).join(by), params: all.flatMap(({ params }) => params) };
}

function valueSql(world: ConditionWorld, kind: EventKind, value: RowValue, test: ValueTest): ConditionSql {
  const table: Table = tables[kind];
  const expression = 'event' in value ? table.event?.[value.event] : undefined;
  const name = 'column' in value ? value.column : expression;
  const column = table.columns.find((one) => one.name === name);
  if (column !== undefined) return columnSql(world, column, test);
  if (name === 'extra' && table.extra) return testSql('"extra"', test);
  return expression === undefined ? never : testSql(`CAST(${expression} AS TEXT)`, test);
}

function columnSql(world: ConditionWorld, column: Column, test: ValueTest): ConditionSql {
  const name = `"${column.name}"`;
  if (cellForm(column) !== 'symbol' || column.interned === true) return testSql(name, test);
  const stored = storedName(column.name);
  if ('present' in test) return { sql: `${stored} IS NOT NULL`, params: [] };
  if (!('oneOf' in test)) return testSql(name, test);
  return {
    sql: `${stored} IN (${marks(test.oneOf)})`,
    params: test.oneOf.map((one) => world.symbols.stored(String(one))),
  };
}

function testSql(expression: string, test: ValueTest): ConditionSql {
  if ('oneOf' in test) return { sql: `${expression} IN (${marks(test.oneOf)})`, params: test.oneOf };
  if ('prefix' in test) return { sql: `substr(${expression}, 1, length(?)) = ?`, params: [test.prefix, test.prefix] };
  if ('contains' in test) return { sql: `instr(${expression}, ?) > 0`, params: [test.contains] };
  if ('containsAnyCase' in test) return { sql: `${expression} LIKE ?`, params: [`%${test.containsAnyCase}%`] };
  if ('present' in test) return { sql: `${expression} IS NOT NULL`, params: [] };
  return { sql: `${expression} BETWEEN ? AND ?`, params: [test.from, test.to] };
}
