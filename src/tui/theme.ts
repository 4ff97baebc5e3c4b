/** What a text means, and how that looks. 16 colours that read on dark and light; nothing is said by colour alone. */
import type { TextProps } from 'ink';
import type { Outcome } from '../base/vocabulary.ts';

export type Tone = 'plain' | 'faint' | 'strong' | 'label' | 'bad' | 'warn' | 'good' | 'entity' | 'selected';

export const tones: Readonly<Record<Tone, Pick<TextProps, 'color' | 'bold' | 'dimColor' | 'inverse'>>> = {
  plain: {},
  faint: { dimColor: true },
  strong: { bold: true },
  label: { color: 'cyan' },
  bad: { color: 'red', bold: true },
  warn: { color: 'yellow' },
  good: { color: 'green' },
  entity: { color: 'blue' },
  selected: { inverse: true },
};

/** The marks that the screens draw with. Every mark is one cell wide. */
export interface Marks {
  readonly more: string;
  readonly rule: string;
  readonly dot: string;
  readonly times: string;
  readonly dash: string;
  readonly selected: string;
  /** Behind a selected line that Enter opens. */
  readonly opens: string;
  readonly full: string;
  readonly half: string;
  readonly empty: string;
  /** Eight heights, from low to high. */
  readonly heights: readonly string[];
  readonly side: string;
  /** Behind a time that a corrected clock moved. */
  readonly moved: string;
  /** Where the next letter goes. */
  readonly caret: string;
  readonly outcome: Readonly<Record<Outcome, string>>;
}

export const unicodeMarks: Marks = {
  more: '…',
  rule: '─',
  dot: '·',
  times: '×',
  dash: '-',
  selected: '>',
  opens: '↵',
  full: '█',
  half: '▌',
  empty: '░',
  heights: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  side: '│',
  moved: '≈',
  caret: '▏',
  outcome: { ok: '·', refused: '×', failure: '●', none: ' ' },
};

export const asciiMarks: Marks = {
  more: '~',
  rule: '-',
  dot: '|',
  times: 'x',
  dash: '-',
  selected: '>',
  opens: '*',
  full: '#',
  half: '=',
  empty: '.',
  heights: ['_', '.', ':', '-', '=', '+', '*', '#'],
  side: '|',
  moved: '~',
  caret: '|',
  outcome: { ok: '.', refused: 'x', failure: '!', none: ' ' },
};

export const outcomeTone: Readonly<Record<Outcome, Tone>> = {
  ok: 'good',
  refused: 'warn',
  failure: 'bad',
  none: 'faint',
};
