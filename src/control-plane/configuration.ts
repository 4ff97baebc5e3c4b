import { countBefore } from '../base/bisect.ts';
import type { ConfigurationChange, ConfigurationHistory, StateRecord } from '../base/facts.ts';
import { compareText } from '../base/order.ts';
import type { Millis } from '../base/time.ts';
import type { AppliedChange, Configuration, ConfigurationEdit, Lookup, Uses } from './configuration-types.ts';
import { EditedRecord } from './edited-record.ts';
import { readInteger } from './field.ts';
import { inLegalOrder } from './legal-order.ts';
import type { RecordChange } from './record-change.ts';
import { type Captured, RecordHistory } from './record-history.ts';
import { resolveChanges } from './resolve-changes.ts';

/** Raised when a meaning of the configuration over time changes: it enters the digests. */
export const configurationVersion = 1;

interface Section {
  readonly records: Map<string, StateRecord>;
  readonly changes: Map<string, RecordChange[]>;
  readonly everywhere: RecordChange[];
}

interface Facts {
  readonly capturedAt: Millis;
  readonly captured: ReadonlySet<string>;
  readonly sections: ReadonlyMap<string, Section>;
  readonly applied: readonly RecordChange[];
  readonly enrollments: ReadonlyMap<string, readonly Enrollment[]>;
  readonly histories: Map<string, RecordHistory>;
}

interface Enrollment {
  readonly at: Millis;
  readonly ref: string;
}

const place = (section: string, key: string): string => `${section}\u0000${key}`;

function sectionsOf(records: readonly StateRecord[], changes: readonly RecordChange[]): Map<string, Section> {
  const sections = new Map<string, Section>();
  const sectionOf = (name: string): Section => {
    const found = sections.get(name) ?? { records: new Map(), changes: new Map(), everywhere: [] };
    sections.set(name, found);
    return found;
  };
  const copies = new Map<string, number>();
  for (const record of records) {
    const held = sectionOf(record.section).records;
    // A principal may have a membership for each project: records of one name are told apart by their number.
    const number = (copies.get(place(record.section, record.key)) ?? 0) + 1;
    copies.set(place(record.section, record.key), number);
    held.set(number === 1 ? record.key : `${record.key}#${number}`, record);
  }
  for (const change of changes) {
    const section = sectionOf(change.section);
    if (change.key === null) section.everywhere.push(change);
    else {
      const list = section.changes.get(change.key);
      if (list === undefined) section.changes.set(change.key, [change]);
      else list.push(change);
    }
  }
  return sections;
}

function enrollmentsOf(changes: readonly ConfigurationChange[]): Map<string, Enrollment[]> {
  const enrollments = new Map<string, Enrollment[]>();
  for (const { action, credentialId, at, ref } of changes) {
    if (action !== 'agent.enrolled' || credentialId === undefined) continue;
    const list = enrollments.get(credentialId);
    if (list === undefined) enrollments.set(credentialId, [{ at, ref }]);
    else list.push({ at, ref });
  }
  for (const list of enrollments.values()) list.sort((a, b) => a.at - b.at);
  return enrollments;
}

function capturedOf(facts: Facts, section: string, key: string): Captured {
  const record = facts.sections.get(section)?.records.get(key);
  if (record !== undefined) return { state: 'present', body: record.body, ref: record.ref };
  if (facts.captured.has(section)) return { state: 'absent' };
  return { state: 'unknown', missing: facts.captured.size === 0 ? 'state' : `state.${section}` };
}

function historyOf(facts: Facts, section: string, key: string): RecordHistory {
  const name = place(section, key);
  const held = facts.histories.get(name);
  if (held !== undefined) return held;
  const found = facts.sections.get(section);
  const changes = inLegalOrder([...(found?.changes.get(key) ?? []), ...(found?.everywhere ?? [])]);
  const history = new RecordHistory(changes, capturedOf(facts, section, key), facts.capturedAt);
  // A key that nobody mentions is not kept: a caller may ask for any number of them.
  if (found?.records.has(key) === true || changes.length > 0) facts.histories.set(name, history);
  return history;
}

function appliedOf(change: RecordChange): readonly AppliedChange[] {
  const { at, ref, action, section, effect } = change;
  const base = { at, ref, action, section, key: change.key ?? '' };
  switch (effect.kind) {
    case 'create':
      return [{ ...base, field: null, before: null, after: effect.after }];
    case 'remove':
      return [{ ...base, field: null, before: effect.before, after: null }];
    case 'untold':
      return [{ ...base, field: null, before: effect.before, after: effect.after }];
    case 'stamp':
      return [{ ...base, field: effect.field, before: undefined, after: undefined }];
    case 'fields':
      return effect.fields.map(({ field, below, before, after }) => ({
        ...base,
        field: [field, ...below].join('.'),
        before,
        after,
      }));
  }
}

/** Uses before t: counted back from the capture, or on from it (the analyzer's model, section 1). */
function usesBefore(facts: Facts, found: Lookup, credentialId: string, at: Millis): Uses {
  const list = facts.enrollments.get(credentialId) ?? [];
  const earlierThan = (moment: Millis): number =>
    countBefore(list.length, (place) => (list[place] as Enrollment).at < moment);
  const before = earlierThan(at);
  // An enrollment at the moment of the capture is in the captured count.
  const captured = earlierThan(facts.capturedAt + 1);
  const counted = list.slice(Math.min(before, captured), Math.max(before, captured)).map(({ ref }) => ref);
  const reads = [...found.reads, ...counted.slice(0, readsMax)];
  const uses = readInteger(found, 'uses');
  if (!uses.known) return { known: false, reason: uses.reason, reads };
  if (uses.value === undefined) return { known: true, uses: before, reads };
  return { known: true, uses: Math.max(0, uses.value + before - captured), reads };
}

const readsMax = 16;

function configurationOf(facts: Facts, edits: readonly ConfigurationEdit[]): Configuration {
  const byPlace = new Map<string, ConfigurationEdit[]>();
  for (const edit of edits) {
    const name = place(edit.section, edit.key);
    const list = byPlace.get(name);
    if (list === undefined) byPlace.set(name, [edit]);
    else list.push(edit);
  }
  const edited = new Map<string, EditedRecord>();
  for (const [name, list] of byPlace) {
    const [section = '', key = ''] = name.split('\u0000', 2);
    edited.set(name, new EditedRecord((at) => historyOf(facts, section, key).span(at), list));
  }
  const keysHeld = new Map<string, readonly string[]>();
  const keysOf = (section: string): readonly string[] => {
    const found = facts.sections.get(section);
    const created = edits.filter((edit) => edit.section === section).map((edit) => edit.key);
    const keys = new Set([...(found?.records.keys() ?? []), ...(found?.changes.keys() ?? []), ...created]);
    return [...keys].sort(compareText);
  };
  const editedAt = (section: string, key: string): EditedRecord | undefined =>
    edited.size === 0 ? undefined : edited.get(place(section, key));
  const lookup = (section: string, key: string, at: Millis): Lookup =>
    (editedAt(section, key) ?? historyOf(facts, section, key)).span(at).lookup;
  let applied: readonly AppliedChange[] | null = null;

  return {
    lookup,
    keys(section) {
      const held = keysHeld.get(section) ?? keysOf(section);
      keysHeld.set(section, held);
      return held;
    },
    changes() {
      applied ??= facts.applied.flatMap(appliedOf);
      return applied;
    },
    isCaptured: (section) => facts.captured.has(section),
    since(section, key, field, at) {
      const base = historyOf(facts, section, key).since(field, at);
      const record = editedAt(section, key);
      return record === undefined ? base : record.since(field, at, base);
    },
    uses(credentialId, at) {
      const found = lookup('credentials', credentialId, at);
      if (editedAt('credentials', credentialId)?.decides('uses', at) !== true)
        return usesBefore(facts, found, credentialId, at);
      const uses = readInteger(found, 'uses');
      return uses.known
        ? { known: true, uses: uses.value ?? 0, reads: found.reads }
        : { known: false, reason: uses.reason, reads: found.reads };
    },
    with: (more) => configurationOf(facts, [...edits, ...more]),
  };
}

/** Puts state and changes together. Costs one pass over both; a record's history is built when it is first asked for. */
export function buildConfiguration(input: ConfigurationHistory): Configuration {
  const capturedKeys = new Map<string, Set<string>>();
  for (const { section, key } of input.records) {
    const keys = capturedKeys.get(section);
    if (keys === undefined) capturedKeys.set(section, new Set([key]));
    else keys.add(key);
  }
  const changes = resolveChanges(input.changes, capturedKeys);
  const facts: Facts = {
    capturedAt: input.capturedAt ?? Number.POSITIVE_INFINITY,
    captured: new Set(input.captured),
    sections: sectionsOf(input.records, changes),
    applied: [...changes].sort((a, b) => a.at - b.at || a.order - b.order),
    enrollments: enrollmentsOf(input.changes),
    histories: new Map(),
  };
  return configurationOf(facts, []);
}
