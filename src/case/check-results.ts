/**
 * What the evidence says of itself, recomputed: chains, sequences, digests, signatures. A check that cannot be made is told as
 * such; it is never taken for a good one.
 */

/** Every check, and what it holds. Closed: documentation and texts come from this table. */
export const checkKinds = {
  audit_chain: 'an audit record has the hash of its own bytes, and names the hash of the record before it',
  audit_seq: 'the numbers of the audit records have no hole, and none stands twice',
  spec_digest: 'a replay audit, an approval or a bundle names the digest of the specification beside it',
  replay_sample: 'the records that a replay audit names by digest are in the journal',
  approval_signature: 'an approval credential is signed by the key that it names',
  payload_digest: 'the payload of a job has the digest that the job tells',
  bundle_files: 'an incident bundle holds the files that every bundle holds',
  region_header: 'a region file is as long as its header says, and its positions fit one another',
  journal_seq: 'the numbers of the journal have no hole, and none stands twice',
  request_counts: 'between two scrapes a counter of requests goes up by as many as were recorded',
} as const;
export type CheckKind = keyof typeof checkKinds;
export const checkNames = Object.keys(checkKinds) as readonly CheckKind[];

/** One that did not come out right, or could not be made. */
export interface CheckResult {
  readonly check: CheckKind;
  readonly result: 'failed' | 'not_checkable';
  /** The member, and the record within it. */
  readonly path: string;
  readonly ref: string;
  readonly why: string;
}

export interface CheckCount {
  readonly check: CheckKind;
  /** How many were looked at; those that failed and those that could not be decided are among them. */
  readonly checked: number;
  readonly failed: number;
  readonly not_checkable: number;
}

export interface Checks {
  /** Of the checks that had anything to look at, in the order of `checkKinds`. */
  readonly counts: readonly CheckCount[];
  /** The first 1,000 of each check that failed, and as many that could not be decided, in evidence order. */
  readonly results: readonly CheckResult[];
}

export const resultsMax = 1_000;
