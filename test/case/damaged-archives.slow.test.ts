// Protects what damaged-archives.test.ts does, over many more archives.
import { it } from 'vitest';
import { holdArchivesSound } from './damaged-archives.ts';

it('opens with some members damaged anyhow', () => holdArchivesSound(process.env.INQUEST_SHORT === '1' ? 5 : 200));
