/** What `replay` prints: how well the replay meets the evidence, and what each repair would have changed. */
import type { CauseKind } from '../base/vocabulary.ts';
import type { ReplayDocument } from '../diagnosis/index.ts';
import { causeSentence, inconclusiveSentence, testEntries } from './cause-text.ts';
import { openSection, readSection } from './evidence-text.ts';
import { counted, groupDigits } from './layout.ts';
import { type Entry, page, refLine, section } from './section.ts';
import { fullTime, type Manner, type Subject, safe } from './subject.ts';
import { gradeWords, strengthWords } from './words.ts';

type WhatIf = ReplayDocument['what_ifs'][number];

const share = (perMille: number): string => `${Math.floor(perMille / 10)}.${perMille % 10} %`;
const measure = (name: string, value: string, meaning: string): Entry => ({
  head: `${name.padEnd(14)} ${value.padStart(9)}  `,
  text: meaning,
});

const shownDivergences = 10;

function fidelityEntries({ factual }: ReplayDocument): readonly Entry[] {
  return [
    `${factual.grade}: ${gradeWords[factual.grade]}`,
    measure('coverage', share(factual.coverage), 'of what the control plane decided is modelled'),
    measure('fitness', share(factual.fitness), 'of that was predicted as it was observed'),
    measure('cone fitness', share(factual.cone_fitness), 'the same around the symptoms alone'),
    measure(
      'timing',
      `${groupDigits(factual.timing.median_ms)} ms`,
      `in the median, at most ${groupDigits(factual.timing.max_ms)} ms off`,
    ),
    measure('order', groupDigits(factual.order), 'pairs of events that came the other way round'),
    measure('unobservable', groupDigits(factual.unobservable), 'predictions that nothing in the evidence could check'),
    measure('fitted', groupDigits(factual.fitted), 'parameters taken from the evidence itself'),
    measure(
      'power',
      groupDigits(factual.evidence_power),
      'refusals that were predicted: a model that refuses nothing has none',
    ),
    { lines: [`trace ${safe(factual.digest)}`] },
  ];
}

function divergenceEntries({ factual }: ReplayDocument, manner: Manner): readonly Entry[] {
  const rest = factual.divergences.length - shownDivergences;
  return [
    ...factual.divergences.slice(0, shownDivergences).flatMap((one): Entry[] => [
      {
        head: `${one.class.replaceAll('_', ' ')}: `,
        text: `${fullTime(one.ts, manner.zone)} ${safe(one.entity)}: observed ${safe(one.observed ?? 'nothing')}, predicted ${safe(one.predicted ?? 'nothing')} (${safe(one.rule)})`,
      },
      refLine(safe(one.ref)),
    ]),
    ...(rest > 0 ? [`and ${groupDigits(rest)} more`] : []),
  ];
}

function whatIfEntries(one: WhatIf): readonly Entry[] {
  const verdict = one.verdict.toUpperCase();
  const strength = one.strength === null ? '' : ` (${strengthWords[one.strength]})`;
  return [
    {
      head: `${verdict}: `,
      text: `${causeSentence({ kind: one.cause.kind as CauseKind, entity: one.cause.entity })}, for ${one.symptom}${strength}`,
    },
    { head: 'what if ', text: safe(one.hypothesis) },
    ...(one.verdict === 'inconclusive' ? [{ head: 'because ', text: inconclusiveSentence(one) }] : []),
    ...(one.contingency.length === 0 ? [] : [{ head: 'together with ', text: one.contingency.map(safe).join(', ') }]),
    ...testEntries(one),
    ...one.assumptions.map((assumption) => ({
      head: 'assuming ',
      text: `${safe(assumption.text)} (${safe(assumption.id)})`,
    })),
    ...(one.certificate === null ? [] : [{ lines: [`certificate ${safe(one.certificate)}`] }]),
  ];
}

/** `asked`: whether what-ifs were asked for, so that none of them means that there is no suspect. */
export function replayText(replay: ReplayDocument, asked: 'none' | 'some', subject: Subject, manner: Manner): string {
  const { paint } = manner;
  const { matched, divergences } = replay.factual;
  return page([
    readSection(subject, manner),
    section(paint, 'REPLAY', [
      `the incident once more in virtual time, under the analyzer's model: ${counted(matched.accepted, 'acceptance')} and ${counted(matched.refused, 'refusal')} come out as observed, ${counted(divergences.length, 'divergence')}`,
    ]),
    section(paint, 'FIDELITY', fidelityEntries(replay)),
    section(paint, 'DIVERGING', divergenceEntries(replay, manner)),
    ...(asked === 'none'
      ? [section(paint, 'NEXT', ['--all replays every suspect under its repair; --cause KIND@ENTITY one of them.'])]
      : replay.what_ifs.length === 0
        ? [section(paint, 'WHAT IF', ['no symptom has such a suspect'])]
        : replay.what_ifs.map((one) => section(paint, 'WHAT IF', whatIfEntries(one)))),
    divergences.length > 0 ? openSection(subject, manner) : [],
  ]);
}
