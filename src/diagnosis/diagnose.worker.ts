/** The diagnosis in a thread of its own: opens a case file for reading and posts what it finds, as `message.ts` says. */
import { parentPort, workerData } from 'node:worker_threads';
import { reopenCase } from '../case/index.ts';
import { histogram } from '../timeline/index.ts';
import { triage } from '../triage/index.ts';
import { diagnose } from './index.ts';
import type { DiagnosisMessage } from './message.ts';

/** Enough for any width of a terminal to be a divisor of. */
const slices = 96;

const { caseFile } = workerData as { readonly caseFile: string };
const post = (message: DiagnosisMessage): void => parentPort?.postMessage(message);

/** A step whose length nobody knows. */
const step = (what: string): void => post({ type: 'progress', what, done: 0, of: 0 });

step('opening the case');
const opened = reopenCase(caseFile);
if (opened.ok) {
  const reader = opened.value;
  step('counting failures over time');
  const counts = histogram(reader, slices);
  if (counts !== null) post({ type: 'histogram', histogram: counts });
  step('first pass and findings');
  const triaged = triage(reader);
  post({ type: 'triage', document: triaged });
  step('replaying');
  const document = await diagnose(reader, triaged, {
    onProgress: (progress) => post({ type: 'progress', ...progress }),
  });
  post({ type: 'diagnosis', document });
  reader.close();
} else {
  post({ type: 'failure', failure: opened.error });
}
