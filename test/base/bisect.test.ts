// Protects that the border is found between places that are before and those that are not.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countBefore } from '../../src/base/bisect.ts';

it('counts what comes before, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 })), fc.integer({ min: -10, max: 10 }), (numbers, bound) => {
      const sorted = numbers.toSorted((a, b) => a - b);
      const asked: number[] = [];
      const found = countBefore(sorted.length, (place) => {
        asked.push(place);
        return (sorted[place] as number) < bound;
      });
      expect(found).toBe(sorted.filter((number) => number < bound).length);
      expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(sorted.length + 1)));
    }),
  );
});
