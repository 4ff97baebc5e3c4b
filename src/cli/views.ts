/** The SQL views and their columns (formats.md 5); a test holds them equal to a case's own. */
const placed = ['n', 'ts', 'time', 'ref'] as const;
const scope = ['org_id', 'project_id', 'environment_id'] as const;

export const views: Readonly<Record<string, readonly string[]>> = {
  event: [
    'n',
    'ts',
    'time',
    'end_ts',
    'skew_us',
    'kind',
    'action',
    'subject',
    'outcome',
    'code',
    'component',
    'host',
    'ref',
  ],
  request: [
    ...placed,
    ...'request_id component host method path route grp status latency_ms bytes_in caller_kind caller_id credential_id ip'.split(
      ' ',
    ),
    ...scope,
    ...'agent_id error_code error_message limit_group limit_limit limit_remaining limit_reset retry_after_s sent_ts retry_of extra'.split(
      ' ',
    ),
  ],
  audit: [
    ...placed,
    ...'id seq actor_kind actor_id action resource_kind resource_id'.split(' '),
    ...scope,
    ...'outcome reason_code reason_message request_id job_id before after details prev_hash hash extra'.split(' '),
  ],
  job: [
    ...placed,
    ...'id type state'.split(' '),
    ...scope,
    ...'deployment_id artifact_id request_id run_ts updated_ts attempt max_attempts payload payload_bytes payload_sha256 error_code error_message retryable extra'.split(
      ' ',
    ),
  ],
  attempt: [...placed, ...'job_id attempt finished_ts worker outcome error_code error_message next_run_ts'.split(' ')],
  call: [...placed, ...'job_id attempt ordinal op dependency outcome error_code error_message'.split(' ')],
  probe: [...placed, ...'component host endpoint status latency_ms error ok failing_checks'.split(' ')],
  sample: [...placed, ...'component name labels role type value real reset'.split(' ')],
  snapshot: [...placed, 'agent_id', 'model', 'body'],
  log: [...placed, ...'component host level message request_id'.split(' ')],
  state: ['n', 'ref', 'section', 'key', 'body'],
  entity: ['entity', 'kind', 'id', 'first_ts', 'last_ts', 'events', 'state'],
  link: ['n', 'entity', 'role', 'to_n', 'reason'],
  gap: ['n', 'ref', 'member', 'offset', 'length', 'reason'],
  member: 'archive path kind bytes sha256 records gaps host complete covers_from_ts covers_to_ts'.split(' '),
  finding: 'id rule category severity title summary first_ts last_ts count entities refs body'.split(' '),
  cause: 'rank kind entity category verdict strength grade missing reasons body'.split(' '),
  note: ['id', 'ref', 'n', 'text', 'tags'],
};
