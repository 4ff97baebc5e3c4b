/** The diagnosis in a thread of its own: opens a case file for reading and posts what it finds, as `message.ts` says. */
import { parentPort, workerData } from 'node:worker_threads';
import { type CaseReader, reopenCase } from '../case/index.ts';
import { histogram } from '../timeline/index.ts';
import { triage } from '../triage/index.ts';
import { diagnose } from './index.ts';
import { keepDiagnosis, keepFindings } from './keep.ts';
import type { DiagnosisMessage, ToDiagnosis } from './message.ts';

/** Enough for any width of a terminal to be a divisor of. */
const slices = 96;

const port = parentPort;
if (port === null) throw new Error('the diagnosis in the background runs as a worker only');
const { caseFile } = workerData as { readonly caseFile: string };
const post = (message: DiagnosisMessage): void => port.postMessage(message);

const giveUp = new AbortController();
const { signal } = giveUp;
port.on('message', (message: ToDiagnosis) => {
  if (message === 'abandon') giveUp.abort();
});

/** A step whose length nobody knows. Lets the event loop turn before it, so that an `abandon` gets through. */
async function step(what: string): Promise<void> {
  await new Promise((turned) => setImmediate(turned));
  signal.throwIfAborted();
  post({ type: 'progress', what, done: 0, of: 0 });
}

async function tellAll(reader: CaseReader): Promise<void> {
  await step('counting failures over time');
  const counts = histogram(reader, slices);
  if (counts !== null) post({ type: 'histogram', histogram: counts });
  await step('first pass and findings');
  const triaged = triage(reader);
  keepFindings(reader, triaged);
  post({ type: 'triage', document: triaged });
  await step('replaying');
  const document = await diagnose(reader, triaged, {
    signal,
    onProgress: (progress) => post({ type: 'progress', ...progress }),
  });
  keepDiagnosis(reader, document);
  post({ type: 'diagnosis', document });
}

post({ type: 'progress', what: 'opening the case', done: 0, of: 0 });
const opened = reopenCase(caseFile);
if (opened.ok) {
  try {
    await tellAll(opened.value);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    opened.value.close();
  }
} else {
  post({ type: 'failure', failure: opened.error });
}
port.close();
