/** The Overview of an archive that holds runtime directories and nothing of the control plane. */
import type { BundleOverview, Mark, Statement, Topic } from '../../diagnosis/index.ts';
import { span } from '../line.ts';
import { safeText } from '../safe-text.ts';
import type { Tone } from '../theme.ts';
import type { OverviewRow, Section } from './section.ts';

const tones: Readonly<Record<Mark, Tone>> = { good: 'good', bad: 'bad', doubt: 'warn', plain: 'plain' };
const marks: Readonly<Record<Mark, string>> = { good: 'ok   ', bad: 'BAD  ', doubt: '?    ', plain: '     ' };

const statementRow = ({ mark, text, ref }: Statement, key: string): OverviewRow => ({
  key,
  line: [span(marks[mark], tones[mark]), span(safeText(text))],
  ref,
});

export function bundleSections({ bundles, wanted }: BundleOverview): readonly Section[] {
  const several = bundles.length > 1;
  const told = bundles.flatMap(({ agent, folder, statements }, at): readonly Section[] => {
    const topics = new Map<Topic, Statement[]>();
    for (const statement of statements)
      topics.set(statement.topic, [...(topics.get(statement.topic) ?? []), statement]);
    const head = `BUNDLE${several ? ` ${at + 1}` : ''}`;
    return [
      {
        name: head,
        rows: [
          {
            key: `${head}/0`,
            line: [
              span(agent === null ? safeText(folder) || 'the archive itself' : `agent:${safeText(agent)}`, 'entity'),
            ],
            ref: null,
          },
        ],
        least: 1,
      },
      ...[...topics].map(
        ([topic, own]): Section => ({
          name: topic.toUpperCase(),
          rows: own.map((statement, index) => statementRow(statement, `${head}/${topic}/${index}`)),
          least: 1,
        }),
      ),
    ];
  });
  return [
    ...told,
    {
      name: 'ASK FOR',
      rows: wanted.map(({ what, why }, index) => ({
        key: `ASK FOR/${index}`,
        line: [span(`${what}: `), span(why, 'faint')],
        ref: null,
      })),
      least: 1,
    },
  ];
}
