/** One pass over a line, whatever it holds; a quote that nothing closes ends it. */

const isBlank = (code: number): boolean => code === 32 || code === 9;
/** Brackets and commas come around pairs that stand in prose. */
const opens = (code: number): boolean =>
  isBlank(code) || code === 44 || code === 59 || code === 40 || code === 91 || code === 123;
const isNameStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 64;
const isName = (code: number): boolean => isNameStart(code) || (code >= 48 && code <= 57) || code === 45 || code === 46;

/** The longest text that is looked through for pairs. */
const charsMax = 64 * 1024;

/** Tells the pairs `name=value` and `name="value"` of a text. Returns whether the text begins with one. */
export function eachPair(text: string, tell: (name: string, value: string) => void): boolean {
  let beginsWithOne = false;
  const end = Math.min(text.length, charsMax);
  for (let equals = text.indexOf('='); equals > 0 && equals < end; ) {
    let from = equals;
    while (from > 0 && equals - from < 128 && isName(text.charCodeAt(from - 1))) from -= 1;
    const named =
      from < equals && isNameStart(text.charCodeAt(from)) && (from === 0 || opens(text.charCodeAt(from - 1)));
    let next = equals + 1;
    if (named) {
      const { value, to } = valueAt(text, next);
      if (value !== null) {
        if (from === 0) beginsWithOne = true;
        tell(text.slice(from, equals), value);
      }
      next = to;
    }
    equals = text.indexOf('=', next);
  }
  return beginsWithOne;
}

function valueAt(text: string, from: number): { readonly value: string | null; readonly to: number } {
  if (text.charCodeAt(from) !== 34) {
    let to = from;
    while (to < text.length && !isBlank(text.charCodeAt(to))) to += 1;
    return { value: text.slice(from, to), to };
  }
  let escaped = false;
  for (let i = from + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) {
      escaped = true;
      i += 1;
    } else if (code === 34) {
      const inner = text.slice(from + 1, i);
      return { value: escaped ? unescaped(inner) : inner, to: i + 1 };
    }
  }
  return { value: null, to: text.length };
}

const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, c: string) => letters[c] ?? c);
