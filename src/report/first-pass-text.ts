import type { Counter, EndpointHealth, TriageDocument } from '../diagnosis/index.ts';
import { groupDigits } from './layout.ts';
import { type Entry, section } from './section.ts';
import type { Manner } from './subject.ts';
import { categoryWords } from './words.ts';

type Times = (time: string) => string;

const states = { ok: 'ok', failing: 'FAILING', flapping: 'FLAPPING', not_captured: 'not captured' } as const;

function endpoint(name: string, health: EndpointHealth, times: Times): Entry {
  const spans = health.failing_spans.slice(0, 3).map((span) => `${times(span.from)}-${times(span.to)}`);
  const more = health.failing_spans.length > 3 ? ` and ${health.failing_spans.length - 3} more spans` : '';
  return {
    head: `${name.padEnd(15)} `,
    text: `${states[health.state]}${spans.length === 0 ? '' : ` ${spans.join(', ')}${more}`}`,
  };
}

export function firstPassSection(triage: TriageDocument, times: Times, manner: Manner): readonly string[] {
  const { api, worker } = triage.first_pass;
  return section(manner.paint, 'FIRST PASS', [
    endpoint('api /healthz', api.healthz, times),
    endpoint('api /readyz', api.readyz, times),
    endpoint('worker /healthz', worker.healthz, times),
    endpoint('worker /readyz', worker.readyz, times),
  ]);
}

const counterText = (name: string, counter: Counter): Entry => ({
  head: `${name.padEnd(15)} `,
  text:
    counter === null
      ? 'not captured'
      : `+${groupDigits(counter.delta)}, at most ${groupDigits(counter.peak_per_min)}/min`,
});

export function countersSection(triage: TriageDocument, manner: Manner): readonly string[] {
  const { counters } = triage.first_pass;
  return section(manner.paint, 'COUNTERS', [
    counterText('requests', counters.requests),
    counterText('auth', counters.auth),
    counterText('401', counters.unauthorized),
    counterText('403', counters.forbidden),
    counterText('429', counters.rate_limited),
  ]);
}

const barWidth = 24;

export function categorySection(triage: TriageDocument, manner: Manner): readonly string[] {
  const scored = triage.categories.filter((entry) => entry.score > 0);
  const most = Math.max(1, ...scored.map((entry) => entry.score));
  return section(manner.paint, 'CATEGORY', [
    triage.category === 'none' ? 'none: no finding above low' : categoryWords[triage.category],
    ...scored.map((entry) => ({
      lines: [
        `${entry.category.padEnd(11)} ${'#'.repeat(Math.max(1, Math.round((entry.score / most) * barWidth))).padEnd(barWidth)} ${entry.score}`,
      ],
    })),
  ]);
}
