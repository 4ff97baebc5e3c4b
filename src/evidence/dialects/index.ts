/** Dialects: other spellings of the contract, as data. A record is mapped when it is read, and nowhere later. */
export { byteor } from './byteor.ts';
export {
  contractFields,
  type Field,
  type FieldType,
  knownActions,
  type MappedKind,
  type MetricRole,
  mappedKinds,
  metricRoles,
  routeGroups,
  stateSections,
} from './contract.ts';
export type {
  DialectFile,
  RecordMapping,
  UserDialect,
  When,
} from './dialect.ts';
export { compileCodes, type Lookup, mapCodes } from './error-codes.ts';
export { compileFields } from './fields.ts';
export { readDialects } from './load.ts';
export { compileMetrics, type MetricMeaning, renameLabels } from './metrics.ts';
export { pathOf } from './path.ts';
export { compileRoutes, mapRoute, mapStateRoutes, type RouteFinder } from './routes.ts';
export { compileWhen, whenText } from './when.ts';
