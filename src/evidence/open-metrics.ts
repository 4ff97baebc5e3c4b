/** Whether a scrape that is OpenMetrics keeps to its form. A text that has nothing of OpenMetrics is Prometheus text, which has no end. */
import type { MemberFault } from './kind.ts';
import type { MetricComment, Sample } from './prometheus.ts';

export interface FormCheck {
  readonly comment: (text: string, told: MetricComment | null) => void;
  readonly sample: (sample: Sample | null, types: ReadonlyMap<string, string>) => void;
  readonly faults: () => readonly MemberFault[];
}

const endMark = /^\s*#\s*EOF\s*$/;
const withCreated: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary']);
const shownChars = 100;

export function createFormCheck(): FormCheck {
  /** What was met first that only OpenMetrics has. */
  let mark: string | null = null;
  let hasEnded = false;
  let linesAfter = 0;
  let wrongUnits = 0;
  let firstWrong = '';

  function line(): void {
    if (hasEnded) linesAfter += 1;
  }

  return {
    comment(text, told) {
      line();
      if (endMark.test(text)) hasEnded = true;
      if (told?.tells !== 'UNIT') return;
      mark ??= 'a # UNIT';
      if (told.metric.endsWith(`_${told.value}`)) return;
      wrongUnits += 1;
      if (wrongUnits === 1) firstWrong = `${shown(told.metric)} is in ${shown(told.value)}`;
    },
    sample(sample, types) {
      line();
      if (sample === null || mark !== null) return;
      if (sample.hasExemplar) mark = 'an exemplar';
      else if (isCreated(sample.name, types)) mark = shown(sample.name);
    },
    faults() {
      const found: MemberFault[] = [];
      if (mark !== null && !hasEnded)
        found.push({ problem: 'cut', detail: `it holds ${mark}, so it is OpenMetrics, and has no # EOF at its end` });
      if (linesAfter > 0)
        found.push({ problem: 'after_eof', detail: `${counted(linesAfter, 'line follows', 'lines follow')} # EOF` });
      if (wrongUnits > 0)
        found.push({
          problem: 'unit_mismatch',
          detail: `${counted(wrongUnits, 'metric does', 'metrics do')} not end in the unit that # UNIT tells: ${firstWrong}`,
        });
      return found;
    },
  };
}

/** A time of birth as OpenMetrics has it; where it is a metric with a type of its own, other programs wrote it. */
const isCreated = (name: string, types: ReadonlyMap<string, string>): boolean =>
  name.endsWith('_created') && !types.has(name) && withCreated.has(types.get(name.slice(0, -'_created'.length)) ?? '');

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const shown = (text: string): string => (text.length > shownChars ? `${text.slice(0, shownChars)}…` : text);
