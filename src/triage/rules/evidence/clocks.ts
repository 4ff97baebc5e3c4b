import type { Entity } from '../../../base/entity.ts';
import type { ClockRow } from '../../../case/index.ts';
import { clockText } from '../../../timeline/index.ts';
import { type EvidenceNote, evidenceMax } from '../../evidence-note.ts';
import { type Draft, defineRule } from '../../rule.ts';
import type { Situation } from '../../situation.ts';

type MessageId = 'stepped' | 'off' | 'contradictory';

/** Nearer than this is what clocks that are kept right show too. */
const offLeastUs = 1_000_000;

function messageOf({ state, epochs }: ClockRow): MessageId | null {
  if (state === 'stepped' || state === 'contradictory') return state;
  return epochs.some(({ correction }) => Math.abs(correction) >= offLeastUs) ? 'off' : null;
}

function notesOf({ reader }: Situation, clock: ClockRow): EvidenceNote[] {
  const refs = [...new Set(clock.epochs.flatMap(({ refs: own }) => own))];
  return refs.map((ref) => {
    const [event] = reader.eventsAt(ref);
    return { ref, ts: event?.ts ?? null, kind: event?.kind ?? 'record', note: `bounds the clock ${clock.clock}` };
  });
}

const shownMost = 3;

function draft(situation: Situation, message: MessageId, clocks: readonly ClockRow[]): Draft<MessageId> {
  const shown = clocks.slice(0, shownMost).map((clock) => `${clock.clock}: ${clockText(clock)}`);
  const more = clocks.length > shownMost ? `; and ${clocks.length - shownMost} more` : '';
  const steps = clocks.flatMap(({ epochs }) => epochs.flatMap(({ began }) => began ?? []));
  return {
    message,
    values: {
      clocks: clocks.length === 1 ? 'The clock of a host' : `The clocks of ${clocks.length} hosts`,
      moved: clocks.reduce((sum, { moved }) => sum + moved, 0),
      unplaced: clocks.reduce((sum, { unplaced }) => sum + unplaced, 0),
      shown: `${shown.join('; ')}${more}`,
    },
    severity: 'low',
    entities: clocks.slice(0, evidenceMax).map(({ clock }) => clock as Entity),
    first: steps.length === 0 ? null : Math.min(...steps.map(({ from }) => from)),
    last: steps.length === 0 ? null : Math.max(...steps.map(({ to }) => to)),
    count: clocks.length,
    evidence: clocks.flatMap((clock) => notesOf(situation, clock)).slice(0, evidenceMax),
    limits: [],
    advice: [
      {
        text: 'Let the host follow a time server, and read times that it wrote itself with the interval in mind.',
        source: 'evidence contract: clock domains',
      },
    ],
    causes: [],
  };
}

export const clocks = defineRule<MessageId>({
  id: 'evidence/clocks',
  category: 'evidence',
  severity: 'low',
  needs: [],
  messages: {
    stepped: {
      title: '{clocks} stepped',
      summary: '{shown}. {moved} records stand where they happened, {unplaced} could not be told apart.',
    },
    off: {
      title: '{clocks} showed another time',
      summary: '{shown}. {moved} records stand where they happened.',
    },
    contradictory: {
      title: '{clocks} cannot be told',
      summary: '{shown}. Its records stand as they were recorded.',
    },
  },
  docs: {
    means:
      'A host’s clock did not show the control plane’s time. What that host wrote (attempts of a worker, logs, snapshots of an agent) is dated by it.',
    decided:
      'By what must come before what: a job is created before it is started and ends before its end is audited; a request is sent before it is received and received before it is audited; a refused request is repeated after it was received. Each pair of records bounds the difference of two clocks; the bounds of all pairs make an interval. Where only one side is bounded, three messages at different times that agree within a second bound the other; scattered ones do not. One offset that fits no record means that the clock was set: it is `stepped` where the stretches before and after have intervals of their own, and else contradictory. Offsets below a second are not reported.',
    todo: 'Read the timeline: it shows corrected times, marks what was moved, and `inquest show` tells both times. `inquest index` lists every clock with its interval.',
    notCaptured: 'A host whose records nothing ties to the control plane’s is listed by `inquest index` as not known.',
    source: 'The evidence contract: clock domains; times of jobs, audit records and requests.',
  },
  find: (situation) => {
    const all = situation.reader.clocks();
    return (['stepped', 'off', 'contradictory'] as const).flatMap((message) => {
      const own = all.filter((clock) => messageOf(clock) === message);
      return own.length === 0 ? [] : [draft(situation, message, own)];
    });
  },
});
