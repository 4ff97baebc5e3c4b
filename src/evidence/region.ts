/**
 * The header, cursor, gates and journal positions of a shared-memory region file. Only what the product documents is read,
 * and only where the bytes for it are there; integers are the writer's own byte order, which the magic number tells.
 */
import type { Json } from '../base/json.ts';

export interface Region {
  readonly layout: 'SequencedSlots' | 'Journal' | null;
  /** What was read; counters are kept whole. */
  readonly fields: Readonly<Record<string, Json>>;
  /**
   * What does not fit together: `no_header`, `truncated` (shorter than its layout), `header_cut`, `initializing` (a writer
   * stuck or stopped), `not_initialized`, `gates_not_recognised`, `gate_ahead` (of the cursor), `bad_segment`.
   */
  readonly problems: readonly string[];
}

const magic = 0x5355_4249;
const headerBytes = 16;
const initializedAt = 16;
const sequencedSlots = {
  regionKind: 101,
  capability: 1 << 17,
  cursorAt: 64,
  gatesAt: 128,
  gates: 4,
  cellBytes: 64,
  ring: 1024,
};
const journal = {
  bytes: 197_056,
  pubAt: 64,
  activeAt: 128,
  segmentsAt: 192,
  segments: 3,
  segmentBytes: 65_536,
  subsAt: 384,
  subs: 4,
};

/** Whether the bytes begin like a region: the magic number in either byte order, and a version that a region can have. */
export function beginsRegion(head: Buffer): boolean {
  if (head.length < headerBytes) return false;
  const little = head.readUInt32LE(0) === magic;
  if (!little && head.readUInt32BE(0) !== magic) return false;
  const version = little ? head.readUInt16LE(4) : head.readUInt16BE(4);
  return version > 0 && version < 256;
}

const small = (value: bigint): number | bigint => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);

/** `size`: bytes of the whole file, of which `head` is the beginning. */
export function parseRegion(head: Buffer, size: number): Region {
  if (!beginsRegion(head)) return { layout: null, fields: { file_bytes: size }, problems: ['no_header'] };
  const little = head.readUInt32LE(0) === magic;
  const u16 = (at: number): number => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number): number => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const u64 = (at: number): number | bigint => small(little ? head.readBigUInt64LE(at) : head.readBigUInt64BE(at));
  const has = (end: number): boolean => head.length >= end;

  const version = u16(4);
  const flags = u16(6);
  const capabilities = u32(8);
  const layoutBytes = u32(12);
  const regionKind = flags & 0xff;
  const problems: string[] = [];
  if (size < layoutBytes) problems.push('truncated');
  const layout =
    version !== 1
      ? null
      : regionKind === sequencedSlots.regionKind || (capabilities & sequencedSlots.capability) !== 0
        ? 'SequencedSlots'
        : layoutBytes === journal.bytes
          ? 'Journal'
          : null;
  const fields: Record<string, Json> = {
    byte_order: little ? 'little' : 'big',
    version,
    flags,
    region_kind: regionKind,
    capabilities,
    layout_bytes: layoutBytes,
    file_bytes: size,
  };
  if (layout === null) return { layout, fields, problems };
  fields.layout = layout;
  if (has(initializedAt + 4)) {
    const initialized = u32(initializedAt);
    fields.initialized = initialized;
    if (initialized === 1) problems.push('initializing');
    else if (initialized !== 2) problems.push('not_initialized');
  }

  if (layout === 'SequencedSlots') {
    const { cursorAt, gatesAt, gates, cellBytes, ring } = sequencedSlots;
    if (!has(gatesAt)) return { layout, fields, problems: [...problems, 'header_cut'] };
    const cursor = u64(cursorAt);
    fields.cursor = cursor;
    fields.capacity = ring;
    const end = gatesAt + gates * cellBytes;
    const cells = Array.from({ length: gates }, (_, i) => gatesAt + i * cellBytes);
    // The width of a gate's cell is not public. It is taken to be padded as the cursor is, where the padding is empty.
    const padded = has(end) && cells.every((at) => head.subarray(at + 8, at + cellBytes).every((byte) => byte === 0));
    if (padded) {
      const gating = cells.map(u64);
      fields.gating = gating;
      if (gating.some((gate) => gate > cursor)) problems.push('gate_ahead');
    } else problems.push(has(end) ? 'gates_not_recognised' : 'header_cut');
    return { layout, fields, problems };
  }

  const { pubAt, activeAt, segmentsAt, segments, segmentBytes, subsAt, subs } = journal;
  if (!has(subsAt + subs * 8)) return { layout, fields, problems: [...problems, 'header_cut'] };
  fields.pub_pos = u64(pubAt);
  fields.active_segment = u32(activeAt);
  fields.sub_pos = Array.from({ length: subs }, (_, i) => u64(subsAt + i * 8));
  const metas = Array.from({ length: segments }, (_, i) => {
    const at = segmentsAt + i * 64;
    return { segment_id: u32(at), segment_len: u32(at + 4), tail: u64(at + 8) };
  });
  fields.segments = metas;
  if (u32(activeAt) >= segments || metas.some(({ segment_len }) => segment_len > segmentBytes))
    problems.push('bad_segment');
  return { layout, fields, problems };
}
