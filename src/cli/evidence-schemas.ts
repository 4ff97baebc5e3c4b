/** JSON Schema of the records of a kind, from the same declaration as its table and its view. */
import { evidenceKinds } from '../base/vocabulary.ts';
import { type Column, type ColumnType, type Table, tables } from '../evidence/index.ts';
import { documentShapes, type Schema, time } from './document-shapes.ts';

const typeOf: Record<ColumnType, Schema> = {
  int: { type: 'integer' },
  time,
  bool: { type: 'boolean' },
  real: { type: 'number' },
  symbol: { type: 'string' },
  id: { type: ['string', 'integer'] },
  text: { type: ['string', 'integer'] },
  hex: { type: 'string', description: 'lower-case hexadecimal' },
  json: {},
};

function place(schema: Schema, path: readonly string[], leaf: Schema): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  schema.properties ??= {};
  if (rest.length === 0) {
    schema.properties[head] = leaf;
    return;
  }
  schema.properties[head] ??= { type: 'object' };
  place(schema.properties[head], rest, leaf);
}

function recordOf(table: Table): Schema {
  const schema: Schema = { type: 'object', properties: {} };
  if (table.time !== undefined) place(schema, table.time.split('.'), time);
  for (const column of table.columns as readonly Column[])
    if (column.path !== undefined) place(schema, column.path.split('.'), typeOf[column.type]);
  return schema;
}

const nested = (schema: Schema, name: string, items: Schema): Schema => ({
  ...schema,
  properties: { ...schema.properties, [name]: { type: 'array', items } },
});

const job = (): Schema =>
  nested(recordOf(tables.job), 'attempts', nested(recordOf(tables.attempt), 'calls', recordOf(tables.call)));

const records: Partial<Record<(typeof evidenceKinds)[number], () => Schema>> = {
  audit: () => recordOf(tables.audit),
  requests: () => recordOf(tables.request),
  jobs: job,
  health: () => recordOf(tables.probe),
  artifacts: () => recordOf(tables.artifact),
};

/** A null is a field that is not there, in every record. */
function nullable(schema: Schema): Schema {
  const { type, properties, items, anyOf } = schema;
  const types = type === undefined ? [] : [type].flat();
  return {
    ...schema,
    ...(types.length > 0 && { type: [...types, 'null'] }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(nullable) }),
    ...(properties !== undefined && { properties: fieldsOf(properties) }),
    ...(items !== undefined && { items: nullable(items) }),
  };
}

const fieldsOf = (properties: Readonly<Record<string, Schema>>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, nullable(field)]));

/** The record itself is there; its fields need not be. */
const recordSchema = (schema: Schema): Schema => ({
  ...schema,
  ...(schema.properties !== undefined && { properties: fieldsOf(schema.properties) }),
  ...(schema.anyOf !== undefined && { anyOf: schema.anyOf.map(recordSchema) }),
});

const prefix = 'evidence/';

/** `evidence/requests`, one for each kind. */
export const evidenceSchemaNames: readonly string[] = evidenceKinds.map((kind) => `${prefix}${kind}`);

/** Null where there is no such kind. */
export function evidenceSchemaOf(name: string): unknown {
  const kind = evidenceKinds.find((one) => `${prefix}${one}` === name);
  if (kind === undefined) return null;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `a record of the kind ${kind}`,
    description: 'No field is required, and unknown fields are kept: a record is known by its fields.',
    ...recordSchema(records[kind]?.() ?? documentShapes[kind] ?? {}),
  };
}
