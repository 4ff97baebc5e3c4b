import { parentPort, workerData } from 'node:worker_threads';
import { type CaseReader, reopenCase } from '../case/index.ts';
import { type RequestFact, requestFacts } from '../timeline/index.ts';
import { configurationOf, coreOf, narrow, readCone } from './cone.ts';
import type { FreshReply, FreshRequest } from './fresh.ts';
import { observe } from './observation.ts';

/** The requests last first: the replay has to find its own order. */
const reversed = (reader: CaseReader): readonly RequestFact[] => [...requestFacts(reader)].reverse();

const request = workerData as FreshRequest;
const opened = reopenCase(request.casePath);
if (!opened.ok) throw new Error(`${opened.error.what}: ${opened.error.why}`);
const reader = opened.value;
const cone = readCone(reader, configurationOf(reader), coreOf(request.predicates), reversed);
const reply: FreshReply = request.predicates.map(
  (predicate) => observe(narrow(cone, coreOf([predicate])), { changes: [] }).digest,
);
reader.close();
parentPort?.postMessage(reply);
