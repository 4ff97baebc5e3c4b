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

/** A member, and the way to get past it. */
export interface Passage {
  readonly member: Member;
  /** Runs through what the consumer left. Gives size and hash of all stored bytes, also of those beyond a limit. */
  readonly finish: () => Promise<{ readonly bytes: number; readonly sha256: string }>;
}

export function passage(path: string, pieces: Pieces, reading: Reading): Passage {
  const { limits, hazards } = reading;
  const hash = sha256();
  let stored = 0;
  let given: MemberEnd | null = null;
  let end: MemberEnd | null = null;
  let whole: { readonly bytes: number; readonly sha256: string } | null = null;

  async function next(): Promise<IteratorResult<Buffer, undefined>> {
    while (end === null) {
      const step = await pieces.next();
      if (step.done) {
        if (step.value !== null) hazards.add(path, 'cut', step.value);
        whole = { bytes: stored, sha256: hash.digest('hex') };
        end = given ?? { ...whole, cut: step.value };
        break;
      }
      const before = stored;
      stored += step.value.length;
      if (given !== null) {
        hash.update(step.value);
        continue;
      }
      if (stored <= limits.memberBytes) {
        hash.update(step.value);
        return { done: false, value: step.value };
      }
      const cut = limitText('memberBytes', limits);
      hazards.add(path, 'limit', `cut: ${cut}`);
      const allowed = step.value.subarray(0, limits.memberBytes - before);
      given = { bytes: limits.memberBytes, sha256: hash.update(allowed).copy().digest('hex'), cut };
      hash.update(step.value.subarray(allowed.length));
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
      if (whole === null) throw new Error(`${path} ended without a hash`);
      return whole;
    },
  };
}
