/** evidence/: the bytes of a member become records of a kind. */
export type { Column, ColumnType, LinkRole, Table } from './columns.ts';
export {
  type ArtifactRow,
  type AttemptRow,
  type AuditRow,
  type CallRow,
  type ColumnName,
  type DocumentRow,
  type GapRow,
  type JobRow,
  type LogRow,
  type ProbeRow,
  type RequestRow,
  type Row,
  type RowKind,
  rowKinds,
  type SampleRow,
  type SnapshotRow,
  tables,
} from './tables.ts';
