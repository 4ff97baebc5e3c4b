/**
 * string-width, changed on its way into the bundle: it makes a pattern of all emoji when it is loaded and another when it
 * first measures anything but ASCII, together half of what Node itself needs to start. Here the pattern waits for a text
 * that may hold one, and letters, arrows and lines that are one cell each are counted as ASCII is. Widths stay the same.
 */

const ascii = String.raw`/^[\u0020-\u007E]*$/`;
// No character of these joins another or is wide. Some are ambiguous: whoever wants those wide goes the long way.
const oneCell = String.raw`/^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2500-\u25FC]*$/`;
const emoji = String.raw`/^\p{RGI_Emoji}$/v`;

const changes = [
  [`const rgiEmojiRegex = ${emoji};`, 'let rgiEmojiRegex;'],
  ['rgiEmojiRegex.test(segment)', `(rgiEmojiRegex ??= ${emoji}).test(segment)`],
  [`${ascii}.test(string)`, `(ambiguousIsNarrow ? ${oneCell} : ${ascii}).test(string)`],
];

/** The source with its changes; throws where it is another than the one that they were made for. */
export function lighterStringWidth(source) {
  return changes.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`string-width is not as expected: once it should say ${from}`);
    return parts.join(to);
  }, source);
}
