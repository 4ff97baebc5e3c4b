/** Runs the diagnosis in a thread of its own, so that the screens stay quick. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../base/worker-url.ts';
import type { DiagnosisMessage, ToDiagnosis } from '../diagnosis/index.ts';
import { grouped } from './number.ts';
import type { News } from './state.ts';

export interface Background {
  /** Asks it to give up, which it does at its next pause. */
  readonly abandon: () => void;
  readonly ended: Promise<void>;
}

/** Starts it on a case file. */
export function diagnoseInBackground(caseFile: string, tell: (news: News) => void): Background {
  const worker = new Worker(workerUrl('diagnosis/diagnose'), { workerData: { caseFile } });
  worker.on('message', (message: DiagnosisMessage) => tell(newsOf(message)));
  worker.on('error', (error) => tell({ type: 'defect', text: error instanceof Error ? error.message : String(error) }));
  return {
    abandon: () => worker.postMessage('abandon' satisfies ToDiagnosis),
    ended: new Promise((resolve) => worker.once('exit', () => resolve())),
  };
}

function newsOf(message: DiagnosisMessage): News {
  switch (message.type) {
    case 'progress':
      return { type: 'progress', text: progressText(message) };
    case 'failure':
      return { type: 'defect', text: `${message.failure.what}: ${message.failure.why}` };
    default:
      return message;
  }
}

const progressText = ({
  what,
  done,
  of,
}: {
  readonly what: string;
  readonly done: number;
  readonly of: number;
}): string => (of > 0 ? `${what}: ${grouped(done)} of ${grouped(of)}` : what);
