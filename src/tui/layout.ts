/** Where things stand on a screen of a size. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Below this the program says so and draws nothing else. */
export const least: Size = { columns: 60, rows: 16 };

export const tooSmall = (size: Size): boolean => size.columns < least.columns || size.rows < least.rows;

/** Title, tabs and rule above; rule and hints below. */
export const bodyRows = (size: Size): number => size.rows - 5;

/** From here on an open record stands to the right of the list, else below it. */
const sideFrom = 140;

export interface TimelineLayout {
  readonly side: 'right' | 'below' | 'none';
  readonly listRows: number;
  readonly listColumns: number;
  readonly recordRows: number;
  readonly recordColumns: number;
}

export function timelineLayout(size: Size, record: 'shown' | 'hidden'): TimelineLayout {
  const rows = bodyRows(size);
  if (record === 'hidden')
    return { side: 'none', listRows: rows, listColumns: size.columns, recordRows: 0, recordColumns: 0 };
  if (size.columns >= sideFrom) {
    const recordColumns = Math.floor(size.columns * 0.45);
    return {
      side: 'right',
      listRows: rows,
      listColumns: size.columns - recordColumns - 2,
      recordRows: rows,
      recordColumns,
    };
  }
  const recordRows = Math.floor(rows / 2);
  // One row is the rule between them.
  return {
    side: 'below',
    listRows: rows - recordRows - 1,
    listColumns: size.columns,
    recordRows,
    recordColumns: size.columns - 2,
  };
}
