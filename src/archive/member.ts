import { sha256 } from '../base/digest.ts';
import { limitText } from './limits.ts';
import type { Reading } from './reading.ts';

export interface MemberEnd {
  /** Bytes given out. */
  readonly bytes: number;
  /** Lower-case hex, of the bytes given out. */
  readonly sha256: string;
  /** Why the member breaks off before its end, or null. */
  readonly cut: string | null;
}

export interface Member {
  /** In reference spelling, unique in the archive. */
  readonly path: string;
  /** One pass. Breaking out of it leaves the archive readable. May throw `ArchiveStopped`. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Only after the chunks ran out, or after the next member was asked for. */
  readonly end: () => MemberEnd;
}

/** The stored bytes of a member, piece by piece; returns why they break off, or null. */
export type Pieces = AsyncGenerator<Buffer, string | null>;

/** The same, for who only reads them. */
export interface PieceSource {
  readonly next: () => Promise<IteratorResult<Buffer, string | null>>;
}

/** What a form finds: a name in the archive, and bytes. They are run through before the next is asked for. */
export interface Entry {
  /** In reference spelling, unique in the archive. */
  readonly path: string;
  readonly pieces: PieceSource;
}

/** A member, and the way to get past it. */
export interface Passage {
  readonly member: Member;
  /** Runs through what the consumer left. */
  readonly finish: () => Promise<void>;
}

export function passage({ path, pieces }: Entry, reading: Reading): Passage {
  const { limits, hazards } = reading;
  const hash = sha256();
  let met = 0;
  let given: MemberEnd | null = null;
  let end: MemberEnd | null = null;

  async function next(): Promise<IteratorResult<Buffer, undefined>> {
    while (end === null) {
      const step = await pieces.next();
      if (step.done) {
        if (step.value !== null) hazards.add(path, 'cut', step.value);
        end = given ?? { bytes: met, sha256: hash.digest('hex'), cut: step.value };
        break;
      }
      if (given !== null) continue;
      const before = met;
      met += step.value.length;
      if (met <= limits.memberBytes) {
        hash.update(step.value);
        return { done: false, value: step.value };
      }
      const cut = limitText('memberBytes', limits);
      hazards.add(path, 'limit', `cut: ${cut}`);
      const allowed = step.value.subarray(0, limits.memberBytes - before);
      given = { bytes: limits.memberBytes, sha256: hash.update(allowed).digest('hex'), cut };
      if (allowed.length > 0) return { done: false, value: allowed };
    }
    return { done: true, value: undefined };
  }

  // No `return`: a consumer that breaks out must not close the archive below.
  const chunks: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => ({ next }) };
  return {
    member: {
      path,
      chunks,
      end() {
        if (end === null) throw new Error(`end of ${path} asked for before its chunks ran out`);
        return end;
      },
    },
    async finish() {
      while (!(await next()).done);
    },
  };
}
