import { entityOf } from '../../base/entity.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Millis } from '../../base/time.ts';
import {
  type Configuration,
  firstSweepAfter,
  leaseAt,
  leaseDeadline,
  leaseVersion,
} from '../../control-plane/index.ts';
import { type Command, type Concern, type Decided, type ReplayEvent, rank } from '../kernel/index.ts';

/** A heartbeat that the API answered with success, or an enrollment, which counts as one. */
export interface HeartbeatAccepted {
  readonly agentId: string;
}

export const heartbeatAccepted = (
  at: Millis,
  agentId: string,
  ref: string,
): Command<'heartbeat', HeartbeatAccepted> => ({
  at,
  rank: rank.input,
  entity: entityOf('agent', agentId),
  seq: 0,
  type: 'heartbeat',
  ref,
  data: { agentId },
});

interface SweepDue {
  readonly agentId: string;
  /** The deadline that set the timer: a later heartbeat has another, and this sweep then finds nothing. */
  readonly deadline: Millis;
}

/** Unknown before the first heartbeat of the evidence: nothing is predicted of an agent that was never heard. */
interface LeaseState {
  readonly deadline: Millis | null;
  readonly online: boolean | null;
  /** The heartbeat that the lease rests on. */
  readonly heardRef: string | null;
}

/**
 * The lease of an agent (the analyzer's model, section 5): an accepted heartbeat renews it, a sweep past the deadline
 * puts the agent offline, the next accepted heartbeat brings it back.
 */
export function agentsConcern(configuration: Configuration): Concern<LeaseState> {
  const renew = (state: LeaseState, command: Command<'heartbeat', HeartbeatAccepted>): Decided<LeaseState> => {
    const { agentId } = command.data;
    const lease = leaseAt(configuration, command.at);
    const reads = lease.reads;
    const event = (type: string, data: JsonObject): ReplayEvent => ({
      at: command.at,
      type,
      entity: command.entity,
      rule: 'agents/lease',
      reads: [command.ref, ...reads],
      ref: command.ref,
      data,
    });
    if (lease.state === 'unknown')
      return { events: [event('lease.unknown', { missing: lease.missing, reason: lease.reason })] };
    const deadline = leaseDeadline(command.at, lease);
    const sweep: Command<'sweep', SweepDue> = {
      at: firstSweepAfter(deadline, lease.sweepMs),
      rank: rank.timer,
      entity: command.entity,
      seq: 0,
      type: 'sweep',
      ref: command.ref,
      data: { agentId, deadline },
    };
    const renewed = event('lease.renewed', { deadline });
    return {
      events: state.online === false ? [event('agent.online', {}), renewed] : [renewed],
      next: { deadline, online: true, heardRef: command.ref },
      schedule: [sweep],
    };
  };

  const sweep = (state: LeaseState, command: Command<'sweep', SweepDue>): Decided<LeaseState> => {
    if (state.deadline !== command.data.deadline || state.online === false) return { events: [] };
    const offline: ReplayEvent = {
      at: command.at,
      type: 'agent.offline',
      entity: command.entity,
      rule: 'agents/sweep',
      reads: state.heardRef === null ? [] : [state.heardRef],
      ref: command.ref,
      data: { deadline: command.data.deadline },
    };
    return { events: [offline], next: { ...state, online: false } };
  };

  return {
    id: 'agents',
    version: leaseVersion,
    commands: ['heartbeat', 'sweep'],
    stateKey: (command) => command.entity,
    init: () => ({ deadline: null, online: null, heardRef: null }),
    decide: (state, command) =>
      command.type === 'heartbeat'
        ? renew(state, command as Command<'heartbeat', HeartbeatAccepted>)
        : sweep(state, command as Command<'sweep', SweepDue>),
  };
}
