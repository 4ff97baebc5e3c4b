import type { Json, JsonObject } from '../base/json.ts';
import type { Millis } from '../base/time.ts';
import { type ConfigurationEdit, everyOtherField, type Lookup } from './configuration-types.ts';
import { holdsRedacted } from './field.ts';
import type { Span } from './record-history.ts';
import { sameJson } from './same-json.ts';

type Present = Extract<Lookup, { readonly state: 'present' }>;

const without = (record: JsonObject, field: string): JsonObject =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));

function withField(lookup: Present, field: string, value: Json | undefined): Present {
  const cleared = lookup.unknown.filter((name) => name !== field);
  const rest = without(lookup.record, field);
  // While other fields are unknown, one that is not shown would be taken for one of them: null says that there is none.
  const shown = value ?? (cleared.includes(everyOtherField) ? null : undefined);
  return {
    ...lookup,
    record: shown === undefined ? rest : { ...rest, [field]: shown },
    unknown: shown !== undefined && shown !== null && holdsRedacted(shown) ? [...cleared, field] : cleared,
  };
}

const isKnown = (lookup: Present, field: string): boolean =>
  !lookup.unknown.includes(field) && (Object.hasOwn(lookup.record, field) || !lookup.unknown.includes(everyOtherField));

const listOf = (value: Json | undefined): readonly Json[] | null =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : null;

/** What an edit makes of a record. On a record that is not there, or of which nothing is known, only `create` acts. */
function applied(lookup: Lookup, { change }: ConfigurationEdit): Lookup {
  if (change.op === 'create') {
    const unknown = Object.keys(change.body).filter((name) => holdsRedacted(change.body[name] ?? null));
    return { state: 'present', record: change.body, unknown, reads: lookup.reads };
  }
  if (lookup.state !== 'present') return lookup;
  switch (change.op) {
    case 'set':
      return withField(lookup, change.field, change.value);
    case 'unset':
      return withField(lookup, change.field, undefined);
    case 'add':
    case 'remove': {
      const list = listOf(lookup.record[change.field]);
      if (list === null) return lookup;
      const named = (item: Json): boolean => change.values.some((value) => sameJson(value, item));
      const items =
        change.op === 'remove'
          ? list.filter((item) => !named(item))
          : [...list, ...change.values.filter((value) => !list.some((item) => sameJson(item, value)))];
      if (isKnown(lookup, change.field)) return withField(lookup, change.field, items);
      // What was added is there, whatever else is.
      const record = { ...without(lookup.record, change.field), [change.field]: items };
      return { ...lookup, record, unknown: [...new Set([...lookup.unknown, change.field])] };
    }
  }
}

const isActive = (edit: ConfigurationEdit, at: Millis): boolean =>
  edit.from <= at && (edit.to === null || at < edit.to);

const touches = (edit: ConfigurationEdit, field: string): boolean =>
  edit.change.op === 'create' || edit.change.field === field;

/** A record with edits on top. */
export class EditedRecord {
  private readonly base: (at: Millis) => Span;
  private readonly edits: readonly ConfigurationEdit[];
  private last: Span | null = null;

  constructor(base: (at: Millis) => Span, edits: readonly ConfigurationEdit[]) {
    this.base = base;
    this.edits = edits;
  }

  span(at: Millis): Span {
    const last = this.last;
    if (last !== null && last.from <= at && at < last.to) return last;
    let { lookup, from, to } = this.base(at);
    for (const edit of this.edits) {
      for (const bound of [edit.from, edit.to ?? Number.POSITIVE_INFINITY]) {
        if (bound <= at) from = Math.max(from, bound);
        else to = Math.min(to, bound);
      }
      if (isActive(edit, at)) lookup = applied(lookup, edit);
    }
    const span = { lookup, from, to };
    this.last = span;
    return span;
  }

  /** Whether an edit decides on the field at t. */
  decides(field: string, at: Millis): boolean {
    return this.edits.some((edit) => isActive(edit, at) && touches(edit, field));
  }

  /** Since when the field has the value it has at t, given what the base says of itself. */
  since(field: string, at: Millis, base: Millis | null): Millis | null {
    const bounds = this.edits
      .filter((edit) => touches(edit, field))
      .flatMap((edit) => (edit.to === null ? [edit.from] : [edit.from, edit.to]))
      .filter((bound) => bound <= at && (base === null || bound > base))
      .sort((a, b) => b - a);
    for (const bound of bounds) if (this.changesAt(field, bound)) return bound;
    return base;
  }

  private changesAt(field: string, bound: Millis): boolean {
    const value = (at: Millis): Json | undefined => {
      const { lookup } = this.span(at);
      return lookup.state === 'present' ? lookup.record[field] : undefined;
    };
    return !sameJson(value(bound - 1), value(bound));
  }
}
