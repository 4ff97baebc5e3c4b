/** An exact fraction with a positive denominator, in lowest terms. */
export interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function rational(over: bigint, under: bigint = 1n): Rational {
  const shared = divisor(over, under);
  return shared <= 1n ? { over, under } : { over: over / shared, under: under / shared };
}

export const whole = (value: number): Rational => ({ over: BigInt(value), under: 1n });
export const sum = (a: Rational, b: Rational): Rational =>
  rational(a.over * b.under + b.over * a.under, a.under * b.under);
export const difference = (a: Rational, b: Rational): Rational =>
  rational(a.over * b.under - b.over * a.under, a.under * b.under);
export const product = (a: Rational, b: Rational): Rational => rational(a.over * b.over, a.under * b.under);
export const quotient = (a: Rational, b: Rational): Rational => rational(a.over * b.under, a.under * b.over);
export const isLess = (a: Rational, b: Rational): boolean => a.over * b.under < b.over * a.under;
export const smaller = (a: Rational, b: Rational): Rational => (isLess(b, a) ? b : a);
export const larger = (a: Rational, b: Rational): Rational => (isLess(a, b) ? b : a);

export function floor({ over, under }: Rational): bigint {
  const cut = over / under;
  return over < 0n && cut * under !== over ? cut - 1n : cut;
}

export const ceiling = ({ over, under }: Rational): bigint => -floor({ over: -over, under });

export type RationalText = { readonly over: string; readonly under: string };

const digitsMax = 60;

/**
 * Kept as text, exact. Every change of a rule may lengthen the denominator; beyond 60 digits, which no two rules reach,
 * it is cut to 30, so that a hostile archive can't make it grow for ever.
 */
export function writeRational(value: Rational): RationalText {
  const under = value.under.toString();
  if (under.length <= digitsMax) return { over: value.over.toString(), under };
  const scale = 10n ** 30n;
  return { over: floor(product(value, { over: scale, under: 1n })).toString(), under: scale.toString() };
}

export const readRational = (text: RationalText): Rational => rational(BigInt(text.over), BigInt(text.under));
