import { compareText } from '../../base/order.ts';
import type { EvidenceKind } from '../../base/vocabulary.ts';
import { isMapped } from './fit.ts';
import { passes } from './nearest.ts';
import { type Form, lookInto, shareAfter } from './records.ts';
import { emptySketch, mergeSketch, type Node, roomOfAll, type Sketch } from './sketch.ts';

/** A member, and as what it was read. */
export interface SurveyedMember {
  readonly path: string;
  readonly kind: EvidenceKind;
  readonly by: 'name' | 'content' | 'path' | null;
  /** The first bytes, up to the most that is looked at; `whole`: they are all. */
  readonly bytes: () => { readonly bytes: Buffer; readonly whole: boolean };
}

/**
 * `unrecognised`: no kind. `doubtful`: a kind by its path alone, or a log by its time alone. `sure`: a kind by what it holds.
 */
export type Standing = 'unrecognised' | 'doubtful' | 'sure';

/** Members of one shape. */
export interface SurveyedGroup {
  readonly paths: readonly string[];
  /** As which they are read now. */
  readonly kind: EvidenceKind;
  readonly sketch: Sketch;
  readonly standing: Standing;
  readonly form: Form;
}

/** Shapes that are told apart; what is beyond is put to the last of its kind. */
const groupsMax = 64;

/**
 * Looks into the members that a dialect may help with. Memory is bounded by the sketches, one for each shape, and by one
 * member's beginning.
 */
export function survey(members: Iterable<SurveyedMember>): readonly SurveyedGroup[] {
  const groups = new Map<
    string,
    { paths: string[]; kind: EvidenceKind; sketch: Sketch; standing: Standing; form: Form }
  >();
  const room = roomOfAll();
  let looked = 0;
  for (const { path, kind, by, bytes } of members) {
    if (by === 'name' || (kind !== 'unrecognised' && !isMapped(kind))) continue;
    const held = bytes();
    const share = shareAfter(looked);
    const { form, sketch } = lookInto(held.bytes, held.whole, share);
    looked += Math.min(share, held.bytes.length);
    // A log in another form than JSON has no keys to map.
    if (kind !== 'unrecognised' && sketch.records === 0) continue;
    const standing = standingOf(kind, by, sketch);
    const keys = signature(sketch);
    let key = JSON.stringify([standing, kind, form, keys]);
    if (!groups.has(key) && groups.size >= groupsMax) key = JSON.stringify([standing, kind, form]);
    const known = groups.get(key) ?? { paths: [], kind, sketch: emptySketch(room), standing, form };
    known.paths.push(path);
    mergeSketch(known.sketch, sketch);
    groups.set(key, known);
  }
  return [...groups.values()].sort((a, b) => compareText(a.paths[0] ?? '', b.paths[0] ?? ''));
}

function standingOf(kind: EvidenceKind, by: SurveyedMember['by'], sketch: Sketch): Standing {
  if (kind === 'unrecognised') return 'unrecognised';
  if (kind === 'logs') return isLog(sketch) ? 'sure' : 'doubtful';
  return by === 'path' && !passes(kind, sketch) ? 'doubtful' : 'sure';
}

/** A log has a time, which made it one, and something to say. */
const isLog = ({ top }: Sketch): boolean =>
  ['msg', 'message', 'MESSAGE', 'short_message'].some((key) => (top.keys.get(key)?.seen ?? 0) >= 0.5 * top.seen);

/** The keys that nearly all records have: others come and go. */
function signature({ top }: Sketch): readonly string[] {
  const found: string[] = [];
  const walk = (node: Node, path: string, depth: number): void => {
    for (const [key, child] of node.keys) {
      if (child.seen < 0.9 * top.seen || found.length >= 128) continue;
      found.push(`${path}${key}`);
      // What wraps a record tells nothing by itself.
      if (depth < 3) walk(child, `${path}${key}.`, depth + 1);
    }
  };
  walk(top, '', 1);
  return found.sort(compareText);
}
