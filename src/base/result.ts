/** An outcome that the caller must look at. Throwing is left to defects. */
export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** An error that a person can meet: what went wrong, why, and the next step. */
export interface Failure {
  readonly code: FailureCode;
  /** The thing that failed: a path, a flag, a query. */
  readonly what: string;
  readonly why: string;
  /** Lines that show where: the text that was read, and a caret. */
  readonly shown?: readonly string[];
  /** What to do about it, as one sentence, where there is something. */
  readonly next?: string;
}

/** Every failure a user can meet, and the exit code it ends in. */
export const failureExit = {
  usage: 2,
  output_unwritable: 2,
  unreadable: 3,
  unrecognised: 3,
  limit: 3,
  case_invalid: 3,
  not_found: 2,
  query: 2,
  query_stopped: 1,
  disk: 2,
  interrupted: 130,
} as const;

export type FailureCode = keyof typeof failureExit;

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const fail = (
  code: FailureCode,
  what: string,
  why: string,
  next?: string,
): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: next === undefined ? { code, what, why } : { code, what, why, next },
});
