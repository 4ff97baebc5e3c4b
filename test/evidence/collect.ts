import {
  cellForms,
  cellsOf,
  createEvidenceReader,
  type MemberSummary,
  numberCell,
  type RowBatch,
  type RowKind,
  symbolCell,
  tables,
  textBytes,
  type UserDialect,
} from '../../src/evidence/index.ts';

export interface Collected extends MemberSummary {
  readonly rows: Record<string, Record<string, unknown>[]>;
  readonly hits: readonly number[];
}

/** Reads one member, cut into chunks of `chunk` bytes, and decodes its rows plainly. */
export function collect(
  path: string,
  bytes: Buffer | string,
  chunk = 64 * 1024,
  cut = false,
  dialects: readonly UserDialect[] = [],
): Collected {
  const whole = Buffer.from(bytes);
  const batches: RowBatch[] = [];
  const reader = createEvidenceReader({
    onRows: (batch) => batches.push(batch),
    onManifest: () => undefined,
    dialects,
  });
  const member = reader.member(path);
  for (let at = 0; at < whole.length; at += chunk) member.feed(whole.subarray(at, at + chunk));
  const summary = member.end(cut);
  const symbols = reader.takeSymbols();
  const rows: Record<string, Record<string, unknown>[]> = {};
  for (const batch of batches) {
    rows[batch.table] ??= [];
    rows[batch.table]?.push(...decode(batch, symbols));
  }
  return { ...summary, rows, hits: reader.dialectHits() };
}

function decode(batch: RowBatch, symbols: readonly string[]): Record<string, unknown>[] {
  const kind: RowKind = batch.table;
  const columns = tables[kind].columns;
  const names = ['off', 'len', 'ts', ...columns.map(({ name }) => name), ...(tables[kind].extra ? ['extra'] : [])];
  const forms = cellForms(kind);
  let at = 0;
  const made: Record<string, unknown>[] = [];
  for (let row = 0; row < batch.rows; row++) {
    const record: Record<string, unknown> = {};
    names.forEach((name, i) => {
      const cell = batch.cells[row * cellsOf(kind) + i] as number;
      const form = forms[i] as number;
      if (Number.isNaN(cell)) record[name] = null;
      else if (form === numberCell) record[name] = cell;
      else if (form === symbolCell && cell >= 0) record[name] = symbols[cell];
      else {
        const length = textBytes(form, cell);
        record[name] = Buffer.from(batch.text.subarray(at, at + length)).toString('utf8');
        at += length;
      }
    });
    made.push(record);
  }
  return made;
}
