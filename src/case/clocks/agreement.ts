import type { Slice } from './anchors.ts';
import { delayMostUs, type Interval, meet, togetherUs } from './clock.ts';

/** So many slices of time must say the same, each on its own. */
const voicesLeast = 3;
const runsMost = 8;

/** What a slice's records of one moment say; null where they say nothing, or not one thing. */
export function voiceOf({ prompt, lowest, highest }: Slice): Interval | null {
  let voice: Interval | null = prompt;
  if (lowest !== null && highest !== null) {
    const around = meet(lowest, highest);
    if (around.lo > around.hi) return null;
    voice = voice === null ? around : meet(voice, around);
    if (voice.lo > voice.hi) return null;
  }
  return voice;
}

interface Run {
  readonly members: number[];
  /** The lower ends of its voices lie no further apart than what counts as one moment. */
  from: number;
  to: number;
  common: Interval;
}

/**
 * Voices that agree, by their place in the list: runs of at least three, one after the other. One run says what the offset is;
 * several say that it changed. Null where the voices are scattered: then they say nothing.
 */
export function agreeing(voices: readonly (Interval | null)[]): readonly (readonly number[])[] | null {
  const runs: Run[] = [];
  let waiting: Run | null = null;
  let heard = 0;
  let stray = 0;
  voices.forEach((voice, index) => {
    if (voice === null) return;
    heard += 1;
    const run = runs.at(-1);
    if (run !== undefined && join(run, voice, index)) {
      stray += waiting?.members.length ?? 0;
      waiting = null;
      return;
    }
    if (waiting === null || !join(waiting, voice, index)) {
      stray += waiting?.members.length ?? 0;
      waiting = { members: [index], from: voice.lo, to: voice.lo, common: voice };
    }
    if (waiting.members.length < voicesLeast) return;
    if (run !== undefined && Math.abs(waiting.from - run.from) < delayMostUs) return;
    runs.push(waiting);
    waiting = null;
  });
  stray += (waiting as Run | null)?.members.length ?? 0;
  if (runs.length === 0 || runs.length > runsMost || stray * 3 > heard) return null;
  return runs.map(({ members }) => members);
}

function join(run: Run, voice: Interval, index: number): boolean {
  const from = Math.min(run.from, voice.lo);
  const to = Math.max(run.to, voice.lo);
  const common = meet(run.common, voice);
  if (to - from > togetherUs || common.lo > common.hi) return false;
  run.members.push(index);
  run.from = from;
  run.to = to;
  run.common = common;
  return true;
}
