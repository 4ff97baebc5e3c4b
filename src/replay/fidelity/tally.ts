/**
 * How well a prediction met what was observed, move by move (replay.md 2.6). Costs are integers; the worst case is
 * everything observed alone plus everything predicted alone.
 */
export type Move =
  | 'match'
  /** A minor field is off: a time outside the tolerance. */
  | 'minor'
  /** A critical field is off: status, code, state. */
  | 'critical'
  | 'observed_only'
  | 'predicted_only'
  /** The model could not tell, or the channel does not hold what it would have shown. */
  | 'unobservable';

export interface Tally {
  readonly counts: Readonly<Record<Move, number>>;
  readonly cost: number;
  readonly worst: number;
  /** Matches that a constant answer (success, online) would have got wrong, and the rest, apart. */
  readonly refused: number;
  readonly accepted: number;
}

const plain = 10;
const terminal = 20;

/** Cost of a move, and what it would have cost at worst. */
function weigh(move: Move, isTerminal: boolean): { readonly cost: number; readonly worst: number } {
  const alone = isTerminal ? terminal : plain;
  switch (move) {
    case 'match':
      return { cost: 0, worst: 2 * alone };
    case 'minor':
      return { cost: 1, worst: 2 * alone };
    case 'critical':
      return { cost: plain, worst: 2 * alone };
    case 'observed_only':
    case 'predicted_only':
      return { cost: alone, worst: alone };
    case 'unobservable':
      return { cost: 0, worst: 0 };
  }
}

/** Counts moves as they come. */
export class TallyCounter {
  readonly #counts: Record<Move, number> = {
    match: 0,
    minor: 0,
    critical: 0,
    observed_only: 0,
    predicted_only: 0,
    unobservable: 0,
  };
  #cost = 0;
  #worst = 0;
  #refused = 0;
  #accepted = 0;

  /** `telling`: a constant answer would have got it wrong. `terminal`: a final state, whose loss weighs double. */
  add(move: Move, what: { readonly telling: boolean; readonly terminal: boolean }): void {
    const { cost, worst } = weigh(move, what.terminal);
    this.#counts[move]++;
    this.#cost += cost;
    this.#worst += worst;
    if (move !== 'match' && move !== 'minor') return;
    if (what.telling) this.#refused++;
    else this.#accepted++;
  }

  result(): Tally {
    return {
      counts: { ...this.#counts },
      cost: this.#cost,
      worst: this.#worst,
      refused: this.#refused,
      accepted: this.#accepted,
    };
  }
}

/** Per mille, cut: 1000 where nothing could be wrong. */
export const fitnessOf = (tally: Tally): number =>
  tally.worst === 0 ? 1000 : 1000 - Math.floor((1000 * tally.cost) / tally.worst);
