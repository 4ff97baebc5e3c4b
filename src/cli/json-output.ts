/** Documents as JSON: masked, with every digit, and without an invisible character. */
import { escapeJsonText } from '../base/escape/terminal.ts';
import { maskText } from '../base/secrets.ts';

/** Replaces every text within: a document of the program holds evidence in its texts alone. */
function maskTexts(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(maskTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskTexts(item)]));
}

/** A document of the program as text. */
export const documentText = (document: unknown): string =>
  `${escapeJsonText(JSON.stringify(maskTexts(document), null, 2))}\n`;

/** The same for one that was masked already, or must not be. */
export const exactText = (document: unknown): string =>
  `${escapeJsonText(JSON.stringify(document, (_key, value) => (typeof value === 'bigint' ? value.toString() : value), 2))}\n`;

/** One line of NDJSON, of texts that are masked already. */
export const lineText = (line: unknown): string => `${escapeJsonText(JSON.stringify(line))}\n`;
