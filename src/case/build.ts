import { Worker } from 'node:worker_threads';
import { ArchiveStopped, type Limits, openArchive } from '../archive/index.ts';
import type { Digest } from '../base/digest.ts';
import type { JsonObject } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { type Failure, fail, ok, type Result } from '../base/result.ts';
import { workerUrl } from '../base/worker-url.ts';
import { createEvidenceReader, evidenceVersion, type RowBatch } from '../evidence/index.ts';
import { caseDigest } from './case-digest.ts';
import { checkManifest, type ReadMember } from './manifest.ts';
import type { CaseEnd, FromWriter, NumberedBatch, ToWriter } from './protocol.ts';
import { createRawStore } from './raw-store.ts';
import type { Progress } from './reader-types.ts';

export interface BuildOptions {
  readonly limits: Limits;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal | undefined;
}

export interface Built {
  readonly digest: Digest;
  readonly archiveDigest: Digest;
}

/** Messages under way to the writer: enough that neither side waits, few enough that memory stays small. */
const underWayMax = 4;
const batchBytes = 2 * 1024 * 1024;
const reportEvery = 4 * 1024 * 1024;

/** Reads the archive once and writes `file`. On any failure the caller removes the file. */
export async function buildCase(path: string, file: string, options: BuildOptions): Promise<Result<Built>> {
  const opened = await openArchive(path, options.limits);
  if (!opened.ok) return opened;
  const archive = opened.value;
  const writer = startWriter(file);
  const raw = createRawStore();
  const manifests: { path: string; manifest: JsonObject }[] = [];
  const members: ReadMember[] = [];
  const stopped = (): Failure | null =>
    options.signal?.aborted === true
      ? { code: 'interrupted', what: path, why: 'indexing was interrupted; nothing was kept' }
      : writer.failure();

  let batches: NumberedBatch[] = [];
  let pending = 0;
  let n = 1;
  let memberId = 0;
  let memberPath = '';
  const evidence = createEvidenceReader({
    onRows(batch: RowBatch) {
      batches.push({ ...batch, firstN: n, member: memberId });
      n += batch.rows;
      pending += batch.cells.byteLength + batch.text.length;
    },
    onManifest: (manifest) => manifests.push({ path: memberPath, manifest }),
  });

  async function send(rest: boolean): Promise<void> {
    const blocks = raw.take(rest);
    if (!rest && blocks.length === 0 && pending < batchBytes) return;
    const taken = batches;
    batches = [];
    pending = 0;
    await writer.send({ say: 'data', symbols: evidence.takeSymbols(), batches: taken, blocks });
  }

  try {
    let reported = 0;
    for await (const member of archive.members) {
      memberPath = member.path;
      const rawAt = raw.at();
      const reader = evidence.member(member.path);
      for await (const chunk of member.chunks) {
        raw.add(chunk);
        reader.feed(chunk);
        await send(false);
        const failure = stopped();
        if (failure !== null) return { ok: false, error: failure };
        if (archive.bytesRead() - reported >= reportEvery) {
          reported = archive.bytesRead();
          options.onProgress({ step: 'indexing', done: reported, of: archive.totalBytes });
        }
      }
      const { bytes, sha256, cut } = member.end();
      const summary = reader.end(cut !== null);
      members.push({ ...summary, id: memberId, path: member.path, bytes, sha256, cut, rawAt });
      memberId += 1;
      await send(false);
      const failure = stopped();
      if (failure !== null) return { ok: false, error: failure };
    }
    options.onProgress({ step: 'finishing', done: archive.totalBytes, of: archive.totalBytes });
    await send(true);
    const archiveEnd = archive.end();
    const digest = caseDigest(members);
    await writer.finish(caseEnd(members, manifests, archiveEnd, digest));
    const failure = stopped();
    if (failure !== null) return { ok: false, error: failure };
    return ok({ digest, archiveDigest: archiveEnd.digest });
  } catch (error) {
    if (error instanceof ArchiveStopped) return { ok: false, error: error.failure };
    throw error;
  } finally {
    await writer.close();
  }
}

interface ArchiveFacts {
  readonly name: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly hazards: readonly { readonly path: string; readonly problem: string; readonly detail: string }[];
}

function caseEnd(
  members: readonly ReadMember[],
  manifests: readonly { readonly path: string; readonly manifest: JsonObject }[],
  archive: ArchiveFacts,
  digest: Digest,
): CaseEnd {
  const check = checkManifest(manifests, members);
  const hazards = archive.hazards.map(({ path, problem, detail }) => ({
    path,
    problem: detail === '' ? problem : `${problem}: ${detail}`,
  }));
  const integrity = [...hazards, ...check.integrity].sort(
    (a, b) => compareText(a.path, b.path) || compareText(a.problem, b.problem),
  );
  return {
    archives: [{ name: archive.name, digest: archive.digest, bytes: archive.bytes }],
    members: members.map((member) => {
      const claim = check.claims.get(member.path);
      return {
        ...member,
        host: claim?.host ?? null,
        complete: claim?.complete ?? null,
        coversFrom: claim?.coversFrom ?? null,
        coversTo: claim?.coversTo ?? null,
        captured: claim?.captured ?? member.place.nameTime ?? check.captured,
      };
    }),
    integrity,
    meta: {
      digest,
      evidence_version: String(evidenceVersion),
      ...(check.captured === null ? {} : { captured_ts: String(check.captured) }),
    },
  };
}

interface Writer {
  readonly send: (message: Extract<ToWriter, { say: 'data' }>) => Promise<void>;
  readonly finish: (end: CaseEnd) => Promise<void>;
  readonly failure: () => Failure | null;
  readonly close: () => Promise<void>;
}

/** The other thread, with a bound on what is under way to it. */
function startWriter(file: string): Writer {
  const worker = new Worker(workerUrl('case/writer'), { workerData: { file } });
  let underWay = 0;
  let failure: Failure | null = null;
  let done = false;
  let hasExited = false;
  let wake: (() => void) | null = null;
  const changed = (): void => {
    wake?.();
    wake = null;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds() && failure === null)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };

  worker.on('message', (message: FromWriter) => {
    if (message.say === 'taken') underWay -= 1;
    else if (message.say === 'done') done = true;
    else failure = writerFailure(file, message.code, message.why);
    changed();
  });
  worker.on('error', (error) => {
    failure ??= writerFailure(file, '', error.message);
    changed();
  });
  worker.on('exit', () => {
    hasExited = true;
    if (!done) failure ??= writerFailure(file, '', 'the writing thread ended');
    changed();
  });

  return {
    async send(message) {
      await until(() => underWay < underWayMax);
      if (failure !== null) return;
      underWay += 1;
      const moved: ArrayBuffer[] = [];
      for (const batch of message.batches) moved.push(batch.cells.buffer);
      for (const block of message.blocks) moved.push(block.bytes.buffer);
      worker.postMessage(message, moved);
    },
    async finish(end) {
      worker.postMessage({ say: 'finish', end } satisfies ToWriter);
      await until(() => done);
    },
    failure: () => failure,
    async close() {
      worker.removeAllListeners('exit');
      // A thread that is ended in the middle of SQLite can take the process with it: it is asked to end, and ends by itself.
      if (!hasExited) {
        const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        if (!done && failure === null) worker.postMessage({ say: 'abandon' } satisfies ToWriter);
        await exited;
      }
    },
  };
}

function writerFailure(file: string, code: string, why: string): Failure {
  const full = code === 'SQLITE_FULL' || code === 'ENOSPC';
  return fail(
    'disk',
    file,
    full ? 'the disk is full' : `the case file could not be written: ${why}`,
    'Free some space, or put the case elsewhere with --case FILE or the environment variable INQUEST_DATA.',
  ).error;
}
