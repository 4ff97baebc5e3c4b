/** The fields of the filter language (formats.md 4): their names, what they compare, and what they match. */

/** `integer` and `time` take `<`, `..` and the like; the others equality, prefix and `~` alone. */
export type FieldType = 'word' | 'integer' | 'time' | 'flag' | 'presence';

interface FieldEntry {
  readonly type: FieldType;
  /** For the documentation. */
  readonly matches: string;
}

const role = (what: string): FieldEntry & { readonly type: 'word' } => ({ type: 'word', matches: what });

export const fields = {
  kind: {
    type: 'word',
    matches: 'request, audit, job, attempt, call, probe, sample, snapshot, log or gap',
  },
  action: { type: 'word', matches: 'what was done: `credential.rotated`, `POST /v1/agents/{agent_id}/heartbeat`' },
  outcome: { type: 'word', matches: 'ok, refused, failure or none' },
  code: { type: 'word', matches: 'the error or reason code' },
  severity: { type: 'word', matches: 'the severity of a finding that cites the record' },
  tag: { type: 'word', matches: 'a tag of a note on the record' },
  state: { type: 'word', matches: 'the state of a job' },
  entity: { type: 'word', matches: '`kind:id`, anywhere in the record' },
  agent: role('id of the agent'),
  deployment: role('id of the deployment'),
  job: role('id of the job'),
  credential: role('id of the credential'),
  caller: role('id of the caller'),
  actor: role('id of the actor'),
  org: role('id of the organisation'),
  project: role('id of the project'),
  environment: role('id of the environment'),
  approval: role('id of the approval'),
  route: { type: 'word', matches: 'the template, a literal segment of it (`heartbeat`), or its group' },
  path: { type: 'word', matches: 'the path of a request' },
  host: { type: 'word', matches: 'the host' },
  component: { type: 'word', matches: 'the component' },
  ip: { type: 'word', matches: 'the address of the caller' },
  member: { type: 'word', matches: 'the path of the file in the archive' },
  method: { type: 'word', matches: 'the method of a request' },
  request: { type: 'word', matches: 'a request id' },
  status: { type: 'integer', matches: 'the HTTP status; `4xx` is `400..499`' },
  latency_ms: { type: 'integer', matches: 'milliseconds' },
  attempt: { type: 'integer', matches: 'the number of the attempt' },
  bytes_in: { type: 'integer', matches: 'bytes of the request' },
  count: { type: 'integer', matches: 'the record’s own field `count`' },
  after: { type: 'time', matches: 'at this time or later' },
  before: { type: 'time', matches: 'before this time' },
  at: { type: 'time', matches: 'within the second, minute or day that the value names' },
  is: { type: 'flag', matches: 'gap, undated, moved (by a corrected clock), noted, cause or symptom' },
  has: { type: 'presence', matches: 'the field is present: `has:agent`, `has:details.kid`' },
} as const satisfies Record<string, FieldEntry>;

export type FieldName = keyof typeof fields;
type OfType<T extends FieldType> = { [N in FieldName]: (typeof fields)[N]['type'] extends T ? N : never }[FieldName];
export type WordField = OfType<'word'>;
export type IntegerField = OfType<'integer'>;
export type TimeField = OfType<'time'>;

export const fieldNames = Object.keys(fields) as readonly FieldName[];
export const isField = (name: string): name is FieldName => Object.hasOwn(fields, name);

/** Fields that are short for `entity:<kind>:` where the record names the entity in that role, or is about it. */
export const roleFields = [
  'agent',
  'deployment',
  'job',
  'credential',
  'caller',
  'actor',
  'org',
  'project',
  'environment',
  'approval',
] as const satisfies readonly WordField[];
export type RoleField = (typeof roleFields)[number];

export const flags = ['gap', 'undated', 'moved', 'noted', 'cause', 'symptom'] as const;
export type Flag = (typeof flags)[number];

/** A dotted name is a path in the record. */
export const isPath = (name: string): boolean => name.includes('.') && /^[A-Za-z][A-Za-z0-9_.]*$/.test(name);
