/** One candidate cause in words. The words come from the verdict and the tests, so that they can't claim more. */
import type { CauseKind } from '../base/vocabulary.ts';
import type { CauseEntry, InconclusiveEntry } from '../diagnosis/index.ts';
import { type Entry, refLine } from './section.ts';
import { safe } from './subject.ts';
import { causeWords, gradeWords, reasonWords, strengthWords, testWords } from './words.ts';

export const causeSentence = (cause: Pick<CauseEntry, 'kind' | 'entity'>): string =>
  `${safe(cause.entity)} ${causeWords[cause.kind as CauseKind] ?? safe(cause.kind)}`;

/** `INCONCLUSIVE: jobs, state.credentials were not captured`. */
export function inconclusiveSentence(entry: Pick<InconclusiveEntry, 'missing' | 'reasons'>): string {
  const missing = entry.missing.map(safe).join(', ');
  const reasons = entry.reasons
    .filter((reason) => reason !== 'not_captured' || missing === '')
    .map((reason) => reasonWords[reason]);
  const parts = [...(missing === '' ? [] : [`not captured: ${missing}`]), ...reasons];
  return parts.length === 0 ? 'it could not be decided' : parts.join('; ');
}

const shownLinks = 8;

export function chainEntries(cause: CauseEntry): readonly Entry[] {
  const rest = cause.chain.length - shownLinks;
  return [
    ...cause.chain
      .slice(0, shownLinks)
      .flatMap((link, index): Entry[] => [{ head: `${index + 1}. `, text: safe(link.text) }, refLine(safe(link.ref))]),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

const answers = { true: 'holds', false: 'FAILS', null: 'not run' } as const;

export function testEntries(cause: Pick<CauseEntry, 'tests'>): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [name, words] of Object.entries(testWords)) {
    const test = cause.tests[name];
    if (test === undefined) continue;
    entries.push({
      head: `${name.padEnd(3)} ${answers[String(test.holds) as keyof typeof answers].padEnd(7)} `,
      text: test.text === '' ? words : safe(test.text),
    });
  }
  return entries;
}

export const standing = (cause: CauseEntry): string =>
  [
    ...(cause.strength === null ? [] : [strengthWords[cause.strength]]),
    `fidelity ${cause.grade}: ${gradeWords[cause.grade]}`,
  ].join('; ');

export const assumptionEntries = (cause: CauseEntry): readonly Entry[] =>
  cause.assumptions.map((assumption) => ({
    head: '- ',
    text: `${safe(assumption.text)} (${safe(assumption.id)})`,
  }));
