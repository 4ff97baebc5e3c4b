import type { Json } from '../../base/json.ts';
import type { Millis } from '../../base/time.ts';
import type { CauseKind } from '../../base/vocabulary.ts';
import type { Configuration, ConfigurationEdit, RefusalDetail } from '../../control-plane/index.ts';
import type { RequestCommand } from '../concerns/requests.ts';
import type { Command } from '../kernel/index.ts';

/** A change to the world that a what-if makes: edits of the configuration, commands put in. Plain data. */
export interface Change {
  readonly edits: readonly ConfigurationEdit[];
  readonly inserted: readonly Command[];
  /** References of inserted commands that are taken out again: what a re-break undoes. */
  readonly dropped?: readonly string[];
}

/** A change with the words that name it, and the interventions of the hypothesis format that spell it. */
export interface NamedChange extends Change {
  readonly text: string;
  readonly interventions: readonly Readonly<Record<string, Json>>[];
}

/** One refusal that the factual replay predicted, with every check that failed, in order. */
export interface PredictedRefusal {
  readonly at: Millis;
  readonly ref: string;
  readonly caller: string;
  readonly agentId: string | null;
  readonly credential: string | null;
  readonly code: string;
  readonly failing: readonly FailingCheck[];
}

export interface FailingCheck {
  readonly detail: RefusalDetail;
  /** `kind:id` of what is at fault. */
  readonly entity: string;
  /** The scope, permission or other thing that was not there. */
  readonly lacking: string | null;
  readonly code: string;
}

/** When an agent was heard and when it fell silent, as the cone shows. */
export interface AgentSilence {
  readonly agentId: string;
  /** The last accepted heartbeat before it went offline. */
  readonly lastHeard: Millis;
  readonly lastHeardRef: string;
  readonly offlineAt: Millis;
  /** Its next accepted heartbeat, or null: silent to the end. */
  readonly heardAgain: Millis | null;
  /** Up to when it was silent: its next accepted heartbeat, else the end of what is known. */
  readonly until: Millis;
  /** Heartbeats that came and were refused in between. */
  readonly refused: number;
  /** Its own past intervals, medians: of heartbeats, fetches, refreshes; null where it made none to tell. */
  readonly intervals: {
    readonly heartbeat: Millis | null;
    readonly fetch: Millis | null;
    readonly refresh: Millis | null;
  };
  /** The last request of each sort before the silence, which an inserted one repeats. */
  readonly models: {
    readonly heartbeat: RequestCommand | null;
    readonly fetch: RequestCommand | null;
    readonly refresh: RequestCommand | null;
  };
}

/** What the cone of a symptom offers to blame. */
export interface Suspicion {
  readonly configuration: Configuration;
  /** The last moment that is replayed. */
  readonly until: Millis;
  readonly refusals: readonly PredictedRefusal[];
  readonly silences: readonly AgentSilence[];
}

/** A cause that may be behind a symptom, with all that the tests need. */
export interface Candidate {
  readonly kind: CauseKind;
  readonly entity: string;
  /** The first failure that it explains. */
  readonly onset: Millis;
  /** How many failing checks stand before it: 0 for the one that shows, 1 for one masked by it. */
  readonly depth: number;
  /** The repair in its parts. One part is minimal by itself. */
  readonly parts: readonly NamedChange[];
  /** The fault put back on top of the repair. */
  readonly rebreak: NamedChange;
  /** Changes of the same sort that should change nothing, each to something that the cone reads. */
  readonly placebos: readonly NamedChange[];
  /** Evidence of the fault itself: the change that made it, the record that shows it. */
  readonly shown: readonly { readonly ref: string; readonly text: string }[];
  /** Spans in which the absence of requests is the fault, and how many are absent: these must be covered. */
  readonly silent?: readonly { readonly from: Millis; readonly to: Millis; readonly absent: number }[];
}

/** How one kind of cause is suspected, repaired, put back, and told apart from its like. */
export interface CauseModel {
  readonly kind: CauseKind;
  suspects(suspicion: Suspicion): readonly Candidate[];
}
