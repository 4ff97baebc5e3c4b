/** What the evidence tells of requests and configuration, in the form in which the control plane's functions take it. */
import type { Json, JsonObject } from './json.ts';
import type { Millis } from './time.ts';

/** A request as it arrived: nothing of what was decided about it, so that a prediction can't peek. */
export interface RequestFacts {
  /** The API's clock. */
  readonly at: Millis;
  readonly ref: string;
  readonly method: string;
  readonly path: string;
  /** The route's template, where the record has it. */
  readonly route: string | null;
  readonly bytesIn: number | null;
  readonly callerKind: string | null;
  readonly callerId: string | null;
  /** As recorded: a masked one stays masked (`redacted.ts` knows it). */
  readonly credentialId: string | null;
  readonly ip: string | null;
  readonly orgId: string | null;
  readonly projectId: string | null;
  readonly environmentId: string | null;
  readonly agentId: string | null;
}

/** A record of `state.json`, as it was at the capture. */
export interface StateRecord {
  readonly section: string;
  /**
   * What names it within its section: id, group, job_type, kid or name; `<principal_id>/<org_id>` of a membership;
   * `METHOD route` of a route; the empty text for a section that is one object.
   */
  readonly key: string;
  readonly body: JsonObject;
  readonly ref: string;
}

/** An audit record of outcome `success` that changed the configuration. */
export interface ConfigurationChange {
  readonly at: Millis;
  readonly ref: string;
  /** Evidence order among changes of one moment: the audit's own sequence where it has one. */
  readonly order: number;
  readonly action: string;
  readonly resource: { readonly kind: string; readonly id: string };
  /** Undefined where the record does not say; null where there was none. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Path into `state.json` of a `config.changed`. */
  readonly path: string | undefined;
  /** The token that an `agent.enrolled` used. */
  readonly credentialId?: string;
}

/** What the evidence says of the configuration: as captured, and each change on the way there. */
export interface ConfigurationHistory {
  /** When the state was captured. Null: not told; the state is then taken as what all changes led to. */
  readonly capturedAt: Millis | null;
  /** Sections that `state.json` holds; none where the archive has no state. */
  readonly captured: readonly string[];
  readonly records: readonly StateRecord[];
  /** Audit records of outcome `success` only. */
  readonly changes: readonly ConfigurationChange[];
}
