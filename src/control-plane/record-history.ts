import { countBefore } from '../base/bisect.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Millis } from '../base/time.ts';
import { everyOtherField, type Lookup } from './configuration-types.ts';
import { holdsRedacted } from './field.ts';
import { type FieldMoment, FieldTrack, type Held, type Seeds } from './field-track.ts';
import type { RecordChange } from './record-change.ts';

/** What the captured state says of a record. */
export type Captured =
  | { readonly state: 'present'; readonly body: JsonObject; readonly ref: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly missing: string };

/** A lookup and the span `[from, to)` in which it stays the answer. */
export interface Span {
  readonly lookup: Lookup;
  readonly from: Millis;
  readonly to: Millis;
}

/**
 * A record's life is cut into eras where it comes, goes, or changes in a way that nobody tells. Within an era each
 * field has its own track, so that cost and memory grow with the changes and not with changes times fields.
 */
type Edge =
  | { readonly kind: 'start' | 'end' }
  | {
      readonly kind: 'create' | 'remove' | 'untold';
      /** The whole record right before and right after, where that is told. */
      readonly before: JsonObject | undefined;
      readonly after: JsonObject | undefined;
      readonly ref: string;
    }
  /** Seen in the state, though the last change had removed it; or the reverse. */
  | { readonly kind: 'seen' | 'gone' };

interface Era {
  readonly from: Millis;
  readonly to: Millis;
  readonly presence: 'present' | 'absent' | 'unknown';
  readonly othersAbsent: boolean;
  readonly tracks: ReadonlyMap<string, FieldTrack>;
  readonly reads: readonly string[];
}

interface Draft {
  readonly from: Millis;
  readonly begins: Edge;
  readonly changes: RecordChange[];
  /** How many of `changes` lie before the capture; null where the capture is not in this era. */
  capturedAfter: number | null;
}

const edgeOf = (change: RecordChange): Edge | null => {
  const { effect, ref } = change;
  switch (effect.kind) {
    case 'create':
      return { kind: 'create', before: undefined, after: effect.after, ref };
    case 'remove':
      return { kind: 'remove', before: effect.before, after: undefined, ref };
    case 'untold':
      return { kind: 'untold', before: effect.before, after: effect.after, ref };
    case 'fields':
    case 'stamp':
      return null;
  }
};

/** A bare ending of a record that is not there afterwards is what removed it. */
function endingsAsRemovals(changes: readonly RecordChange[], captured: Captured, past: number): RecordChange[] {
  const resolved = [...changes];
  let absentAfter = false;
  for (let index = resolved.length - 1; index >= 0; index -= 1) {
    if (index === past - 1) absentAfter = captured.state === 'absent';
    const change = resolved[index] as RecordChange;
    if (change.effect.kind === 'stamp' && absentAfter)
      resolved[index] = { ...change, effect: { kind: 'remove', before: undefined } };
    absentAfter = resolved[index]?.effect.kind === 'create';
  }
  return resolved;
}

function momentsByField(changes: readonly RecordChange[], past: number | null) {
  const moments = new Map<string, FieldMoment[]>();
  const beforeCapture = new Map<string, number>();
  const push = (index: number, field: string, moment: FieldMoment): void => {
    const list = moments.get(field);
    if (list === undefined) moments.set(field, [moment]);
    else list.push(moment);
    if (past !== null && index < past) beforeCapture.set(field, (beforeCapture.get(field) ?? 0) + 1);
  };
  for (const [index, { at, ref, effect }] of changes.entries()) {
    if (effect.kind === 'stamp')
      push(index, effect.field, { at, ref, kind: 'stamp', below: [], before: undefined, after: undefined });
    if (effect.kind === 'fields')
      for (const { field, below, before, after } of effect.fields)
        push(index, field, { at, ref, kind: 'told', below, before, after });
  }
  return { moments, beforeCapture };
}

const refOf = (edge: Edge): readonly string[] => ('ref' in edge ? [edge.ref] : []);

function presenceOf(draft: Draft, ends: Edge, captured: Captured): Era['presence'] {
  if (draft.capturedAfter !== null && captured.state !== 'unknown') return captured.state;
  const begins = draft.begins.kind;
  const madeHere = begins === 'create' || begins === 'untold' || begins === 'seen';
  const lives = draft.changes.length > 0 || ends.kind === 'remove' || ends.kind === 'untold' || ends.kind === 'gone';
  if (begins === 'remove' || begins === 'gone') return lives || ends.kind === 'seen' ? 'unknown' : 'absent';
  if (ends.kind === 'create') return madeHere || lives ? 'unknown' : 'absent';
  return madeHere || lives ? 'present' : 'unknown';
}

function eraOf(draft: Draft, to: Millis, ends: Edge, captured: Captured): Era {
  const presence = presenceOf(draft, ends, captured);
  const here = draft.capturedAfter !== null && captured.state === 'present' ? captured : null;
  const made = 'after' in draft.begins ? draft.begins.after : undefined;
  const ended = 'before' in ends ? ends.before : undefined;
  const { moments, beforeCapture } = momentsByField(draft.changes, draft.capturedAfter);
  const names = new Set([
    ...Object.keys(here?.body ?? {}),
    ...Object.keys(made ?? {}),
    ...Object.keys(ended ?? {}),
    ...moments.keys(),
  ]);
  const seed = (body: JsonObject | undefined, name: string, reads: readonly string[]): Held | null => {
    if (body === undefined) return null;
    const value: Json | undefined = Object.hasOwn(body, name) ? body[name] : undefined;
    return { known: true, value: value === null ? undefined : value, reads };
  };
  const tracks = new Map<string, FieldTrack>();
  for (const name of names) {
    const held = here === null ? null : seed(here.body, name, [here.ref]);
    const seeds: Seeds = {
      first: seed(made, name, refOf(draft.begins)),
      last: seed(ended, name, refOf(ends)),
      captured: held === null ? null : { moment: beforeCapture.get(name) ?? 0, held },
    };
    tracks.set(name, new FieldTrack(moments.get(name) ?? [], seeds));
  }
  return {
    from: draft.from,
    to,
    presence,
    othersAbsent: here !== null || made !== undefined || ended !== undefined,
    tracks,
    reads: [...(here === null ? [] : [here.ref]), ...refOf(draft.begins), ...refOf(ends)],
  };
}

function erasOf(changes: readonly RecordChange[], captured: Captured, capturedAt: Millis): readonly Era[] {
  const past = changes.filter(({ at }) => at <= capturedAt).length;
  const resolved = endingsAsRemovals(changes, captured, past);
  const eras: Era[] = [];
  let draft: Draft = {
    from: Number.NEGATIVE_INFINITY,
    begins: { kind: 'start' },
    changes: [],
    capturedAfter: null,
  };
  const turn = (at: Millis, edge: Edge): void => {
    eras.push(eraOf(draft, at, edge, captured));
    draft = { from: at, begins: edge, changes: [], capturedAfter: null };
  };
  const capture = (): void => {
    const begins = draft.begins.kind;
    const lives = draft.changes.length > 0 || begins === 'create' || begins === 'untold';
    if (captured.state === 'absent' && lives) turn(capturedAt, { kind: 'gone' });
    if (captured.state === 'present' && begins === 'remove') turn(capturedAt, { kind: 'seen' });
    draft.capturedAfter = draft.changes.length;
  };
  for (const [index, change] of resolved.entries()) {
    if (index === past) capture();
    const edge = edgeOf(change);
    if (edge !== null) turn(change.at, edge);
    else {
      // Changed after a capture that did not have it: it came back in between.
      if (draft.capturedAfter !== null && captured.state === 'absent') turn(change.at, { kind: 'seen' });
      draft.changes.push(change);
    }
  }
  if (past === resolved.length) capture();
  eras.push(eraOf(draft, Number.POSITIVE_INFINITY, { kind: 'end' }, captured));
  return eras;
}

/** One record over all of time. */
export class RecordHistory {
  private readonly eras: readonly Era[];
  private readonly missing: string;
  private last: Span | null = null;

  /** Changes come in order; those up to and at `capturedAt` are in the captured state already. */
  constructor(changes: readonly RecordChange[], captured: Captured, capturedAt: Millis) {
    this.eras = erasOf(changes, captured, capturedAt);
    this.missing = captured.state === 'unknown' ? captured.missing : 'audit';
  }

  private eraAt(at: Millis): Era {
    const begun = countBefore(this.eras.length, (place) => (this.eras[place] as Era).from <= at);
    return this.eras[Math.max(0, begun - 1)] as Era;
  }

  span(at: Millis): Span {
    const last = this.last;
    if (last !== null && last.from <= at && at < last.to) return last;
    const era = this.eraAt(at);
    const span = era.presence === 'present' ? this.presentSpan(era, at) : this.otherSpan(era, era.presence);
    this.last = span;
    return span;
  }

  private otherSpan(era: Era, presence: 'absent' | 'unknown'): Span {
    const { from, to, reads } = era;
    return presence === 'absent'
      ? { lookup: { state: 'absent', reads }, from, to }
      : { lookup: { state: 'unknown', missing: this.missing, reads }, from, to };
  }

  private presentSpan(era: Era, at: Millis): Span {
    let { from, to } = era;
    const shown: Array<[string, Json]> = [];
    const unknown: string[] = [];
    const reads = new Set(era.reads);
    for (const [name, track] of era.tracks) {
      const now = track.at(at);
      from = Math.max(from, now.from);
      to = Math.min(to, now.to);
      for (const ref of now.held.reads) reads.add(ref);
      if (!now.held.known) unknown.push(name);
      else if (now.held.value !== undefined) {
        shown.push([name, now.held.value]);
        if (holdsRedacted(now.held.value)) unknown.push(name);
      }
    }
    if (!era.othersAbsent) unknown.push(everyOtherField);
    if (shown.length === 0 && !era.othersAbsent)
      return { lookup: { state: 'unknown', missing: this.missing, reads: [...reads] }, from, to };
    const record: JsonObject = Object.fromEntries(shown);
    return { lookup: { state: 'present', record, unknown, reads: [...reads] }, from, to };
  }

  since(field: string, at: Millis): Millis | null {
    const era = this.eraAt(at);
    return era.tracks.get(field)?.since(at) ?? (Number.isFinite(era.from) ? era.from : null);
  }
}
