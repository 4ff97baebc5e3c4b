import { countBefore } from '../../base/bisect.ts';
import { sha256Hex } from '../../base/digest.ts';
import { isObject, type Json } from '../../base/json.ts';
import { parseRecord } from '../../evidence/index.ts';
import { auditOrderOf } from './audit-order.ts';
import { canonicalText } from './canonical.ts';
import type { CheckSource, Tally } from './check.ts';

type AuditRow = [number, number, number, number | null, string | null, Buffer | string | null, Buffer | string | null];

const auditRows = (source: CheckSource): IterableIterator<AuditRow> =>
  source.db
    .prepare(
      'SELECT n, off, len, ts, seq, prev_hash, hash FROM t_audit WHERE hash IS NOT NULL OR seq IS NOT NULL ORDER BY n',
    )
    .raw()
    .iterate() as IterableIterator<AuditRow>;

/** Rows that are read at once: a row alone costs more to ask for than to read. */
const rowsAtOnce = 4_096;

/** Number, `seq` and `hash` of the records that have either; the rest is asked for where it is needed. */
type BriefRow = readonly [number, string | null, Buffer | string | null];

function* briefRows({ db }: CheckSource): Generator<readonly BriefRow[]> {
  const next = db
    .prepare(
      `SELECT n, seq, hash FROM t_audit WHERE n > ? AND (hash IS NOT NULL OR seq IS NOT NULL) ORDER BY n LIMIT ${rowsAtOnce}`,
    )
    .raw();
  for (let last = -1, many = true; many; ) {
    const rows = next.all(last) as BriefRow[];
    yield rows;
    last = rows.at(-1)?.[0] ?? last;
    many = rows.length === rowsAtOnce;
  }
}

/** Says of a trail what was found while it was read; false where that was nothing. */
export function checkAuditAsRead({ db, refOf }: CheckSource, sequence: Tally): boolean {
  const order = auditOrderOf(db);
  if (order === null) return false;
  const place = db.prepare('SELECT off, len FROM t_audit WHERE n = ?').raw();
  for (let good = order.records - order.holes.length; good > 0; good--) sequence.good();
  for (const { n, from, to } of order.holes)
    sequence.failed(
      () => {
        const [offset, length] = (place.get(n) as [number, number] | undefined) ?? [0, 0];
        return refOf(n, offset, length);
      },
      () => holeText(BigInt(from), BigInt(to)),
    );
  return true;
}

/**
 * Follows a trail whose `seq` rises from record to record, as exports have it, and holds no record. False where it does not
 * rise: then the tallies are worth nothing.
 */
export function checkAuditInOrder(source: CheckSource, chain: Tally, sequence: Tally): boolean {
  const rest = source.db.prepare('SELECT off, len, prev_hash FROM t_audit WHERE n = ?').raw();
  const restOf = (n: number): [number, number, Buffer | string | null] =>
    rest.get(n) as [number, number, Buffer | string | null];
  let before = Number.NaN;
  let hashBefore = 0n;
  const link = (n: number, hash: Buffer | string, step: number): void => {
    const [offset, length, prevHash] = restOf(n);
    const ref = source.refOf(n, offset, length);
    const own = ownHash(source.bytes(n, offset, length));
    const follows = Number.isNaN(before) || hashBefore === 0n || step > 1 || hashBefore === beginning(prevHash);
    if (own === bad) chain.failed(ref, isNotOfItsBytes);
    else if (!follows) chain.failed(ref, namesAnother(BigInt(before)));
    else if (own === unknown) chain.unknown(ref, cannotBeWritten);
    else if (step > 1) chain.unknown(ref, followsNothing);
    else chain.good();
    hashBefore = beginning(hash);
  };
  for (const rows of briefRows(source))
    for (const [n, order, hash] of rows) {
      const seq = order !== null && /^\d{1,15}$/.test(order) ? Number(order) : Number.NaN;
      const step = Number.isNaN(before) ? 1 : seq - before;
      if (Number.isNaN(seq) || step <= 0) return false;
      if (step === 1) sequence.good();
      else {
        const first = before + 1;
        sequence.failed(
          () => {
            const [offset, length] = restOf(n);
            return source.refOf(n, offset, length);
          },
          () => holeText(BigInt(first), BigInt(seq) - 1n),
        );
      }
      if (hash === null) hashBefore = 0n;
      else link(n, hash, step);
      before = seq;
    }
  return true;
}

const isNotOfItsBytes = 'its hash is not that of its bytes';
const cannotBeWritten = 'it holds a number beyond 2^53, or cannot be written as RFC 8785 has it';
const followsNothing = 'the record before it is not here';
const namesAnother = (seq: bigint): string => `its prev_hash is not the hash of seq ${seq}`;

/**
 * Follows the audit trail by `seq`, else by `prev_hash`, never by position. Of a record only some bytes are kept: its number,
 * its `seq`, and the beginnings of the two hashes; its own hash is compared whole while it is read.
 */
export function checkAudit(source: CheckSource, chain: Tally, sequence: Tally): void {
  const { db } = source;
  if (db.prepare('SELECT 1 FROM t_audit WHERE hash IS NOT NULL OR seq IS NOT NULL LIMIT 1').get() === undefined) return;
  const links = readLinks(source);
  const refOf = (link: number): string => {
    const n = links.n[link] as number;
    const [offset, length] = db.prepare('SELECT off, len FROM t_audit WHERE n = ?').raw().get(n) as [number, number];
    return source.refOf(n, offset, length);
  };
  const why = new Map<number, string>();
  const broken = (link: number, text: string): void => {
    if (!why.has(link)) why.set(link, text);
  };
  const isSame = (a: number, b: number): boolean =>
    links.hash[a] !== 0n
      ? links.hash[a] === links.hash[b]
      : source.raw(refOf(a))?.equals(source.raw(refOf(b)) ?? Buffer.alloc(0)) === true;

  const numbered: number[] = [];
  const others: number[] = [];
  for (let link = 0; link < links.count; link++) (links.isNumbered(link) ? numbered : others).push(link);
  const missing = new Set<number>();
  followNumbers(links, numbered, { sequence, refOf, isSame, broken, missing });
  followHashes(links, others, broken);

  for (let link = 0; link < links.count; link++) {
    const own = links.own[link];
    if (own === none) continue;
    const text = why.get(link);
    if (own === bad) chain.failed(refOf(link), isNotOfItsBytes);
    else if (text !== undefined) chain.failed(refOf(link), text);
    else if (own === unknown) chain.unknown(refOf(link), cannotBeWritten);
    else if (missing.has(link)) chain.unknown(refOf(link), followsNothing);
    else chain.good();
  }
}

const none = 0;
const good = 1;
const bad = 2;
const unknown = 3;

interface Links {
  readonly count: number;
  readonly n: Float64Array;
  /** NaN where undated. */
  readonly ts: Float64Array;
  readonly seq: BigUint64Array;
  readonly own: Uint8Array;
  /** The first 64 bits; 0 where there is no hash. */
  readonly hash: BigUint64Array;
  readonly prev: BigUint64Array;
  readonly isNumbered: (link: number) => boolean;
}

function readLinks(source: CheckSource): Links {
  const { db } = source;
  const count = db
    .prepare('SELECT count(*) FROM t_audit WHERE hash IS NOT NULL OR seq IS NOT NULL')
    .pluck()
    .get() as number;
  const n = new Float64Array(count);
  const ts = new Float64Array(count);
  const seq = new BigUint64Array(count);
  const hash = new BigUint64Array(count);
  const prev = new BigUint64Array(count);
  const own = new Uint8Array(count);
  const numbered = new Uint8Array(count);
  let link = 0;
  for (const [number, offset, length, time, order, before, after] of auditRows(source)) {
    n[link] = number;
    ts[link] = time ?? Number.NaN;
    const parsed = order === null ? null : seqOf(order);
    if (parsed !== null) {
      seq[link] = parsed;
      numbered[link] = 1;
    }
    hash[link] = beginning(after);
    prev[link] = beginning(before);
    own[link] = after === null ? none : ownHash(source.bytes(number, offset, length));
    link += 1;
  }
  return { count, n, ts, seq, hash, prev, own, isNumbered: (index) => numbered[index] === 1 };
}

const numberText = /^\d{1,20}$/;
const seqMax = 2n ** 64n - 1n;
function seqOf(text: string): bigint | null {
  if (!numberText.test(text)) return null;
  const value = BigInt(text);
  return value <= seqMax ? value : null;
}

function beginning(hash: Buffer | string | null): bigint {
  if (hash === null) return 0n;
  const bytes = typeof hash === 'string' ? Buffer.from(hash, 'hex') : hash;
  return bytes.length < 8 ? 0n : bytes.readBigUInt64BE(0);
}

/** `hash` is the digest of `prev_hash` and the canonical JSON of the record without `hash`. */
function ownHash(bytes: Buffer | null): number {
  const record = bytes === null ? undefined : parseRecord(bytes);
  if (!isObject(record)) return unknown;
  const { hash, ...rest } = record;
  const before: Json = record.prev_hash ?? '';
  if (typeof hash !== 'string' || typeof before !== 'string') return unknown;
  let text: string;
  try {
    text = canonicalText(rest);
  } catch {
    return unknown;
  }
  return sha256Hex(before + text) === hash ? good : bad;
}

interface Following {
  readonly sequence: Tally;
  readonly refOf: (link: number) => string;
  /** Two copies of one record, in two members. */
  readonly isSame: (a: number, b: number) => boolean;
  readonly broken: (link: number, why: string) => void;
  /** Links whose record before is not here. */
  readonly missing: Set<number>;
}

function followNumbers(links: Links, order: number[], { sequence, refOf, isSame, broken, missing }: Following): void {
  const at = (link: number): bigint => links.seq[link] as bigint;
  for (let i = 1; i < order.length; i++)
    if (at(order[i] as number) < at(order[i - 1] as number)) {
      order.sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : a - b));
      break;
    }
  order.forEach((link, i) => {
    const before = order[i - 1];
    if (before === undefined) {
      sequence.good();
      return;
    }
    const step = at(link) - at(before);
    if (step === 0n && !isSame(link, before)) sequence.failed(refOf(link), `seq ${at(link)} stands twice`);
    else if (step > 1n) {
      sequence.failed(refOf(link), holeText(at(before) + 1n, at(link) - 1n));
      missing.add(link);
    } else {
      sequence.good();
      if (step === 1n && links.hash[before] !== 0n && links.prev[link] !== links.hash[before])
        broken(link, namesAnother(at(before) as bigint));
    }
  });
}

export const holeText = (from: bigint, to: bigint): string =>
  from === to ? `seq ${from} is missing` : `seq ${from} to ${to} are missing`;

/** Without numbers: every record but one must name the hash of another, and no two the same. */
function followHashes(links: Links, others: readonly number[], broken: (link: number, why: string) => void): void {
  const hashed = others.filter((link) => links.own[link] !== none);
  if (hashed.length === 0) return;
  const known = links.hash.slice().sort();
  const starts = hashed.filter((link) => !holds(known, links.prev[link] as bigint));
  // An export may begin anywhere; of several beginnings the first in time is taken for it.
  const first = starts.reduce<number | undefined>(
    (best, link) => (best === undefined || (links.ts[link] as number) < (links.ts[best] as number) ? link : best),
    undefined,
  );
  for (const link of starts) if (link !== first) broken(link, 'no record here has the hash that its prev_hash names');
  const byPrev = hashed.filter((link) => links.prev[link] !== 0n);
  const prevOf = (link: number): bigint => links.prev[link] as bigint;
  byPrev.sort((a, b) => (prevOf(a) < prevOf(b) ? -1 : prevOf(a) > prevOf(b) ? 1 : a - b));
  byPrev.forEach((link, i) => {
    const before = byPrev[i - 1];
    if (before === undefined || prevOf(before) !== prevOf(link) || links.hash[before] === links.hash[link]) return;
    broken(link, 'another record names the same prev_hash');
  });
}

function holds(sorted: BigUint64Array, value: bigint): boolean {
  if (value === 0n) return false;
  return sorted[countBefore(sorted.length, (place) => (sorted[place] as bigint) < value)] === value;
}
