/** A record as people see it: the title of each event that it is, and the records that belong to it. */
import { maskText } from '../base/secrets.ts';
import type { Micros } from '../base/time.ts';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import type { CaseReader, LinkRow, RecordDetail } from '../case/index.ts';
import { rowCells } from './events.ts';
import { titleOf } from './title.ts';

export interface RecordTitle {
  readonly kind: string;
  /** As the timeline has it. */
  readonly ts: Micros | null;
  /** As it was recorded, where the clock that told it was off. */
  readonly recorded: Micros | null;
  /** Masked, not escaped. */
  readonly title: string;
}

const isEventKind = (kind: string): kind is EventKind => (eventKinds as readonly string[]).includes(kind);

/** One title for each row that the record became. */
export function recordTitles(reader: CaseReader, detail: RecordDetail): readonly RecordTitle[] {
  return detail.rows.map(({ kind, row, skew_us }) => {
    const ts = row.ts === null ? null : row.ts - (skew_us ?? 0);
    const recorded = skew_us === null ? null : row.ts;
    if (isEventKind(kind)) {
      const cells = rowCells(reader, kind, [row.n]).get(row.n);
      return { kind, ts, recorded, title: cells === undefined ? kind : maskText(titleOf(kind, cells)) };
    }
    const parts = ['section', 'key', 'kind', 'name', 'id', 'agent_id'].flatMap((name) => {
      const value = (row as unknown as Readonly<Record<string, unknown>>)[name];
      return typeof value === 'string' && value !== '' ? [value] : [];
    });
    return { kind, ts, recorded, title: maskText(parts.join(' ')) };
  });
}

export interface RecordLink {
  /** What an entity is to the record, or how another record belongs to it. */
  readonly relation: string;
  readonly entity?: string;
  readonly ref?: string;
  /** `to`: the other record is this one's job, approval, first try ...; `from`: this one is the other's. */
  readonly direction?: 'to' | 'from';
  readonly title?: string;
}

const mostLinks = 100;

/** Entities first, then records, each once. */
export function recordLinks(reader: CaseReader, detail: RecordDetail): readonly RecordLink[] {
  const found = new Map<string, RecordLink>();
  const rows: LinkRow[] = detail.rows.flatMap(({ row }) => [...reader.links(row.n)]);
  for (const link of rows) {
    if (link.entity !== null) {
      const entity = maskText(link.entity);
      found.set(`0 ${link.role} ${entity}`, { relation: link.role ?? 'entity', entity });
      continue;
    }
    if (link.to_ref === null || found.size >= mostLinks) continue;
    const key = `1 ${link.reason} ${link.way} ${link.to_ref}`;
    if (found.has(key)) continue;
    const other = reader.record(link.to_ref);
    const title = other.ok ? recordTitles(reader, other.value)[0]?.title : undefined;
    found.set(key, {
      relation: link.reason ?? 'record',
      ref: link.to_ref,
      ...(link.way === null ? {} : { direction: link.way }),
      ...(title === undefined ? {} : { title }),
    });
  }
  const links = [...found.values()];
  return [...links.filter((link) => link.entity !== undefined), ...links.filter((link) => link.ref !== undefined)];
}
