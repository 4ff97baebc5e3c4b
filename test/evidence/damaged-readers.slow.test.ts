// Protects what damaged-readers.test.ts does, over many more kinds of damage.
import { holdEveryReaderSound } from './damaged-readers.ts';

const isShort = process.env.INQUEST_SHORT === '1';

holdEveryReaderSound(isShort ? 15 : 1_000, isShort ? 30 : 2_000);
