import { isDatable, type Micros, parseMicros } from '../base/time.ts';

/** What a member's path says about its records. */
export interface Place {
  readonly path: string;
  /** Base name. */
  readonly name: string;
  /** `agents/<agent_id>/…` */
  readonly agentId: string | null;
  /** `metrics/<component>/…` */
  readonly component: string | null;
  /** `<unix_ms>.prom`, `snapshots/<unix_ms>.json`. */
  readonly nameTime: Micros | null;
}

const agent = /(?:^|\/)agents\/([^/]+)\//;
const metrics = /(?:^|\/)metrics\/(?:(.+)\/)?[^/]+$/;
const timeName = /(?:^|\/)(\d{10,19})\.[A-Za-z.]+$/;

export function placeOf(path: string): Place {
  const time = timeName.exec(path)?.[1];
  const us = time === undefined ? null : parseMicros(time);
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    agentId: agent.exec(path)?.[1] ?? null,
    component: metrics.exec(path)?.[1] ?? null,
    nameTime: us !== null && isDatable(us) ? us : null,
  };
}
