import * as z from 'zod';
import { caseStamp, refText, timeText } from '../../base/envelope.ts';
import { formatMicros } from '../../base/time.ts';
import { evidenceKinds } from '../../base/vocabulary.ts';
import { type CaseReader, type CheckKind, checkKinds, clockStates, failedProblems, stampOf } from '../../case/index.ts';
import { type Explanation, explanation } from './explanation.ts';

/** `index --json`. */
export const indexDocument = z.object({
  format: z.literal('inquest-index'),
  version: z.literal(1),
  case: caseStamp,
  members: z.array(
    z.object({
      path: z.string(),
      kind: z.enum(evidenceKinds),
      bytes: z.int(),
      sha256: z.string(),
      records: z.int(),
      gaps: z.int(),
      host: z.string().optional(),
      /** Of a member that is read line by line: `lines` = `records` + `gaps` + `blank_lines`, comments among the last. */
      lines: z.int().optional(),
      blank_lines: z.int().optional(),
    }),
  ),
  totals: z.object({ members: z.int(), records: z.int(), events: z.int(), gaps: z.int(), entities: z.int() }),
  span: z.object({ from: timeText.nullable(), to: timeText.nullable() }),
  not_captured: z.array(z.enum(evidenceKinds)),
  gaps: z.array(z.object({ ref: refText, reason: z.string() })),
  integrity: z.array(z.object({ path: z.string(), problem: z.string(), ref: refText.optional() })),
  checks: z.array(
    z.object({
      check: z.enum(Object.keys(checkKinds) as [CheckKind, ...CheckKind[]]),
      checked: z.int(),
      failed: z.int(),
      not_checkable: z.int(),
      undecided: z.array(z.object({ ref: refText, why: z.string() })),
    }),
  ),
  /** How far the clocks of hosts were off the control plane's: what they showed minus what it showed, in microseconds. */
  clocks: z.array(
    z.object({
      clock: z.string(),
      state: z.enum(clockStates),
      epochs: z.array(
        z.object({
          began: z.object({ from: timeText, to: timeText }).optional(),
          least_us: z.int().nullable(),
          most_us: z.int().nullable(),
          correction_us: z.int(),
          refs: z.array(refText),
        }),
      ),
      moved: z.int(),
      unplaced: z.int(),
    }),
  ),
  explain: explanation.optional().meta({ description: 'with --explain' }),
});
type Lines = ReturnType<CaseReader['lines']> extends ReadonlyMap<string, infer L> ? L : never;
export type IndexDocument = z.infer<typeof indexDocument>;

export function indexDocumentOf(reader: CaseReader, explain: Explanation | null): IndexDocument {
  const span = reader.span();
  const checks = reader.checks();
  const lines = reader.lines();
  const { members, records, events, gaps, entities } = reader.totals();
  return {
    format: 'inquest-index',
    version: 1,
    case: stampOf(reader),
    members: reader.members().map((member) => ({
      path: member.path,
      kind: member.kind,
      bytes: member.bytes,
      sha256: member.sha256,
      records: member.records,
      gaps: member.gaps,
      ...(member.host === null ? {} : { host: member.host }),
      ...linesOf(lines.get(member.path)),
    })),
    totals: { members, records, events, gaps, entities },
    span: { from: span === null ? null : formatMicros(span.from), to: span === null ? null : formatMicros(span.to) },
    not_captured: [...reader.notCaptured()],
    gaps: reader.gaps().map((gap) => ({ ref: gap.ref, reason: gap.reason ?? '' })),
    integrity: [...reader.integrity(), ...failedProblems(checks)],
    checks: checks.counts.map((count) => ({
      ...count,
      undecided: checks.results
        .filter(({ check, result }) => check === count.check && result === 'not_checkable')
        .map(({ ref, why }) => ({ ref, why })),
    })),
    clocks: reader.clocks().map((clock) => ({
      ...clock,
      epochs: clock.epochs.map(({ began, least, most, correction, refs }) => ({
        ...(began === null ? {} : { began: { from: formatMicros(began.from), to: formatMicros(began.to) } }),
        least_us: least,
        most_us: most,
        correction_us: correction,
        refs: [...refs],
      })),
    })),
    ...(explain === null ? {} : { explain }),
  };
}

const linesOf = (count: Lines | undefined): { readonly lines?: number; readonly blank_lines?: number } =>
  count === undefined ? {} : { lines: count.total, blank_lines: count.blank };
