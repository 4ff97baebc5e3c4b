/** The fields that a table's columns are read from, laid out for finding them in the bytes of a line. */
import type { Table } from './columns.ts';

/** The fields of an object that columns are read from. */
export interface Level {
  readonly names: readonly Uint8Array[];
  /** The column of a field, or minus the level below it. */
  readonly leads: Int16Array;
  /** The field that followed a field last, by the one before; the last entry is for the first field. */
  readonly next: Int16Array;
  /** The line in which the field stood last. */
  readonly seen: Float64Array;
  /** Fields by a cheap hash of their names, chained. */
  readonly first: Int16Array;
  readonly chained: Int16Array;
}

const slots = 64;
export const slotOf = (length: number, head: number, tail: number): number =>
  (length * 5 + head * 3 + tail) & (slots - 1);

function levelOf(fields: readonly (readonly [string, number])[]): Level {
  const names = fields.map(([name]) => Buffer.from(`"${name}":`, 'latin1'));
  const first = new Int16Array(slots).fill(-1);
  const chained = new Int16Array(fields.length).fill(-1);
  names.forEach((name, index) => {
    const length = name.length - 3;
    const slot = slotOf(length, name[1] as number, name[length] as number);
    chained[index] = first[slot] as number;
    first[slot] = index;
  });
  return {
    names,
    leads: Int16Array.from(fields, ([, lead]) => lead),
    next: new Int16Array(fields.length + 1),
    seen: new Float64Array(fields.length).fill(-1),
    first,
    chained,
  };
}

/** The table's fields as levels, the top one first; null where not every column is read from one field of its own. */
export function levelsOf(table: Table): readonly Level[] | null {
  if (table.known !== undefined) return null;
  const timeColumn = table.columns.length;
  const top = new Map<string, number>();
  const below: [string, number][][] = [];
  const paths = table.columns.map((column, index) => [column.path, index] as const);
  for (const [path, lead] of [...paths, [table.time, timeColumn] as const]) {
    if (path === undefined) continue;
    const [name, sub, deeper] = path.split('.') as [string, string | undefined, string | undefined];
    const known = top.get(name);
    if (deeper !== undefined || (known !== undefined && (sub === undefined || known >= 0))) return null;
    if (sub === undefined) top.set(name, lead);
    else {
      if (known === undefined) {
        below.push([]);
        top.set(name, -below.length);
      }
      (below[-1 - (known ?? -below.length)] as [string, number][]).push([sub, lead]);
    }
  }
  return [levelOf([...top]), ...below.map(levelOf)];
}
