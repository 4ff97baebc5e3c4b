import { escapeTerminal } from '../base/escape/terminal.ts';

const drawingSelectors = /[\ufe0e\ufe0f]/g;

/**
 * Evidence as one line that is safe to print. The two selectors that only choose between drawings go too: terminals do
 * not agree how wide a character is with them, and columns have to stay straight.
 */
export const safeText = (text: string): string => escapeTerminal(text).replace(drawingSelectors, '');
