/**
 * What the product does, as pure functions over a configuration (the analyzer's model). Triage and replay ask the same
 * functions. Nothing here reads a clock, draws a number or touches a file.
 */
export { type Authorisation, authorise, authoriseVersion, judge, limitersOf } from './authorise.ts';
export { buildConfiguration, configurationVersion } from './configuration.ts';
export type {
  AppliedChange,
  Configuration,
  ConfigurationEdit,
  EditOperation,
  Lookup,
  UnknownReason,
  Uses,
} from './configuration-types.ts';
export { everyOtherField } from './configuration-types.ts';
export {
  type CheckId,
  checkIds,
  type Decision,
  type Hit,
  type LimiterAlgorithm,
  type LimiterStep,
  type LimitRule,
  type LimitState,
  limiterAlgorithms,
  type Refusal,
  type RefusalDetail,
  refusalDetails,
  type Unknown,
} from './decision.ts';
export { type Field, readField, readInteger, readText, readTime } from './field.ts';
export { firstSweepAfter, type Lease, leaseAt, leaseDeadline, leaseVersion } from './lease.ts';
export { hit, limitersVersion } from './limiters/index.ts';
export { findRoute, type RouteMatch, sameTemplate } from './route.ts';
