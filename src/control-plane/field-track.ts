import { countBefore } from '../base/bisect.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { formatMillis, type Millis } from '../base/time.ts';
import { sameJson } from './same-json.ts';

/** A change of one field at its moment. A stamp sets a timestamp that is in force by itself. */
export interface FieldMoment {
  readonly at: Millis;
  readonly ref: string;
  readonly kind: 'told' | 'stamp';
  readonly below: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** A field's value between two changes; `value` undefined: it has none. */
export type Held =
  | { readonly known: true; readonly value: Json | undefined; readonly reads: readonly string[] }
  | { readonly known: false; readonly reads: readonly string[] };

/** What is known of the field from elsewhere than its own changes. */
export interface Seeds {
  readonly first: Held | null;
  readonly last: Held | null;
  /** From the captured state: its value after the first `moment` changes. */
  readonly captured: { readonly moment: number; readonly held: Held } | null;
}

const readsMax = 16;
const unknown: Held = { known: false, reads: [] };
const orNone = (value: Json): Json | undefined => (value === null ? undefined : value);

/** The value with a part of it replaced; null where the path leads into no object. */
function withPart(whole: Json | undefined, below: readonly string[], part: Json): Json | null {
  const [step, ...rest] = below;
  if (step === undefined) return part;
  if (whole !== undefined && whole !== null && !isObject(whole)) return null;
  const base: JsonObject = whole ?? {};
  const inner = withPart(Object.hasOwn(base, step) ? base[step] : undefined, rest, part);
  if (inner === null && rest.length === 0)
    return Object.fromEntries(Object.entries(base).filter(([name]) => name !== step));
  return inner === null ? null : Object.fromEntries([...Object.entries(base), [step, inner]]);
}

/** One side of a change, laid over what the field holds on the other side of it. */
function crossed(moment: FieldMoment, side: Json | undefined, other: Held): Held {
  if (side === undefined) return { known: false, reads: [moment.ref] };
  if (moment.below.length === 0) return { known: true, value: orNone(side), reads: [moment.ref] };
  if (!other.known) return { known: false, reads: [moment.ref] };
  const whole = withPart(other.value, moment.below, side);
  const reads = [moment.ref, ...other.reads].slice(0, readsMax);
  return whole === null ? { known: false, reads } : { known: true, value: whole, reads };
}

/** A stamp that the record already has is the record's; one that it lacks is the change's own moment. */
const stamped = (moment: FieldMoment, held: Held): Held =>
  held.known && held.value !== undefined ? held : { known: true, value: formatMillis(moment.at), reads: [moment.ref] };

/** A field over time: its changes, and what it holds before, between and after them. */
export class FieldTrack {
  private readonly moments: readonly FieldMoment[];
  private readonly held: readonly Held[];

  constructor(moments: readonly FieldMoment[], seeds: Seeds) {
    this.moments = moments;
    const held: Held[] = new Array<Held>(moments.length + 1).fill(unknown);
    const get = (index: number): Held => held[index] ?? unknown;
    const forward = (index: number): void => {
      const moment = moments[index - 1] as FieldMoment;
      const before = get(index - 1);
      held[index] = moment.kind === 'stamp' ? stamped(moment, before) : crossed(moment, moment.after, before);
    };
    const backward = (index: number): void => {
      const moment = moments[index] as FieldMoment;
      const after = get(index + 1);
      if (moment.kind === 'told') held[index] = crossed(moment, moment.before, after);
      else if (after.known && after.value !== undefined) held[index] = after;
      else {
        held[index + 1] = stamped(moment, after);
        held[index] = { known: true, value: undefined, reads: [moment.ref] };
      }
    };
    if (seeds.captured !== null) {
      held[seeds.captured.moment] = seeds.captured.held;
      for (let index = seeds.captured.moment - 1; index >= 0; index -= 1) backward(index);
      for (let index = seeds.captured.moment + 1; index <= moments.length; index += 1) forward(index);
    }
    // What undoing and applying could not tell, the changes on the other side may.
    if (seeds.first !== null && !get(0).known) held[0] = seeds.first;
    for (let index = 1; index <= moments.length; index += 1) if (!get(index).known) forward(index);
    if (seeds.last !== null && !get(moments.length).known) held[moments.length] = seeds.last;
    for (let index = moments.length - 1; index >= 0; index -= 1) if (!get(index).known) backward(index);
    this.held = held;
  }

  /** How many of the changes are not later than t. */
  private passed(at: Millis): number {
    return countBefore(this.moments.length, (place) => (this.moments[place] as FieldMoment).at <= at);
  }

  /** The value at t, and the span `[from, to)` around t in which nothing changes it. */
  at(at: Millis): { readonly held: Held; readonly from: Millis; readonly to: Millis } {
    const index = this.passed(at);
    return {
      held: this.held[index] ?? unknown,
      from: this.moments[index - 1]?.at ?? Number.NEGATIVE_INFINITY,
      to: this.moments[index]?.at ?? Number.POSITIVE_INFINITY,
    };
  }

  /** Since when it holds the value it has at t; null where no change in this track brought it. */
  since(at: Millis): Millis | null {
    let index = this.passed(at);
    const now = this.held[index] ?? unknown;
    while (index > 0) {
      const earlier = this.held[index - 1] ?? unknown;
      if (!now.known || !earlier.known || !sameJson(now.value, earlier.value))
        return this.moments[index - 1]?.at ?? null;
      index -= 1;
    }
    return null;
  }
}
