/** Rows of a query as a table, as CSV, or as JSON. */
import { csvLine } from '../base/escape/csv.ts';
import { escapeTerminal } from '../base/escape/terminal.ts';
import { isObject, type Json, parseJson, writeJson } from '../base/json.ts';
import { maskJson, maskText } from '../base/secrets.ts';
import { type CaseReader, type SqlResult, type SqlValue, stampOf } from '../case/index.ts';
import { cut, padEnd, padStart, textWidth } from '../report/index.ts';
import { exactText, lineText } from './json-output.ts';
import { writeOut } from './output.ts';
import type { Session } from './session.ts';

/** A cell without secrets: text that holds a JSON value is masked by its names, too. */
function maskedCell(value: SqlValue): string | number | bigint | null {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value !== 'string') return value;
  if (value.startsWith('{') || value.startsWith('[')) {
    try {
      const json: Json = parseJson(value);
      if (isObject(json) || Array.isArray(json)) {
        const masked = writeJson(maskJson(json));
        return masked === writeJson(json) ? value : masked;
      }
    } catch {
      // Text that only begins like JSON.
    }
  }
  return maskText(value);
}

/** Widths are measured on so many rows; later ones may stick out. */
const measured = 1_000;
const widestCell = 60;

export async function writeTable(result: SqlResult, session: Session): Promise<void> {
  const limit = process.stdout.isTTY === true ? widestCell : Number.POSITIVE_INFINITY;
  const cellText = (value: SqlValue): string => {
    const cell = maskedCell(value);
    return cell === null ? '' : cut(escapeTerminal(String(cell)), limit);
  };
  const names = result.columns.map(escapeTerminal);
  const numeric = names.map(() => true);
  const read = (row: readonly SqlValue[]): readonly string[] => {
    for (const [index, value] of row.entries())
      if (value !== null && typeof value !== 'number' && typeof value !== 'bigint') numeric[index] = false;
    return row.map(cellText);
  };
  let count = 0;
  let widths: readonly number[] | null = null;
  let waiting: (readonly string[])[] = [];
  const lineOf = (cells: readonly string[], wide: readonly number[]): string =>
    `${cells
      .map((cell, index) => (numeric[index] === true ? padStart : padEnd)(cell, wide[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  const flush = async (): Promise<void> => {
    const lines: string[] = [];
    if (widths === null) {
      widths = names.map((name, index) =>
        Math.max(textWidth(name), ...waiting.map((row) => textWidth(row[index] ?? ''))),
      );
      const wide = widths;
      lines.push(
        lineOf(names, wide),
        lineOf(
          names.map((_name, index) => '-'.repeat(wide[index] ?? 0)),
          wide,
        ),
      );
    }
    for (const row of waiting) lines.push(lineOf(row, widths));
    waiting = [];
    await writeOut(lines.join(''));
  };
  for (const row of result.rows) {
    waiting.push(read(row));
    count += 1;
    if (waiting.length >= measured) await flush();
  }
  if (waiting.length > 0 || widths === null) await flush();
  session.note(`${count} ${count === 1 ? 'row' : 'rows'}`);
}

export async function writeCsv(result: SqlResult): Promise<void> {
  let lines = [csvLine(result.columns)];
  for (const row of result.rows) {
    lines.push(csvLine(row.map(maskedCell)));
    if (lines.length < measured) continue;
    await writeOut(lines.join(''));
    lines = [];
  }
  await writeOut(lines.join(''));
}

/** One document; the rows are written as they come. An integer beyond 2^53 is a decimal string. */
export async function writeRows(result: SqlResult, reader: CaseReader): Promise<void> {
  const head = { format: 'inquest-sql', version: 1, case: stampOf(reader), columns: result.columns };
  let text = exactText(head).replace(/\n\}\n$/, ',\n  "rows": [');
  let first = true;
  for (const row of result.rows) {
    const cells = row.map(maskedCell).map((cell) => (typeof cell === 'bigint' ? cell.toString() : cell));
    text += `${first ? '' : ','}\n    ${lineText(cells).trimEnd()}`;
    first = false;
    if (text.length < 65_536) continue;
    await writeOut(text);
    text = '';
  }
  await writeOut(`${text}${first ? '' : '\n  '}]\n}\n`);
}
