import type { RequestFacts } from '../../base/facts.ts';
import type { Millis } from '../../base/time.ts';
import { hit, type LimiterStep, type LimitState, limitersVersion } from '../../control-plane/index.ts';
import { type Command, type Concern, rank } from '../kernel/index.ts';
import { callerOf } from '../predicate.ts';
import { type AdmittedCommand, admittedBy } from './passage.ts';

type Rule = Extract<LimiterStep, { readonly kind: 'rule' }>;

interface Knock {
  readonly request: RequestFacts;
  readonly step: Rule;
  /** What follows when it is admitted. */
  readonly admitted: AdmittedCommand;
}

/** A request at a limiter. */
export const limitCommand = (
  command: Command,
  request: RequestFacts,
  step: Rule,
  admitted: AdmittedCommand,
): Command<'limit', Knock> => ({
  at: command.at,
  rank: rank.input,
  entity: command.entity,
  seq: command.seq,
  type: 'limit',
  ref: command.ref,
  data: { request, step, admitted },
});

/**
 * The limiters' counters (the analyzer's model, section 3), one state each. They start empty at `begin`: until one
 * window has passed a count may be too low, and what is said then is marked as warming.
 */
export function limitsConcern(begin: Millis): Concern<LimitState | null> {
  return {
    id: 'limits',
    version: limitersVersion,
    commands: ['limit'],
    stateKey: (command) => (command.data as Knock).step.counter,
    init: () => null,
    decide(state, command) {
      const { request, step, admitted } = command.data as Knock;
      const warming = command.at < begin + step.rule.windowMs;
      const outcome = hit(step.rule, state, command.at);
      if (outcome.admitted) return { events: [], next: outcome.state, deliver: [admittedBy(admitted, warming)] };
      return {
        events: [
          {
            at: command.at,
            type: 'request.refused',
            entity: command.entity,
            rule: 'limits',
            reads: step.reads,
            ref: command.ref,
            data: {
              caller: callerOf(request),
              status: 429,
              code: 'rate_limited',
              failing: [{ detail: 'rate_limited', entity: null, lacking: null, code: 'rate_limited' }],
              warming,
            },
          },
        ],
        next: outcome.state,
      };
    },
  };
}
