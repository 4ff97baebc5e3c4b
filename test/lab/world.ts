/** What an incident of the lab is made of, before it is played: records, callers, faults. Plain data. */
export type Fields = Record<string, unknown>;

/** The records of the control plane by section and key; `heartbeat` has the empty key. */
export type Records = Record<string, Record<string, Fields>>;

/** One change of one field, as the audit tells it. */
export interface Change {
  readonly at: number;
  readonly action: string;
  readonly section: string;
  readonly key: string;
  readonly field: string;
  /** Given the value before: a scope is taken from the list as it is then. */
  readonly to: (before: unknown) => unknown;
}

export type FaultKind =
  | 'credential_scope_missing'
  | 'credential_expired'
  | 'credential_revoked'
  | 'agent_stopped'
  | 'agent_revoked'
  | 'lease_too_short'
  /** Changes that no cause is named after: they should never matter. */
  | 'noise';

export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly entity: string;
  /** From the beginning of the world on: a fault whose change predates the evidence. */
  readonly initial?: {
    readonly section: string;
    readonly key: string;
    readonly field: string;
    readonly to: Change['to'];
  };
  readonly changes: readonly Change[];
  /** Spans in which a caller sends nothing. */
  readonly silences?: readonly { readonly caller: string; readonly from: number; readonly to: number }[];
}

export interface Errand {
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly times: readonly number[];
  /** What the handler answers when it is reached, by index of the request; absent: 200. */
  readonly answers: ReadonlyMap<number, number>;
}

export interface Caller {
  readonly id: string;
  readonly kind: 'agent' | 'operator' | 'api_key' | 'anonymous';
  /** The first is used; a client that falls back tries the next one when it is refused. */
  readonly credentials: readonly string[];
  readonly environment: string;
  readonly ip: string;
  readonly errands: readonly Errand[];
  /** Repeats of a refused request with the same credential. */
  readonly repeats: number;
  readonly repeatAfter: number;
  readonly fallsBack: boolean;
  readonly namesRetries: boolean;
}

export interface Plan {
  readonly seed: number;
  readonly shape: string;
  readonly begin: number;
  readonly end: number;
  /** Before the evidence: what limiters and leases remember of it. */
  readonly start: number;
  readonly records: Records;
  readonly callers: readonly Caller[];
  readonly faults: readonly Fault[];
}
