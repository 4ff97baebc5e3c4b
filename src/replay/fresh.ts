import { Worker } from 'node:worker_threads';
import type { Digest } from '../base/digest.ts';
import { workerUrl } from '../base/worker-url.ts';
import type { Predicate } from './predicate.ts';

/** What a fresh worker is asked: the digests of the factual replays of some symptoms' cones. */
export interface FreshRequest {
  readonly casePath: string;
  readonly predicates: readonly Predicate[];
}

/** One digest for each predicate; null where the worker could not tell. */
export type FreshReply = readonly (Digest | null)[];

/**
 * T0': the same factual replays once more, in a fresh worker, from the case file, with the evidence fed in another
 * order. Null answers where the worker failed: then determinism is not shown, and no verdict rests on it.
 */
export async function freshDigests(request: FreshRequest): Promise<FreshReply> {
  if (request.predicates.length === 0) return [];
  // A worker that dies says nothing of determinism: on a crowded machine a second one may live.
  return (await askWorker(request)) ?? (await askWorker(request)) ?? request.predicates.map(() => null);
}

/** Null where the worker ended without an answer. */
function askWorker(request: FreshRequest): Promise<FreshReply | null> {
  return new Promise((done) => {
    const worker = new Worker(workerUrl('replay/fresh'), { workerData: request });
    // It ends by itself: to end a thread that holds SQLite can take the process with it.
    worker.once('message', (reply: FreshReply) => done(reply));
    worker.once('error', () => done(null));
    worker.once('exit', () => done(null));
  });
}
