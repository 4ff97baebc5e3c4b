/** What the Overview says, from the two documents: rows in sections, the most telling first. */

import { onsetOf } from '../../base/onset.ts';
import { parseMicros } from '../../base/time.ts';
import { controlPlaneKinds, evidenceKinds, symptomKinds } from '../../base/vocabulary.ts';
import type { CauseEntry, DiagnosisDocument, EndpointHealth, Symptom, TriageDocument } from '../../diagnosis/index.ts';
import type { Histogram } from '../../timeline/index.ts';
import type { CaseFacts } from '../case-facts.ts';
import type { Clock } from '../clock.ts';
import { joinSpans, type Line, type Span, span } from '../line.ts';
import { counted, grouped } from '../number.ts';
import { safeText } from '../safe-text.ts';
import type { Marks, Tone } from '../theme.ts';
import { bundleSections } from './bundles.ts';
import type { OverviewRow, Section } from './section.ts';
import { sparkline } from './sparkline.ts';

export interface OverviewInput {
  readonly facts: CaseFacts;
  readonly triage: TriageDocument | null;
  readonly diagnosis: DiagnosisDocument | null;
  readonly histogram: Histogram | null;
  /** What the diagnosis is doing now. */
  readonly progress: string | null;
  /** Why there will be no diagnosis. */
  readonly defect: string | null;
  readonly clock: Clock;
  readonly marks: Marks;
  readonly columns: number;
}

const words = (name: string): string => name.replaceAll('_', ' ');
const entity = (name: string): Span => span(safeText(name), 'entity');
const evidence = (text: string, tone: Tone = 'plain'): Span => span(safeText(text), tone);

function row(section: string, index: number, line: Line, ref: string | null = null, right?: Line): OverviewRow {
  const base = { key: `${section}/${index}`, line, ref };
  return right === undefined ? base : { ...base, right };
}

const section = (name: string, rows: readonly OverviewRow[], least = 1): Section => ({ name, rows, least });

export function overviewSections(input: OverviewInput): readonly Section[] {
  if (input.facts.bundles !== null)
    return [...bundleSections(input.facts.bundles), notHereSection(input), nextSection(input)].filter(
      (part) => part.rows.length > 0,
    );
  return [
    causeSection(input),
    symptomSection(input),
    nowSection(input),
    impactSection(input),
    changedSection(input),
    firstPassSection(input),
    counterSection(input),
    categorySection(input),
    timelineSection(input),
    ruledOutSection(input),
    notHereSection(input),
    nextSection(input),
  ].filter((part) => part.rows.length > 0);
}

/** Nothing of the control plane was recognised: it may be there, spelt otherwise. */
const foreignHint = 'is it spelt otherwise? inquest index ARCHIVE --explain';

const verdictTone = { confirmed: 'bad', contributing: 'warn', inconclusive: 'warn', refuted: 'faint' } as const;

const spanText = ({ facts, clock, marks }: OverviewInput): string =>
  facts.span === null
    ? 'this archive'
    : `${clock.minute(facts.span.from)}${marks.dash}${clock.minute(facts.span.to)} ${clock.zone}`;

const secondOf = (input: OverviewInput, text: string): string => {
  const us = parseMicros(text);
  return us === null ? text : input.clock.second(us);
};

const firstRef = (cause: CauseEntry, symptoms: readonly Symptom[]): string | null =>
  cause.chain[0]?.ref ?? symptoms.find((symptom) => cause.symptoms.includes(symptom.id))?.refs[0] ?? null;

function causeSection(input: OverviewInput): Section {
  const { diagnosis, facts } = input;
  const name = 'CAUSE';
  if (facts.events === 0) {
    const looked = evidenceKinds.filter((kind) => kind !== 'unrecognised').join(', ');
    return section(
      name,
      [
        row(name, 0, [
          span('NO EVENTS', 'warn'),
          span(`  ${counted(facts.members, 'member')}, none with a record in time`),
        ]),
        row(name, 1, [span(`looked for ${looked}`, 'faint')]),
        row(name, 2, [span(foreignHint)]),
      ],
      2,
    );
  }
  if (input.defect !== null)
    return section(name, [row(name, 0, [span('NO VERDICT', 'warn'), evidence(`  ${input.defect}`)])]);
  if (diagnosis === null)
    return section(name, [
      row(name, 0, [span('DIAGNOSING', 'label'), span(`  ${input.progress ?? 'the verdict follows'}`)]),
    ]);
  if (diagnosis.causes.length > 0) {
    const [best, ...others] = diagnosis.causes.map((cause) => causeRows(input, diagnosis, cause));
    const rows = [...(best ?? []), ...others.flatMap((lines) => lines.slice(0, 1))];
    return section(
      name,
      rows.map((made, index) => ({ ...made, key: `${name}/${index}` })),
      Math.min(3, rows.length),
    );
  }
  const open = diagnosis.inconclusive;
  if (open.length > 0) {
    const rows = open.map((entry, index) => {
      const why =
        entry.missing.length > 0
          ? `${entry.missing.map(safeText).join(', ')} not captured`
          : entry.reasons.map(words).join(', ');
      return row(
        name,
        index,
        [span(`INCONCLUSIVE: ${why}`, 'warn'), span('  '), entity(entry.entity), span(` ${words(entry.kind)}`)],
        firstRef(entry, diagnosis.symptoms),
      );
    });
    return section(name, rows);
  }
  if (diagnosis.symptoms.length > 0)
    return section(name, [
      row(name, 0, [span('NOT EXPLAINED', 'warn'), span('  no cause that the analyzer knows fits the symptoms')]),
    ]);
  return section(name, quietRows(input), 2);
}

/** Nothing failed: what was looked at, and what could not be. */
function quietRows(input: OverviewInput): readonly OverviewRow[] {
  if (controlPlaneKinds.every((kind) => input.facts.notCaptured.includes(kind)))
    return [
      row('CAUSE', 0, [span('NOT ASKED', 'warn'), span('  nothing of the control plane was recognised')]),
      row('CAUSE', 1, [span(foreignHint)]),
    ];
  const rows = [
    row('CAUSE', 0, [span(`NOTHING FAILED in ${spanText(input)}`, 'good')]),
    row('CAUSE', 1, [span(`checked for ${symptomKinds.map(words).join(', ')}`, 'faint')]),
  ];
  const unable = input.triage?.not_evaluated ?? [];
  if (unable.length === 0) return rows;
  const missing = [...new Set(unable.flatMap((rule) => rule.missing))].map(safeText).join(', ');
  return [
    ...rows,
    row('CAUSE', 2, [
      span(`${counted(unable.length, 'rule')} could not be evaluated: ${missing} not captured`, 'warn'),
    ]),
  ];
}

function causeRows(input: OverviewInput, diagnosis: DiagnosisDocument, cause: CauseEntry): readonly OverviewRow[] {
  const { change, symptom } = onsetOf(cause, diagnosis);
  const since = change?.ts ?? symptom?.first_ts;
  const told = change?.text ?? cause.chain[0]?.text;
  const ref = firstRef(cause, diagnosis.symptoms);
  const rows: OverviewRow[] = [
    row(
      'CAUSE',
      0,
      [
        span(cause.verdict.toUpperCase(), verdictTone[cause.verdict]),
        span('  '),
        entity(cause.entity),
        span(`  ${words(cause.kind)}`, 'strong'),
      ],
      ref,
    ),
  ];
  if (since !== undefined)
    rows.push(
      row(
        'CAUSE',
        1,
        [span(`since ${secondOf(input, since)}`), ...(told === undefined ? [] : [evidence(` (${told})`)])],
        change?.ref ?? ref,
      ),
    );
  rows.push(row('CAUSE', 2, [span('repair: '), evidence(cause.repair.text)], cause.chain.at(-1)?.ref ?? ref));
  return rows;
}

function symptomSection(input: OverviewInput): Section {
  const name = 'SYMPTOMS';
  const found = input.diagnosis?.symptoms ?? [];
  return section(
    name,
    found.map((symptom, index) =>
      row(
        name,
        index,
        [
          span(`${secondOf(input, symptom.first_ts)}  ${words(symptom.kind)}  `),
          ...joinSpans(
            symptom.entities.map((one) => [entity(one)]),
            span(' '),
          ),
        ],
        symptom.refs[0] ?? null,
        [span(`${input.marks.times} ${grouped(symptom.count)}`)],
      ),
    ),
  );
}

function nowSection(input: OverviewInput): Section {
  const name = 'NOW';
  const { diagnosis, facts, clock } = input;
  if (diagnosis === null || facts.span === null) return section(name, []);
  const last = clock.minute(facts.span.to);
  const { still_failing, ended, since } = diagnosis.ongoing;
  const lastRef = diagnosis.symptoms.at(-1)?.refs.at(-1) ?? null;
  if (still_failing) {
    const from = since === undefined ? '' : `, since ${secondOf(input, since)}`;
    return section(name, [
      row(name, 0, [span('still failing', 'bad'), span(` at the last evidence (${last})${from}`)], lastRef),
    ]);
  }
  const line =
    diagnosis.symptoms.length === 0
      ? [span('nothing is failing', 'good'), span(` at the last evidence (${last})`)]
      : [
          span('ended', 'good'),
          span(ended === undefined ? ` before the last evidence (${last})` : ` at ${secondOf(input, ended)}`),
        ];
  return section(name, [row(name, 0, line, lastRef)]);
}

function impactSection({ diagnosis, marks }: OverviewInput): Section {
  const name = 'IMPACT';
  const hit = (diagnosis?.impact ?? []).filter((item) => item.hit > 0);
  if (hit.length === 0) return section(name, []);
  const parts = hit.map(
    (item): Line => [
      evidence(
        `${grouped(item.hit)} of ${grouped(item.of)} ${words(item.kind)}${item.of === 1 || item.kind.endsWith('s') ? '' : 's'}`,
      ),
    ],
  );
  return section(name, [
    row(name, 0, joinSpans(parts, span(` ${marks.dot} `, 'faint')), diagnosis?.symptoms[0]?.refs[0] ?? null),
  ]);
}

function changedSection(input: OverviewInput): Section {
  const name = 'CHANGED';
  const all = input.diagnosis?.changes ?? [];
  // What can have to do with it comes first; each group in time.
  const changes = [...all.filter((change) => change.in_cone), ...all.filter((change) => !change.in_cone)];
  return section(
    name,
    changes.map((change, index) =>
      row(
        name,
        index,
        [span(`${secondOf(input, change.ts)}  `), evidence(change.text, change.in_cone ? 'strong' : 'plain')],
        change.ref,
      ),
    ),
  );
}

const healthTone = { ok: 'good', failing: 'bad', flapping: 'warn', not_captured: 'faint' } as const;

function healthSpans(input: OverviewInput, label: string, health: EndpointHealth): Line {
  const state: Line = [span(`${label} `), span(words(health.state), healthTone[health.state])];
  const failing = health.failing_spans[0];
  if (failing === undefined) return state;
  const [from, to] = [parseMicros(failing.from), parseMicros(failing.to)];
  if (from === null || to === null) return state;
  const [first, last] = [input.clock.minute(from), input.clock.minute(to)];
  if (first === last) return [...state, span(` ${first}`)];
  // `12:04-31` within one hour.
  const short = first.slice(0, -2) === last.slice(0, -2) ? last.slice(-2) : last;
  return [...state, span(` ${first}${input.marks.dash}${short}`)];
}

function componentSpans(input: OverviewInput, name: string, healthz: EndpointHealth, readyz: EndpointHealth): Line {
  const quiet = healthz.failing_spans.length + readyz.failing_spans.length === 0;
  if (quiet && healthz.state === readyz.state)
    return [span(`${name} healthz readyz `), span(words(healthz.state), healthTone[healthz.state])];
  const endpoints = [healthSpans(input, 'healthz', healthz), healthSpans(input, 'readyz', readyz)];
  return [span(`${name} `), ...joinSpans(endpoints, span(' '))];
}

function firstPassSection(input: OverviewInput): Section {
  const name = 'FIRST PASS';
  const pass = input.triage?.first_pass;
  if (pass === undefined) return section(name, []);
  const parts = (['api', 'worker'] as const).map((name) =>
    componentSpans(input, name, pass[name].healthz, pass[name].readyz),
  );
  const spans = [pass.worker.readyz, pass.worker.healthz, pass.api.readyz, pass.api.healthz].flatMap(
    (health) => health.failing_spans,
  );
  return section(name, [row(name, 0, joinSpans(parts, span(` ${input.marks.dot} `, 'faint')), spans[0]?.ref ?? null)]);
}

function counterSection({ triage, columns }: OverviewInput): Section {
  const name = 'COUNTERS';
  if (triage === null) return section(name, []);
  const { requests, auth, unauthorized, forbidden, rate_limited } = triage.first_pass.counters;
  const counters = [
    ['requests', requests, 'plain'],
    ['auth', auth, 'plain'],
    ['401', unauthorized, 'warn'],
    ['403', forbidden, 'warn'],
    ['429', rate_limited, 'warn'],
  ] as const;
  if (counters.every(([, counter]) => counter === null))
    return section(name, [row(name, 0, [span('not captured', 'faint')])]);
  const parts = counters.map(([label, counter, tone]): Line => {
    if (counter === null) return [span(`${label} `), span('?', 'faint')];
    const peak =
      tone === 'warn' && counter.peak_per_min > 0 && columns >= 100 ? ` (${grouped(counter.peak_per_min)}/min)` : '';
    return [span(`${label} `), span(grouped(counter.delta) + peak, counter.delta > 0 ? tone : 'plain')];
  });
  const most = [forbidden, unauthorized, rate_limited].find((counter) => counter !== null && counter.delta > 0);
  return section(name, [row(name, 0, joinSpans(parts, span('  ')), (most ?? requests)?.ref ?? null)]);
}

function categorySection({ triage, marks }: OverviewInput): Section {
  const name = 'CATEGORY';
  if (triage === null) return section(name, []);
  const scored = triage.categories.filter((item) => item.score > 0);
  const most = Math.max(1, ...scored.map((item) => item.score));
  const parts = scored.map((item): Line => {
    const halves = Math.max(1, Math.round((item.score / most) * 24));
    const bar = marks.full.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? marks.half : '');
    return [span(`${words(item.category)} `), span(bar, 'label'), span(` ${grouped(item.score)}`)];
  });
  if (parts.length === 0) return section(name, [row(name, 0, [span('none', 'good')])]);
  const first = triage.findings.find((finding) => finding.id === scored[0]?.findings[0]);
  return section(name, [row(name, 0, joinSpans(parts, span('  ')), first?.evidence[0]?.ref ?? null)]);
}

function timelineSection({ histogram, diagnosis, clock, marks, columns }: OverviewInput): Section {
  const name = 'TIMELINE';
  if (histogram === null) return section(name, []);
  const bars = sparkline(histogram, columns < 100 ? 24 : 48, marks);
  const middle = histogram.from + Math.floor((histogram.to - histogram.from) / 2);
  const rule = ` ${marks.rule.repeat(5)} `;
  const axis = [histogram.from, middle, histogram.to].map((us) => clock.minute(us)).join(rule);
  return section(name, [
    row(
      name,
      0,
      [span(bars, histogram.of === 'failures' ? 'warn' : 'label'), span(` ${axis}`), span(` ${histogram.of}`, 'faint')],
      diagnosis?.symptoms[0]?.refs[0] ?? null,
    ),
  ]);
}

function ruledOutSection({ diagnosis, marks }: OverviewInput): Section {
  const name = 'RULED OUT';
  const refuted = diagnosis?.refuted ?? [];
  if (diagnosis === null || refuted.length === 0) return section(name, []);
  const parts = refuted.map((cause): Line => [span(`${words(cause.kind)} `), entity(cause.entity)]);
  const first = refuted[0];
  return section(name, [
    row(
      name,
      0,
      joinSpans(parts, span(` ${marks.dot} `, 'faint')),
      first === undefined ? null : firstRef(first, diagnosis.symptoms),
    ),
  ]);
}

function notHereSection({ facts, diagnosis, marks }: OverviewInput): Section {
  const name = 'NOT HERE';
  const missing = (diagnosis?.inconclusive ?? []).flatMap((entry) => entry.missing);
  const names = [...new Set([...missing, ...facts.notCaptured])];
  const damage = facts.damage === 0 ? [] : [[span(`${counted(facts.damage, 'damaged place')}`, 'warn')]];
  const parts = [...damage, ...names.map((one): Line => [evidence(one)])];
  return section(name, parts.length === 0 ? [] : [row(name, 0, joinSpans(parts, span(` ${marks.dot} `, 'faint')))]);
}

function nextSection({ diagnosis, triage }: OverviewInput): Section {
  const name = 'NEXT';
  const advice = diagnosis?.advice ?? triage?.findings[0]?.advice ?? [];
  const best = diagnosis?.causes[0];
  const ref = best === undefined || diagnosis === null ? null : firstRef(best, diagnosis.symptoms);
  return section(
    name,
    advice.map((item, index) => row(name, index, [evidence(item.text)], ref)),
  );
}
