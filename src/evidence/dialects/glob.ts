/**
 * A glob over the path of a member: `*` within a name, `**` across folders, `?` one character. One without a slash is
 * held against the base name. Linear in the path's length times the glob's.
 */
export function compileGlob(glob: string): (path: string) => boolean {
  const tokens = glob.match(/\*\*\/|\*+|\?|[^*?]/gsu) ?? [];
  const whole = glob.includes('/');

  /** Comes to a token, and past those that may stand for nothing. */
  function enter(state: number, into: Set<number>): void {
    into.add(state);
    if (tokens[state]?.startsWith('*') === true && !into.has(state + 1)) enter(state + 1, into);
  }

  return (path) => {
    const text = whole ? path : path.slice(path.lastIndexOf('/') + 1);
    let states = new Set<number>();
    enter(0, states);
    for (const char of text) {
      const next = new Set<number>();
      for (const state of states) {
        const token = tokens[state];
        if (token === undefined) continue;
        if (token === '**/') {
          // Whole folders: past it only after a slash.
          next.add(state);
          if (char === '/') enter(state + 1, next);
        } else if (token.startsWith('*')) {
          if (token.length > 1 || char !== '/') enter(state, next);
        } else if (token === '?' ? char !== '/' : token === char) enter(state + 1, next);
      }
      states = next;
      if (states.size === 0) return false;
    }
    return states.has(tokens.length);
  };
}
