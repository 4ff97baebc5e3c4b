/**
 * Regular expressions that users write, tried on text that an attacker may have written. They are ECMAScript's, without
 * look-around and back-references, and run as an automaton: time is the text's length times the pattern's, whatever both
 * are, so that no pattern can hang. Only whether it is found is asked.
 */
import { ok, type Result } from '../../base/result.ts';

export const patternCharsMax = 200;
/** Instructions of one pattern: counted repeats are written out. */
const programMax = 5_000;
const textMax = 1_024;

export interface Pattern {
  readonly source: string;
  /** Looked for in the first KiB. */
  readonly test: (text: string) => boolean;
}

/** Of UTF-16 units, as ECMAScript without the flag `u` reads them. */
type Accepts = (unit: number) => boolean;

type Tree =
  | { readonly is: 'unit'; readonly accepts: Accepts }
  | { readonly is: 'assert'; readonly what: '^' | '$' | 'b' | 'B' }
  | { readonly is: 'all' | 'any'; readonly parts: readonly Tree[] }
  | { readonly is: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number };

class Refused extends Error {}

/** The reason why it is none. */
export function compilePattern(source: string): Result<Pattern, string> {
  if ([...source].length > patternCharsMax) return { ok: false, error: `longer than ${patternCharsMax} characters` };
  try {
    // The language's own judgement first: what it does not compile is no pattern.
    new RegExp(source);
    const program = assemble(parse(source));
    const known = new Map<string, boolean>();
    return ok({
      source,
      test(text) {
        const head = text.length > textMax ? text.slice(0, textMax) : text;
        const before = known.get(head);
        if (before !== undefined) return before;
        const found = run(program, head);
        // Messages repeat; a bounded memory saves nearly all runs.
        if (known.size < 4_096) known.set(head, found);
        return found;
      },
    });
  } catch (error) {
    if (error instanceof Refused) return { ok: false, error: error.message };
    if (error instanceof SyntaxError)
      return { ok: false, error: error.message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '') };
    throw error;
  }
}

const digit: Accepts = (unit) => unit >= 48 && unit <= 57;
const word: Accepts = (unit) => digit(unit) || unit === 95 || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
const space: Accepts = (unit) => /\s/.test(String.fromCharCode(unit));
const lineEnd: Accepts = (unit) => unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
const not =
  (accepts: Accepts): Accepts =>
  (unit) =>
    !accepts(unit);
const only =
  (wanted: number): Accepts =>
  (unit) =>
    unit === wanted;

const classes: Readonly<Record<string, Accepts>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Only called for what `RegExp` compiles, so brackets are closed and repeats follow something. */
function parse(source: string): Tree {
  let at = 0;
  // With a named group in it, `\k` is a back-reference; without, a letter.
  const named = /\(\?</.test(source);

  function alternatives(): Tree {
    const parts = [sequence()];
    while (source[at] === '|') {
      at += 1;
      parts.push(sequence());
    }
    return parts.length === 1 ? (parts[0] as Tree) : { is: 'any', parts };
  }

  function sequence(): Tree {
    const parts: Tree[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const part = atom();
      parts.push(repeated(part));
    }
    return { is: 'all', parts };
  }

  function atom(): Tree {
    const char = source[at++] as string;
    if (char === '^' || char === '$') return { is: 'assert', what: char };
    if (char === '.') return { is: 'unit', accepts: not(lineEnd) };
    if (char === '[') return { is: 'unit', accepts: set() };
    if (char === '(') return group();
    if (char !== '\\') return { is: 'unit', accepts: only(char.charCodeAt(0)) };
    const next = source[at] as string;
    if (next === 'b' || next === 'B') {
      at += 1;
      return { is: 'assert', what: next };
    }
    if ((next >= '1' && next <= '9') || (next === 'k' && named)) throw new Refused('back-references are not read');
    const found = escaped();
    return { is: 'unit', accepts: typeof found === 'number' ? only(found) : found };
  }

  function group(): Tree {
    if (source[at] === '?') {
      const head = source.slice(at, at + 3);
      if (/^\?<?[=!]/.test(head)) throw new Refused('look-around is not read');
      if (head.startsWith('?:')) at += 2;
      else if (head.startsWith('?<')) at = source.indexOf('>', at) + 1;
      else throw new Refused('flags inside the pattern are not read');
    }
    const inside = alternatives();
    at += 1;
    return inside;
  }

  /** After a backslash: a class, or one unit. */
  function escaped(): Accepts | number {
    const char = source[at++] as string;
    const known = classes[char];
    if (known !== undefined) return known;
    const control = controls[char];
    if (control !== undefined) return control;
    if (char === '0' && !/[0-9]/.test(source[at] ?? '')) return 0;
    if (/[0-9]/.test(char)) throw new Refused('octal escapes are not read');
    if (char === 'c') {
      const letter = source[at] ?? '';
      if (!/[A-Za-z]/.test(letter)) throw new Refused('\\c stands before a letter only');
      at += 1;
      return letter.charCodeAt(0) % 32;
    }
    const digits = char === 'x' ? 2 : char === 'u' ? 4 : 0;
    const hex = source.slice(at, at + digits);
    if (digits > 0 && hex.length === digits && /^[\da-fA-F]+$/.test(hex)) {
      at += digits;
      return Number.parseInt(hex, 16);
    }
    return char.charCodeAt(0);
  }

  function set(): Accepts {
    const isNot = source[at] === '^';
    if (isNot) at += 1;
    const parts: Accepts[] = [];
    while (source[at] !== ']') {
      const from = member();
      const isRange = source[at] === '-' && source[at + 1] !== ']';
      if (isRange) at += 1;
      const to = isRange ? member() : null;
      if (to === null) parts.push(typeof from === 'number' ? only(from) : from);
      else if (typeof from === 'number' && typeof to === 'number') parts.push((unit) => unit >= from && unit <= to);
      else {
        // A class is no end of a range: then the hyphen is one.
        for (const part of [from, 45, to]) parts.push(typeof part === 'number' ? only(part) : part);
      }
    }
    at += 1;
    const accepts: Accepts = (unit) => parts.some((part) => part(unit));
    return isNot ? not(accepts) : accepts;
  }

  function member(): Accepts | number {
    const char = source[at++] as string;
    if (char !== '\\') return char.charCodeAt(0);
    if (source[at] === 'b') {
      at += 1;
      return 8;
    }
    return escaped();
  }

  function repeated(part: Tree): Tree {
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(at));
    const char = source[at];
    let repeat: readonly [number, number] | null = null;
    if (char === '*') repeat = [0, Number.POSITIVE_INFINITY];
    else if (char === '+') repeat = [1, Number.POSITIVE_INFINITY];
    else if (char === '?') repeat = [0, 1];
    else if (counted !== null) {
      const min = Number(counted[1]);
      repeat = [
        min,
        counted[2] === undefined ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]),
      ];
    }
    if (repeat === null) return part;
    at += counted !== null && char === '{' ? counted[0].length : 1;
    // Whether it takes as little as it can makes no difference to whether it is found.
    if (source[at] === '?') at += 1;
    return { is: 'repeat', part, min: repeat[0], max: repeat[1] };
  }

  return alternatives();
}

type Instruction =
  | { readonly do: 'unit'; readonly accepts: Accepts }
  | { readonly do: 'assert'; readonly what: '^' | '$' | 'b' | 'B' }
  | { readonly do: 'fork'; readonly to: readonly number[] }
  | { readonly do: 'found' };

function assemble(tree: Tree): readonly Instruction[] {
  const program: Instruction[] = [];
  const add = (instruction: Instruction): number => {
    if (program.length >= programMax) throw new Refused('its counted repeats are too large');
    return program.push(instruction) - 1;
  };
  const fork = (): { readonly at: number; to: number[] } => {
    const to: number[] = [];
    return { at: add({ do: 'fork', to }), to };
  };

  function put(part: Tree): void {
    switch (part.is) {
      case 'unit':
        add({ do: 'unit', accepts: part.accepts });
        return;
      case 'assert':
        add({ do: 'assert', what: part.what });
        return;
      case 'all':
        for (const inner of part.parts) put(inner);
        return;
      case 'any': {
        const start = fork();
        const ends = part.parts.map((inner) => {
          start.to.push(program.length);
          put(inner);
          return fork();
        });
        for (const end of ends) end.to.push(program.length);
        return;
      }
      case 'repeat': {
        for (let i = 0; i < part.min; i++) {
          const before = program.length;
          put(part.part);
          // What is empty is empty however often.
          if (program.length === before) break;
        }
        if (part.max === Number.POSITIVE_INFINITY) {
          const start = fork();
          start.to.push(program.length);
          put(part.part);
          fork().to.push(start.at);
          start.to.push(program.length);
          return;
        }
        const skips = [];
        for (let i = part.min; i < part.max; i++) {
          const skip = fork();
          skip.to.push(program.length);
          skips.push(skip);
          put(part.part);
        }
        for (const skip of skips) skip.to.push(program.length);
        return;
      }
    }
  }
  put(tree);
  add({ do: 'found' });
  return program;
}

/** All ways at once: a set of places in the program, moved on by each unit of the text. */
function run(program: readonly Instruction[], text: string): boolean {
  const seen = new Int32Array(program.length).fill(-1);
  let now: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    const ready: number[] = [];
    // The match may begin anywhere.
    const open = [...now, 0];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen[place] === at) continue;
      seen[place] = at;
      const instruction = program[place] as Instruction;
      if (instruction.do === 'found') return true;
      if (instruction.do === 'fork') open.push(...instruction.to);
      else if (instruction.do === 'unit') ready.push(place);
      else if (holds(instruction.what, text, at)) open.push(place + 1);
    }
    if (at === text.length) return false;
    const unit = text.charCodeAt(at);
    now = [];
    for (const place of ready) {
      const instruction = program[place] as Extract<Instruction, { do: 'unit' }>;
      if (instruction.accepts(unit)) now.push(place + 1);
    }
  }
  return false;
}

function holds(what: '^' | '$' | 'b' | 'B', text: string, at: number): boolean {
  if (what === '^') return at === 0;
  if (what === '$') return at === text.length;
  const before = at > 0 && word(text.charCodeAt(at - 1));
  const after = at < text.length && word(text.charCodeAt(at));
  return (before !== after) === (what === 'b');
}
