// Protects text on the screen from the bundle's waiting segmenter: it parts every text as the engine's own does.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WaitingSegmenter } from '../../tools/waiting-segmenter.mjs';

it.each([
  ['by default', undefined, undefined],
  ['by graphemes', 'en', { granularity: 'grapheme' }],
  ['by words', 'en', { granularity: 'word' }],
] as const)('parts a text %s as Intl.Segmenter does, again and again', (_how, locales, options) => {
  const [waiting, own] = [new WaitingSegmenter(locales, options), new Intl.Segmenter(locales, options)];
  const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.lorem());
  fc.assert(
    fc.property(texts, (text) => {
      expect([...waiting.segment(text)]).toEqual([...own.segment(text)]);
    }),
  );
});
