import { entityOf } from '../../../base/entity.ts';
import { compareText } from '../../../base/order.ts';
import { formatDuration, formatMicros } from '../../../base/time.ts';
import type { FailingSpan, ProbeTrack } from '../../probes.ts';
import { type Draft, defineRule } from '../../rule.ts';

type MessageId = 'still' | 'ended' | 'blip';

/** Symptom threshold of the contract's causes.md: so many probes in a row, over so long. */
const probesMin = 2;
const spanMinUs = 60_000_000;

const isSymptom = (span: FailingSpan): boolean => span.probes >= probesMin && span.to - span.from >= spanMinUs;

interface Failure {
  readonly track: ProbeTrack;
  readonly span: FailingSpan;
}

const place = ({ track }: Failure): string => `${track.endpoint}${track.host === null ? '' : ` on ${track.host}`}`;

function draftOf(component: string, failures: readonly Failure[]): Draft<MessageId> {
  const serious = failures.filter(({ span }) => isSymptom(span));
  const told = serious.length > 0 ? serious : failures;
  const first = Math.min(...told.map(({ span }) => span.from));
  const last = Math.max(...told.map(({ span }) => span.to));
  const still = serious.some(({ span }) => span.ended === null);
  const longest = told.reduce((a, b) => (b.span.to - b.span.from > a.span.to - a.span.from ? b : a));
  const message: MessageId = serious.length === 0 ? 'blip' : still ? 'still' : 'ended';
  const entity = entityOf('component', component);
  const count = told.reduce((sum, { span }) => sum + span.probes, 0);
  const ends = told.flatMap(({ span }) => span.ended ?? []);
  return {
    message,
    values: {
      entity,
      count,
      probes: count === 1 ? 'probe' : 'probes',
      places: [...new Set(told.map(place))].sort(compareText).join(', '),
      first: formatMicros(first),
      last: formatMicros(last),
      longest: formatDuration(longest.span.to - longest.span.from),
      said: longest.span.said,
      ended: ends.length === 0 ? '' : formatMicros(Math.max(...ends)),
    },
    severity: message === 'blip' ? 'low' : still ? 'high' : 'medium',
    ...(component.startsWith('agent:') ? { category: 'agent' as const } : {}),
    entities: [entity],
    first,
    last,
    count,
    evidence: told
      .flatMap(({ track, span }) =>
        span.refs.map(({ ref, ts }) => ({ ref, ts, kind: 'probe', note: `${track.endpoint}: ${span.said}` })),
      )
      .sort((a, b) => a.ts - b.ts || compareText(a.ref, b.ref)),
    limits: [],
    advice:
      message === 'blip'
        ? []
        : [
            {
              text: `Look at what ${entity} said while it was not ready (${longest.span.said}) before judging anything that waits for it.`,
              source: 'runbook: First pass',
            },
          ],
    causes: component === 'worker' && message !== 'blip' ? [{ kind: 'worker_down', entity }] : [],
  };
}

export const componentUnready = defineRule<MessageId>({
  id: 'worker/component-unready',
  category: 'worker',
  severity: 'high',
  needs: ['health'],
  messages: {
    still: {
      title: '{entity} is not ready',
      summary:
        '{count} failing {probes} of {places} since {first}, the last at {last}: {said}. The evidence ends before a good one.',
    },
    ended: {
      title: '{entity} was not ready for {longest}',
      summary: '{count} failing {probes} of {places} from {first} to {last}: {said}. A good answer came by {ended}.',
    },
    blip: {
      title: '{entity} failed single probes',
      summary: '{count} failing {probes} of {places} between {first} and {last}, never for a minute: {said}.',
    },
  },
  docs: {
    means:
      'A component answers its health or readiness endpoint with an error, or not at all, for a minute or longer. An API that is not ready refuses callers; a worker that is not ready starts no jobs. Readiness comes before any look at what waits for it.',
    decided:
      'Probes are followed for each component, host and endpoint. At least 2 failing probes in a row, with at least 60 s from the first to the last of them, are `high` when the evidence ends before a good probe and `medium` when one followed. Shorter failures are `low`. An answer below 400 is good; no answer is failing.',
    todo: 'Read the failing checks in the probe’s body and the component’s log of that span; capture them before a restart. Then look at which jobs and deployments waited.',
    notCaptured: 'Without health probes the rule is not evaluated, and the first pass says `not_captured`.',
    source: 'The runbook’s first pass: health endpoints of API and worker, readiness first.',
  },
  find: ({ probes }) => {
    const byComponent = new Map<string, Failure[]>();
    for (const track of probes) {
      for (const span of track.spans) {
        const own = byComponent.get(track.component);
        if (own === undefined) byComponent.set(track.component, [{ track, span }]);
        else own.push({ track, span });
      }
    }
    return [...byComponent.keys()]
      .sort(compareText)
      .map((component) => draftOf(component, byComponent.get(component) ?? []));
  },
});
