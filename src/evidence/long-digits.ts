/** As many digits as 2^53 has: with fewer, JSON.parse loses none. */
const digitsMin = 16;

/**
 * Whether sixteen digits stand in a row anywhere, so that the lossless parser is needed. Such a run covers a place whose index
 * is one less than a multiple of sixteen, so only those are looked at: a regular expression would look at every character.
 */
export function hasLongDigits(text: string): boolean {
  for (let i = digitsMin - 1; i < text.length; i += digitsMin) {
    if (!isDigit(text.charCodeAt(i))) continue;
    let from = i;
    while (from > 0 && isDigit(text.charCodeAt(from - 1))) from -= 1;
    let to = i + 1;
    while (to < text.length && isDigit(text.charCodeAt(to))) to += 1;
    if (to - from >= digitsMin) return true;
  }
  return false;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
