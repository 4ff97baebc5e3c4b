/**
 * A glob over the path of a member: `*` within a name, `**` across folders, `?` one character. One without a slash is
 * held against the base name. Linear in the path's length times the glob's.
 */
export function compileGlob(glob: string): (path: string) => boolean {
  const tokens = glob.match(/\*\*\/|\*+|\?|[^*?]/gsu) ?? [];
  const whole = glob.includes('/');
  return (path) => {
    const text = whole ? path : path.slice(path.lastIndexOf('/') + 1);
    let states = closure(new Set([0]), tokens);
    for (const char of text) {
      const next = new Set<number>();
      for (const state of states) {
        const token = tokens[state];
        if (token === undefined) continue;
        if (token === '*' ? char !== '/' : token.startsWith('*')) next.add(state);
        else if (token === '?' ? char !== '/' : token === char) next.add(state + 1);
        // `**/` is done after a slash: it stands for whole folders.
        if (token === '**/' && char === '/') next.add(state + 1);
      }
      states = closure(next, tokens);
      if (states.size === 0) return false;
    }
    return states.has(tokens.length);
  };
}

/** What can be passed over without a character: stars may be empty. */
function closure(states: Set<number>, tokens: readonly string[]): Set<number> {
  for (const state of states) {
    const token = tokens[state];
    if (token === '*' || token === '**') states.add(state + 1);
    // At the beginning and after a slash `**/` may stand for no folder at all; its own loop gives the rest.
    if (token === '**/' && (state === 0 || (tokens[state - 1] ?? '').endsWith('/'))) states.add(state + 1);
  }
  return states;
}
