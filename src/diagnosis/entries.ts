import type { Digest } from '../base/digest.ts';
import { compareText } from '../base/order.ts';
import { formatMicros } from '../base/time.ts';
import { type CauseKind, causeCategory, type Verdict } from '../base/vocabulary.ts';
import { type Answer, type Assessed, certificateDigest, statementOf } from '../replay/index.ts';
import type { CauseEntry, InconclusiveEntry } from './document.ts';
import { likeliest } from './likeliest.ts';
import type { NumberedSymptom } from './symptoms/index.ts';

/** The four lists of a diagnosis, before they are ranked. */
export interface Entries {
  readonly causes: readonly CauseEntry[];
  readonly refuted: readonly CauseEntry[];
  readonly inconclusive: readonly InconclusiveEntry[];
  readonly unexplained: readonly string[];
}

interface ForSymptom {
  readonly symptom: NumberedSymptom;
  readonly answer: Answer;
  readonly assessed: Assessed;
}

const strongest: readonly Verdict[] = ['confirmed', 'contributing', 'inconclusive', 'refuted'];

/** Turns what the replays found into one entry for each kind and entity, its verdict the strongest that it has. */
export function entriesOf(
  caseDigest: Digest,
  symptoms: readonly NumberedSymptom[],
  answers: readonly Answer[],
): Entries {
  const found = new Map<string, ForSymptom[]>();
  for (const answer of answers) {
    const symptom = symptoms.find((one) => one.id === answer.question.id);
    if (symptom === undefined) continue;
    for (const assessed of answer.assessed) {
      const key = `${assessed.candidate.kind}@${assessed.candidate.entity}`;
      found.set(key, [...(found.get(key) ?? []), { symptom, answer, assessed }]);
    }
  }
  const judged = [...found.values()].map((all) => {
    const verdict = strongest.find((one) => all.some((each) => each.assessed.judged.verdict === one)) ?? 'inconclusive';
    const of = (wanted: Verdict): readonly ForSymptom[] =>
      all.filter((each) => each.assessed.judged.verdict === wanted);
    // What is confirmed for one symptom may contribute to another: that one is explained too.
    const leading = verdict === 'confirmed' ? [...of('confirmed'), ...of('contributing')] : of(verdict);
    return { verdict, all, leading };
  });
  const causes = judged
    .filter(({ verdict }) => verdict === 'confirmed' || verdict === 'contributing')
    .sort(
      (a, b) =>
        strongest.indexOf(a.verdict) - strongest.indexOf(b.verdict) ||
        depthOf(a.leading) - depthOf(b.leading) ||
        b.leading.length - a.leading.length ||
        onsetOf(a.leading) - onsetOf(b.leading) ||
        compareText(entityOf(a.leading), entityOf(b.leading)) ||
        compareText(kindOf(a.leading), kindOf(b.leading)),
    );
  const explained = new Set(causes.flatMap(({ leading }) => leading.map((each) => each.symptom.id)));
  const open = judged.filter(({ verdict }) => verdict === 'inconclusive');
  const doubted = new Set(open.flatMap(({ leading }) => leading.map((each) => each.symptom.id)));
  const guessed: InconclusiveEntry[] = [];
  for (const answer of answers) {
    const symptom = symptoms.find((one) => one.id === answer.question.id);
    if (symptom === undefined || explained.has(symptom.id) || doubted.has(symptom.id)) continue;
    mergeGuess(guessed, likeliest(symptom, answer));
  }
  const answered = new Set(answers.map((answer) => answer.question.id));
  return {
    causes: causes.map(({ verdict, leading }, index) => entry(caseDigest, leading, verdict, index + 1)),
    refuted: judged
      .filter(({ verdict }) => verdict === 'refuted')
      .map(({ verdict, leading }, index) => entry(caseDigest, leading, verdict, index + 1)),
    inconclusive: [
      ...open.map(({ verdict, leading }) => ({
        ...entry(caseDigest, leading, verdict, 0),
        reasons: merged(leading.map((each) => each.assessed.judged.reasons)),
        missing: merged(leading.map((each) => each.assessed.judged.missing)),
      })),
      ...guessed,
    ]
      .sort(
        (a, b) =>
          compareText(a.symptoms[0] ?? '', b.symptoms[0] ?? '') ||
          compareText(a.kind, b.kind) ||
          compareText(a.entity, b.entity),
      )
      .map((one, index) => ({ ...one, rank: index + 1 })),
    unexplained: symptoms.filter((symptom) => !answered.has(symptom.id)).map((symptom) => symptom.id),
  };
}

/** One entry for a kind and entity, whatever number of symptoms it is guessed for. */
function mergeGuess(guessed: InconclusiveEntry[], guess: InconclusiveEntry): void {
  const at = guessed.findIndex((one) => one.kind === guess.kind && one.entity === guess.entity);
  const known = guessed[at];
  if (known === undefined) {
    guessed.push(guess);
    return;
  }
  guessed[at] = {
    ...known,
    symptoms: [...known.symptoms, ...guess.symptoms],
    reasons: merged([known.reasons, guess.reasons]),
    missing: merged([known.missing, guess.missing]),
  };
}

const merged = <T extends string>(lists: readonly (readonly T[])[]): T[] =>
  [...new Set(lists.flat())].sort(compareText);
const depthOf = (all: readonly ForSymptom[]): number => Math.min(...all.map((each) => each.assessed.candidate.depth));
const onsetOf = (all: readonly ForSymptom[]): number => Math.min(...all.map((each) => each.assessed.candidate.onset));
const entityOf = (all: readonly ForSymptom[]): string => all[0]?.assessed.candidate.entity ?? '';
const kindOf = (all: readonly ForSymptom[]): string => all[0]?.assessed.candidate.kind ?? '';

function entry(caseDigest: Digest, all: readonly ForSymptom[], verdict: Verdict, rank: number): CauseEntry {
  const [first] = all;
  if (first === undefined) throw new Error('entry: a cause without a symptom');
  const { candidate, evaluation, judged, repair } = first.assessed;
  const { T0, T1, T2, T3, T4, T5, T6, T7 } = evaluation;
  const parts = [...new Map(all.flatMap((each) => each.assessed.repair).map((part) => [part.text, part])).values()];
  const kind: CauseKind = candidate.kind;
  const statement = statementOf(
    caseDigest,
    { symptom: first.symptom.kind, predicate: first.answer.question.predicate },
    first.assessed,
    verdict,
  );
  return {
    rank,
    kind,
    entity: candidate.entity,
    category: causeCategory[kind],
    verdict,
    strength: judged.strength,
    grade: evaluation.grade,
    symptoms: all.map((each) => each.symptom.id),
    chain: chainOf(all),
    repair: {
      interventions: parts.flatMap((part) => part.interventions).map((one) => ({ ...one })),
      text: `${(parts.length > 0 ? parts : repair).map((part) => part.text).join('; ')}${togetherWith(all)}`,
    },
    tests: { T0, "T0'": evaluation["T0'"], T1, T2, T3, T4, T5, T6, T7 },
    assumptions: [...new Map(all.flatMap((each) => each.assessed.assumptions).map((one) => [one.text, one])).values()],
    certificate: verdict === 'inconclusive' ? null : certificateDigest(statement),
  };
}

/** What else has to be repaired; by symptom where they differ. */
function togetherWith(all: readonly ForSymptom[]): string {
  const needs = all.map((each) => ({ id: each.symptom.id, others: each.assessed.contingency.join(' and ') }));
  if (needs.every(({ others }) => others === needs[0]?.others)) {
    const others = needs[0]?.others ?? '';
    return others === '' ? '' : ` (helps only together with the repair of ${others})`;
  }
  return needs
    .filter(({ others }) => others !== '')
    .map(({ id, others }) => ` (of ${id} only together with the repair of ${others})`)
    .join('');
}

/** From the fault to what was hurt: where the fault is to be seen, its first refusal or silence, the symptoms in order. */
function chainOf(all: readonly ForSymptom[]): CauseEntry['chain'] {
  const links: CauseEntry['chain'] = [];
  const add = (ref: string, text: string): void => {
    if (!links.some((link) => link.ref === ref)) links.push({ ref, text });
  };
  for (const { assessed } of all) for (const shown of assessed.candidate.shown) add(shown.ref, shown.text);
  for (const { symptom } of [...all].sort((a, b) => a.symptom.first - b.symptom.first)) {
    const [ref] = symptom.refs;
    if (ref !== undefined) add(ref, `${formatMicros(symptom.first)} ${symptom.text}`);
  }
  return links;
}
