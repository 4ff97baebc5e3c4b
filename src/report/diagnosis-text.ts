/** What `diagnose` prints: the text that goes into a ticket. */
import { onsetOf } from '../base/onset.ts';
import type { Micros } from '../base/time.ts';
import type { CauseEntry, DiagnosisDocument, InconclusiveEntry, Symptom, TriageDocument } from '../diagnosis/index.ts';
import {
  assumptionEntries,
  causeSentence,
  chainEntries,
  inconclusiveSentence,
  standing,
  testEntries,
} from './cause-text.ts';
import { foreignEntries, notThereSection, openSection, readSection } from './evidence-text.ts';
import { categorySection, countersSection, firstPassSection } from './first-pass-text.ts';
import { groupDigits, type Tone } from './layout.ts';
import { type Entry, page, refLine, section } from './section.ts';
import { fullTime, type Manner, type Subject, safe, spanText, timesOf } from './subject.ts';
import { categoryWords, symptomWords } from './words.ts';

type Times = (time: string | Micros) => string;

const verdictTone = {
  confirmed: 'bad',
  contributing: 'bad',
  inconclusive: 'doubt',
  refuted: 'dim',
} as const satisfies Record<CauseEntry['verdict'], Tone>;

function causeSections(
  cause: CauseEntry,
  label: string,
  diagnosis: DiagnosisDocument,
  times: Times,
  manner: Manner,
): readonly (readonly string[])[] {
  const { paint } = manner;
  const { change, symptom } = onsetOf(cause, diagnosis);
  const since = change?.ts ?? symptom?.first_ts;
  const verdict = cause.verdict.toUpperCase();
  const headline: Entry[] = [
    { head: `${verdict}  `, text: causeSentence(cause) },
    ...(since === undefined
      ? []
      : [
          {
            head: 'since    ',
            text: `${fullTime(since, manner.zone)}${change === null ? '' : ` (${safe(change.text)})`}`,
          },
        ]),
    { head: 'kind     ', text: `${safe(cause.kind)} (${categoryWords[cause.category]})` },
    { head: 'explains ', text: cause.symptoms.join(', ') || 'no symptom by itself' },
    { head: 'repair   ', text: safe(cause.repair.text) },
    ...(cause.repair.point_of_no_return === undefined
      ? []
      : [{ head: 'too late ', text: `after ${times(cause.repair.point_of_no_return)} the repair no longer helps` }]),
  ];
  const lines = section(paint, label, headline).map((line, index) =>
    index === 0 ? line.replace(verdict, paint(verdictTone[cause.verdict], verdict)) : line,
  );
  return [
    lines,
    section(paint, 'WHY', chainEntries(cause)),
    section(paint, 'HOW SURE', [
      `${standing(cause)}. All of it under the analyzer's model of the control plane.`,
      ...testEntries(cause),
      ...(cause.certificate === null ? [] : [{ lines: [`certificate ${safe(cause.certificate)}`] }]),
    ]),
    section(paint, 'ASSUMING', assumptionEntries(cause)),
  ];
}

function symptomEntries(symptom: Symptom, times: Times): readonly Entry[] {
  const [first] = symptom.refs;
  const entities = symptom.entities.slice(0, 4).map(safe).join(', ');
  const more = symptom.entities.length > 4 ? ` and ${symptom.entities.length - 4} more` : '';
  return [
    {
      head: `${symptom.id.padEnd(3)} ${times(symptom.first_ts)}  `,
      text: `${symptomWords[symptom.kind]}: ${entities}${more}${symptom.count > 1 ? ` (${groupDigits(symptom.count)} times)` : ''}`,
    },
    ...(first === undefined ? [] : [refLine(safe(first))]),
  ];
}

const inconclusiveEntries = (entry: InconclusiveEntry): readonly Entry[] => [
  { head: 'INCONCLUSIVE: ', text: inconclusiveSentence(entry) },
  { head: '  perhaps ', text: `${causeSentence(entry)} (${safe(entry.kind)})` },
  ...(entry.symptoms.length === 0 ? [] : [{ head: '  for     ', text: entry.symptoms.join(', ') }]),
  ...entry.chain
    .slice(0, 3)
    .flatMap((link): Entry[] => [{ head: '  ', text: safe(link.text) }, refLine(safe(link.ref))]),
];

/** The answer in one line, when no cause was found. */
function noCauseSection(diagnosis: DiagnosisDocument, subject: Subject, manner: Manner): readonly string[] {
  const [first] = diagnosis.inconclusive;
  if (first !== undefined)
    return section(manner.paint, 'CAUSE', [
      { head: 'INCONCLUSIVE: ', text: inconclusiveSentence(first) },
      { head: 'likeliest ', text: causeSentence(first) },
    ]);
  if (diagnosis.symptoms.length > 0)
    return section(manner.paint, 'CAUSE', [
      { head: 'UNEXPLAINED: ', text: 'something failed whose causes are not replayed yet' },
    ]);
  const foreign = foreignEntries(subject);
  if (foreign.length > 0)
    return section(manner.paint, 'CAUSE', [
      {
        head: 'NOT ASKED ',
        text: 'nothing of the control plane was recognised, so no failure of it could be looked for',
      },
      ...foreign,
    ]);
  return section(manner.paint, 'CAUSE', [
    {
      head: 'NOTHING FAILED ',
      text: subject.span === null ? 'that has a time' : `in ${spanText(subject.span, manner.zone)}`,
    },
    'no symptom of a kind that inquest looks for: see FIRST PASS, COUNTERS and inquest triage for what was checked',
    ...(subject.notCaptured.length === 0
      ? []
      : [`what only ${subject.notCaptured.join(', ')} would show cannot be told: not captured`]),
  ]);
}

function nowEntries(diagnosis: DiagnosisDocument, subject: Subject, times: Times): readonly Entry[] {
  const { ongoing } = diagnosis;
  if (diagnosis.symptoms.length === 0) return [];
  if (ongoing.still_failing) {
    const end = subject.span === null ? '' : ` (${times(subject.span.to)})`;
    const since = ongoing.since === undefined ? '' : `, since ${times(ongoing.since)}`;
    return [`STILL FAILING at the last evidence${end}${since}`];
  }
  return [ongoing.ended === undefined ? 'it ended by itself' : `it ended by itself at ${times(ongoing.ended)}`];
}

const shownChanges = 10;
const shownOthers = 3;

type Change = DiagnosisDocument['changes'][number];

const changeText = (change: Change): string => {
  const text = safe(change.text);
  const entity = safe(change.entity);
  return text.startsWith(entity) ? text : `${entity} ${text}`;
};

/** Those that the failing requests read first, with their records; of the others the latest. */
function changeEntries(diagnosis: DiagnosisDocument, times: Times): readonly Entry[] {
  const near = diagnosis.changes.filter((change) => change.in_cone);
  const others = diagnosis.changes.filter((change) => !change.in_cone);
  const rest = Math.max(0, near.length - shownChanges) + Math.max(0, others.length - shownOthers);
  const entry = (change: Change): readonly Entry[] => [
    { head: `${times(change.ts)}  `, text: changeText(change) },
    refLine(safe(change.ref)),
  ];
  return [
    ...near.slice(-shownChanges).flatMap(entry),
    ...(others.length === 0
      ? []
      : [near.length === 0 ? 'nothing that failed depends on a change:' : 'what failed does not depend on these:']),
    ...others.slice(-shownOthers).flatMap(entry),
    ...(rest > 0 ? [`and ${groupDigits(rest)} more`] : []),
  ];
}

const kindText = (entry: DiagnosisDocument['impact'][number]): string =>
  `${groupDigits(entry.hit)} of ${groupDigits(entry.of)} ${safe(entry.kind)}${entry.of === 1 || entry.kind.endsWith('s') ? '' : 's'}`;

function unexplainedEntries(diagnosis: DiagnosisDocument): readonly Entry[] {
  return diagnosis.unexplained.map((id) => {
    const symptom = diagnosis.symptoms.find((one) => one.id === id);
    return `${id}${symptom === undefined ? '' : ` (${symptomWords[symptom.kind]})`}: seen, and not replayed: no model of its causes yet`;
  });
}

export function diagnosisText(
  diagnosis: DiagnosisDocument,
  triage: TriageDocument,
  subject: Subject,
  manner: Manner,
): string {
  const { paint } = manner;
  const times = timesOf(subject, manner.zone);
  const causes = diagnosis.causes.flatMap((cause) =>
    causeSections(cause, diagnosis.causes.length === 1 ? 'CAUSE' : `CAUSE ${cause.rank}`, diagnosis, times, manner),
  );
  const otherwise = triage.category !== diagnosis.category && triage.category !== 'none';
  return page([
    readSection(subject, manner),
    ...(causes.length > 0 ? causes : [noCauseSection(diagnosis, subject, manner)]),
    section(
      paint,
      'SYMPTOMS',
      diagnosis.symptoms.flatMap((symptom) => symptomEntries(symptom, times)),
    ),
    section(paint, 'NOW', nowEntries(diagnosis, subject, times)),
    section(paint, 'IMPACT', diagnosis.impact.length === 0 ? [] : [diagnosis.impact.map(kindText).join(', ')]),
    section(paint, 'OPEN', diagnosis.inconclusive.flatMap(inconclusiveEntries)),
    section(paint, 'UNEXPLAINED', unexplainedEntries(diagnosis)),
    section(
      paint,
      'RULED OUT',
      diagnosis.refuted.map((entry) => `${causeSentence(entry)} (${safe(entry.kind)}): repairing it changes nothing`),
    ),
    section(paint, 'CHANGED', changeEntries(diagnosis, times)),
    firstPassSection(triage, times, manner),
    countersSection(triage, manner),
    categorySection(triage, manner),
    section(
      paint,
      '',
      otherwise
        ? [
            `The first pass puts it under ${categoryWords[triage.category]}; its cause is ${categoryWords[diagnosis.category]}.`,
          ]
        : [],
    ),
    notThereSection(subject, manner),
    section(
      paint,
      'DO',
      diagnosis.advice.map((advice) => ({ head: '- ', text: `${safe(advice.text)} [${safe(advice.source)}]` })),
    ),
    diagnosis.symptoms.length + diagnosis.causes.length + triage.findings.length > 0
      ? openSection(subject, manner)
      : [],
  ]);
}
