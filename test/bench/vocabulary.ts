/** Words for messages: enough that a compressor or a table of known texts gains no more from them than from real ones. */
import type { Random } from '../../samples/simulator/random.ts';

const onsets = ['b', 'c', 'd', 'f', 'g', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'tr', 'st', 'pl', 'gr', 'ch'];
const nuclei = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];
const codas = ['', '', '', 'n', 'r', 's', 't', 'l', 'm', 'nd'];

/** So many different words, of two or three syllables. */
export function createVocabulary(random: Random, words: number): readonly string[] {
  const found = new Set<string>();
  const syllable = (): string => random.pick(onsets) + random.pick(nuclei) + random.pick(codas);
  while (found.size < words) found.add(Array.from({ length: random.int(2, 3) }, syllable).join(''));
  return [...found];
}

/** Words of a text: the first ones of the vocabulary come often, the last ones seldom. */
export function sentence(random: Random, vocabulary: readonly string[], words: number): string {
  const text: string[] = [];
  for (let i = 0; i < words; i += 1) text.push(vocabulary[random.int(0, random.int(0, vocabulary.length - 1))] ?? '');
  return text.join(' ');
}
