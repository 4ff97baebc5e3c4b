import { type Archive, ArchiveStopped, type Limits, openArchive } from '../archive/index.ts';
import type { Digest } from '../base/digest.ts';
import type { JsonObject } from '../base/json.ts';
import { type Failure, fail, ok, type Result } from '../base/result.ts';
import { createEvidenceReader, type RowBatch, type UserDialect } from '../evidence/index.ts';
import { caseDigest } from './case-digest.ts';
import { caseEnd, type ReadArchive } from './case-end.ts';
import { auditOrderKey, auditOrderText, watchAuditOrder } from './checks/index.ts';
import type { ReadMember } from './manifest.ts';
import { startPacking } from './packing-thread.ts';
import type { NumberedBatch, Packed } from './protocol.ts';
import { createRawStore } from './raw-store.ts';
import type { Progress } from './reader-types.ts';
import { readingsText } from './readings.ts';
import { startWriter } from './writer-thread.ts';

export interface BuildOptions {
  readonly limits: Limits;
  readonly dialects: readonly UserDialect[];
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal | undefined;
}

export interface Built {
  readonly digest: Digest;
  readonly archives: readonly { readonly digest: Digest; readonly name: string; readonly bytes: number }[];
}

const batchBytes = 1024 * 1024;
/** About what an entity named beside the columns takes on its way. */
const mentionBytes = 100;
const reportEvery = 4 * 1024 * 1024;

/** What members of archives that were read are known by: path and content. */
type Content = Pick<ReadMember, 'path' | 'bytes' | 'sha256'>;
const contentKey = ({ path, bytes, sha256 }: Content): string => `${path}\0${bytes}\0${sha256}`;

/**
 * Reads the archives once each, in the order given, and writes `file`. On any failure the caller removes the file.
 * A member that an earlier archive holds with the same path and bytes is counted once.
 */
export async function buildCase(paths: readonly string[], file: string, options: BuildOptions): Promise<Result<Built>> {
  const opened: Archive[] = [];
  for (const path of paths) {
    const archive = await openArchive(path, options.limits);
    if (!archive.ok) return archive;
    opened.push(archive.value);
  }
  const totalBytes = opened.reduce((sum, archive) => sum + archive.totalBytes, 0);
  const writer = startWriter(file);
  const packing = startPacking();
  const raw = createRawStore();
  const read: ReadArchive[] = [];
  const known = new Map<string, ReadMember>();
  const stopped = (): Failure | null =>
    options.signal?.aborted === true
      ? { code: 'interrupted', what: paths.join(', '), why: 'indexing was interrupted; nothing was kept' }
      : writer.failure();

  let batches: NumberedBatch[] = [];
  let fresh: string[] = [];
  const order = watchAuditOrder();
  let pending = 0;
  let n = 1;
  let memberId = 0;
  let memberPath = '';
  let manifests: { path: string; manifest: JsonObject }[] = [];
  const evidence = createEvidenceReader({
    onRows(batch: RowBatch) {
      const numbered = { ...batch, firstN: n, member: memberId };
      fresh.push(...evidence.takeSymbols());
      order.add(numbered);
      batches.push(numbered);
      n += batch.rows;
      pending += batch.cells.byteLength + batch.text.length + batch.mentions.length * mentionBytes;
    },
    onManifest: (manifest) => manifests.push({ path: memberPath, manifest }),
    dialects: options.dialects,
  });

  async function send({ blocks, words }: Packed): Promise<void> {
    const message = { say: 'data', symbols: fresh, batches, blocks, words } as const;
    batches = [];
    fresh = [];
    pending = 0;
    await writer.send(message);
  }

  async function sendDue(): Promise<void> {
    for (const block of raw.take(false)) await packing.add(block);
    if (pending >= batchBytes) await send(packing.take());
  }

  async function sendRest(): Promise<void> {
    for (const block of raw.take(true)) await packing.add(block);
    await send(await packing.finish());
  }

  let doneBefore = 0;
  let reported = 0;
  async function readArchive(archive: Archive, repeats: ReadonlyMap<string, Content>): Promise<Failure | null> {
    manifests = [];
    const members: ReadMember[] = [];
    const repeated: ReadMember[] = [];
    for await (const member of archive.members) {
      memberPath = member.path;
      const repeat = repeats.get(member.path);
      if (repeat !== undefined) {
        for await (const _ of member.chunks);
        const first = known.get(contentKey(repeat));
        if (first === undefined || contentKey({ path: member.path, ...member.end() }) !== contentKey(repeat))
          return fail('unreadable', member.path, 'it changed while it was read', 'Try again when nothing writes to it.')
            .error;
        repeated.push(first);
        continue;
      }
      const rawAt = raw.begin();
      const reader = evidence.member(member.path);
      for await (const chunk of member.chunks) {
        raw.add(chunk);
        reader.feed(chunk);
        await sendDue();
        const failure = stopped();
        if (failure !== null) return failure;
        const done = doneBefore + archive.bytesRead();
        if (done - reported >= reportEvery) {
          reported = done;
          options.onProgress({ step: 'indexing', done, of: totalBytes });
        }
      }
      const { bytes, sha256, cut } = member.end();
      const summary = reader.end(cut !== null);
      const one = { ...summary, id: memberId, path: member.path, bytes, sha256, cut, rawAt };
      members.push(one);
      memberId += 1;
      await sendDue();
      const failure = stopped();
      if (failure !== null) return failure;
    }
    for (const member of members) known.set(contentKey(member), known.get(contentKey(member)) ?? member);
    read.push({ ...archive.end(), members, repeated, manifests });
    doneBefore += archive.totalBytes;
    return null;
  }

  try {
    for (const [at, archive] of opened.entries()) {
      const repeats = await repeatedMembers(paths[at] as string, options.limits, known);
      if (!repeats.ok) return repeats;
      const failure = await readArchive(archive, repeats.value);
      if (failure !== null) return { ok: false, error: failure };
    }
    options.onProgress({ step: 'finishing', done: totalBytes, of: totalBytes });
    await sendRest();
    const members = read.flatMap((archive) => archive.members);
    const digest = caseDigest(members, options.dialects);
    const readings = readingsText(options.dialects, evidence.dialectHits(), members);
    const found = order.found();
    const meta = { readings, ...(found === null ? {} : { [auditOrderKey]: auditOrderText(found) }) };
    await writer.finish(caseEnd(read, digest, meta));
    const failure = stopped();
    if (failure !== null) return { ok: false, error: failure };
    return ok({ digest, archives: read.map(({ digest: own, name, bytes }) => ({ digest: own, name, bytes })) });
  } catch (error) {
    if (error instanceof ArchiveStopped) return { ok: false, error: error.failure };
    throw error;
  } finally {
    await packing.close();
    await writer.close();
  }
}

/**
 * Members of the archive that were read from an earlier one, by path. Rows of a member are on their way before its digest is
 * known, so an archive that follows another is gone through once before it is read.
 */
async function repeatedMembers(
  path: string,
  limits: Limits,
  known: ReadonlyMap<string, ReadMember>,
): Promise<Result<ReadonlyMap<string, Content>>> {
  const repeats = new Map<string, Content>();
  if (known.size === 0) return ok(repeats);
  const opened = await openArchive(path, limits);
  if (!opened.ok) return opened;
  for await (const member of opened.value.members) {
    for await (const _ of member.chunks);
    const content = { path: member.path, ...member.end() };
    if (known.has(contentKey(content))) repeats.set(member.path, content);
  }
  return ok(repeats);
}
