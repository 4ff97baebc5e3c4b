// Protects: an archive with damaged members opens to a case in which every line, gap, event and check has its bytes.
import { it } from 'vitest';
import { holdArchivesSound } from './damaged-archives.ts';

it('opens with some members damaged anyhow', () => holdArchivesSound(2));
