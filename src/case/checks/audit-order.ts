import type Database from 'better-sqlite3';
import { cellForms, cellsOf, leadingCells, tables, textBytes } from '../../evidence/index.ts';
import { resultsMax } from '../check-results.ts';
import type { NumberedBatch } from '../protocol.ts';

/** Between the record `n` and the one before it, the numbers `from` to `to` are missing. */
export interface Hole {
  readonly n: number;
  readonly from: number;
  readonly to: number;
}

/** A trail without hashes whose `seq` rises from record to record. */
export interface AuditOrder {
  /** Records that have a `seq`. */
  readonly records: number;
  readonly holes: readonly Hole[];
}

/** Follows `seq` while the records are read, which spares reading them all again. */
export interface AuditOrderWatch {
  readonly add: (batch: NumberedBatch) => void;
  /** Null where some record has a hash, `seq` does not rise, or holes are many: then the trail is to be followed as it lies. */
  readonly found: () => AuditOrder | null;
}

/** Where it stands in the table `meta` of a case. */
export const auditOrderKey = 'audit_order';

export const auditOrderText = ({ records, holes }: AuditOrder): string =>
  JSON.stringify([records, ...holes.map(({ n, from, to }) => [n, from, to])]);

/** Null where the case says nothing, or nothing that this program wrote. */
export function auditOrderOf(db: Database.Database): AuditOrder | null {
  const text = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(auditOrderKey);
  if (typeof text !== 'string' || !/^\[\d{1,15}(?:,\[\d{1,15},\d{1,15},\d{1,15}\])*\]$/.test(text)) return null;
  const [records, ...holes] = JSON.parse(text) as [number, ...[number, number, number][]];
  return { records, holes: holes.map(([n, from, to]) => ({ n, from, to })) };
}

const cellOf = (name: string): number =>
  leadingCells + tables.audit.columns.findIndex((column) => column.name === name);
const seqCell = cellOf('seq');
const hashCell = cellOf('hash');
const width = cellsOf('audit');
/** So many digits are an exact number. */
const digitsMax = 15;
const zero = 0x30;

export function watchAuditOrder(): AuditOrderWatch {
  const forms = cellForms('audit');
  const holes: Hole[] = [];
  let records = 0;
  let before = Number.NaN;
  let isOrdered = true;

  function follow(n: number, seq: number): void {
    if (Number.isNaN(seq) || seq <= before || holes.length > resultsMax) {
      isOrdered = false;
      return;
    }
    if (seq > before + 1) holes.push({ n, from: before + 1, to: seq - 1 });
    records += 1;
    before = seq;
  }

  return {
    add({ table, cells, text, rows, firstN }) {
      if (table !== 'audit') return;
      let textAt = 0;
      for (let row = 0; row < rows && isOrdered; row++) {
        const at = row * width;
        if (!Number.isNaN(cells[at + hashCell])) isOrdered = false;
        const length = cells[at + seqCell] as number;
        for (let cell = leadingCells; cell < width; cell++) {
          if (cell === seqCell && !Number.isNaN(length)) follow(firstN + row, numberIn(text, textAt, length));
          textAt += textBytes(forms[cell] as number, cells[at + cell] as number);
        }
      }
    },
    found: () => (isOrdered ? { records, holes } : null),
  };
}

/** NaN where it is none, or too long. */
function numberIn(text: Uint8Array, from: number, length: number): number {
  if (length === 0 || length > digitsMax) return Number.NaN;
  let value = 0;
  for (let at = from; at < from + length; at++) {
    const digit = (text[at] as number) - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
