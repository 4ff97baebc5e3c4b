/** Order by UTF-16 code unit: the same on every machine and in every locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Order by UTF-8 bytes, which differs from code units above U+FFFF. */
export const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));

/** The first order that tells the two apart. */
export const inOrder =
  <T>(...orders: ReadonlyArray<(a: T, b: T) => number>) =>
  (a: T, b: T): number => {
    for (const order of orders) {
      const sign = order(a, b);
      if (sign !== 0) return sign;
    }
    return 0;
  };
