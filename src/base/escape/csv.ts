/** CSV for people and spreadsheets (RFC 4180): no cell of evidence can be run as a formula or hide in a terminal. */
import { escapeTerminal } from './terminal.ts';

const formula = /^[=+\-@\t\r\n|%]/;
const number = /^-?\d+(\.\d+)?$/;
const quoted = /[",\n\r]/;

/** Text that a spreadsheet would compute gets a leading apostrophe, as OWASP advises; numbers stay numbers. */
export function csvCell(value: string | number | bigint | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const guarded = formula.test(value) && !number.test(value) ? `'${value}` : value;
  const text = escapeTerminal(guarded);
  return quoted.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One record with its CRLF. */
export const csvLine = (cells: readonly (string | number | bigint | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;
