import type { MappedKind, MetricRole } from './contract.ts';

export type Scalar = string | number | boolean;

/** What recognises a kind: all that is given has to hold. */
export interface When {
  /** Source paths that all exist. */
  readonly has?: readonly string[];
  readonly equals?: Readonly<Record<string, Scalar>>;
  /** Glob of the member. */
  readonly path?: string;
}

/** How records of a kind are spelt. Without `when` the built-in test decides, on the record as mapped. */
export interface RecordMapping {
  readonly when?: When;
  /** Contract path: source path. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Contract path: source value: contract value. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, Scalar>>>>;
}

/**
 * Another spelling of the contract, as data (formats.md 1). What a user's file becomes; the built-in one is written as such.
 * Records in the order written.
 */
export interface Dialect {
  readonly name: string;
  readonly records: readonly { readonly kind: MappedKind; readonly mapping: RecordMapping }[];
  readonly actions: Readonly<Record<string, string>>;
  readonly codes: Readonly<Record<string, string>>;
  readonly messages: readonly { readonly like: string; readonly code: string }[];
  readonly routes: readonly RouteMapping[];
  readonly metrics: readonly MetricMapping[];
}

export interface RouteMapping {
  /** Any, where it is left out. */
  readonly method?: string;
  /** Template: `{name}` is one segment. */
  readonly path: string;
  readonly route: string;
  /** By the contract's routes, where it is left out. */
  readonly group?: string;
}

export interface MetricMapping {
  readonly role: MetricRole;
  readonly name?: string;
  readonly like?: string;
  /** Source label: contract label. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A dialect as a user gives it. */
export interface DialectFile {
  /** As the user spelt it; errors begin with it. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** A dialect that a user gave, and the digest of its file. */
export interface UserDialect {
  readonly dialect: Dialect;
  /** Lower-case hex of the file's bytes. */
  readonly sha256: string;
}
