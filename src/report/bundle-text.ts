/** What an archive of runtime directories tells by itself, and what to ask for. */
import type { BundleOverview, BundleView, Mark, Statement, Topic, TriageDocument } from '../diagnosis/index.ts';
import { notThereSection, openSection, readSection } from './evidence-text.ts';
import { type Entry, page, refLine, section } from './section.ts';
import { type Manner, type Subject, safe, timesOf } from './subject.ts';
import { findingSections } from './triage-text.ts';

const marks: Readonly<Record<Mark, string>> = { good: 'ok', bad: 'BAD', doubt: '?', plain: '' };

const nameOf = ({ agent, folder }: BundleView): string =>
  agent === null
    ? safe(folder === '' ? 'the archive itself' : folder)
    : `agent ${safe(agent)}${folder === '' ? '' : `, ${safe(folder)}`}`;

function bundleSections(bundle: BundleView, manner: Manner): readonly (readonly string[])[] {
  const topics = new Map<Topic, Statement[]>();
  for (const statement of bundle.statements)
    topics.set(statement.topic, [...(topics.get(statement.topic) ?? []), statement]);
  return [
    section(manner.paint, 'BUNDLE', [nameOf(bundle)]),
    ...[...topics].map(([topic, statements]) => {
      // One reference where several sentences are about one record.
      const entries = statements.flatMap(({ mark, text, ref }, index): readonly Entry[] => [
        { head: `${marks[mark].padEnd(5)}`, text: safe(text) },
        ...(ref === null || statements[index + 1]?.ref === ref ? [] : [refLine(safe(ref))]),
      ]);
      return section(manner.paint, topic.toUpperCase(), entries);
    }),
  ];
}

/** In place of a diagnosis, for which nothing is there. */
export function bundleText(overview: BundleOverview, triage: TriageDocument, subject: Subject, manner: Manner): string {
  const { bundles, wanted } = overview;
  return page([
    readSection(subject, manner),
    section(manner.paint, 'CAUSE', [
      'NOT ASKED: a runtime bundle holds nothing of the control plane, so no request, no change and no cause can be looked at.',
      'What the runtime says of itself, in the order in which its guide reads it:',
    ]),
    ...bundles.flatMap((bundle) => bundleSections(bundle, manner)),
    ...(triage.findings.length === 0 ? [] : findingSections(triage, timesOf(subject, manner.zone), manner)),
    notThereSection(subject, manner),
    section(manner.paint, 'ASK FOR', [
      'To send to the person who can export it:',
      ...wanted.flatMap(({ what, why }): readonly Entry[] => [
        { head: '- ', text: what },
        { head: '    ', text: why },
      ]),
    ]),
    openSection(subject, manner),
  ]);
}
