/**
 * Rows are never wider than the terminal by our measure; a terminal that measures a character wider than we do must not
 * break the row, so wrapping is off while the screens are shown.
 */
export function autowrap(terminal: NodeJS.WritableStream, state: 'on' | 'off'): void {
  terminal.write(state === 'on' ? '\u001b[?7h' : '\u001b[?7l');
}
