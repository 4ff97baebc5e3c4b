/** The one line by which a person knows a record: what happened to what, and how it ended. */
import type { EventKind } from '../base/vocabulary.ts';
import type { SqlValue } from '../case/index.ts';

/** Cells of a row of the kind's view, by column. */
export type Cells = Readonly<Record<string, SqlValue>>;

const text = (value: SqlValue | undefined): string =>
  value === null || value === undefined ? '' : Buffer.isBuffer(value) ? value.toString('hex') : String(value);

/** Joins what is there. */
const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
const after = (mark: string, part: string): string => (part === '' ? '' : `${mark}${part}`);

const actor = (cells: Cells): string => after('by ', words(text(cells.actor_kind), text(cells.actor_id)));

function labelsOf(labels: string): string {
  if (labels === '' || labels === '{}') return '';
  try {
    const pairs = Object.entries(JSON.parse(labels) as Record<string, unknown>);
    return `{${pairs.map(([name, value]) => `${name}=${String(value)}`).join(',')}}`;
  } catch {
    return labels;
  }
}

function failingChecks(checks: string): string {
  try {
    const names: unknown = JSON.parse(checks || '[]');
    return Array.isArray(names) && names.length > 0 ? `failing: ${names.join(', ')}` : '';
  } catch {
    return '';
  }
}

/** Columns of each kind's view that its title reads. */
export const titleColumns = {
  request: ['method', 'route', 'path', 'status', 'error_code', 'retry_after_s'],
  audit: [
    'action',
    'resource_kind',
    'resource_id',
    'actor_kind',
    'actor_id',
    'outcome',
    'reason_code',
    'reason_message',
  ],
  job: ['id', 'type', 'state', 'attempt', 'max_attempts', 'error_code'],
  attempt: ['job_id', 'attempt', 'outcome', 'error_code', 'worker'],
  call: ['job_id', 'attempt', 'op', 'outcome', 'error_code'],
  probe: ['component', 'endpoint', 'status', 'ok', 'error', 'failing_checks'],
  sample: ['name', 'labels', 'value', 'reset'],
  snapshot: ['model', 'agent_id'],
  log: ['level', 'message'],
  gap: ['reason', 'length'],
} as const satisfies Record<EventKind, readonly string[]>;

const titles: Record<EventKind, (cells: Cells) => string> = {
  request: (cells) =>
    words(
      text(cells.method),
      text(cells.route) || text(cells.path),
      after('-> ', text(cells.status)),
      text(cells.error_code),
      cells.retry_after_s === null || cells.retry_after_s === undefined
        ? ''
        : `(retry after ${text(cells.retry_after_s)} s)`,
    ),
  audit: (cells) =>
    words(
      text(cells.action),
      cells.resource_id === null ? '' : `${text(cells.resource_kind)}:${text(cells.resource_id)}`,
      actor(cells),
      text(cells.outcome) === 'success' || cells.outcome === null ? '' : `-> ${text(cells.outcome)}`,
      text(cells.reason_code),
      after('- ', text(cells.reason_message)),
    ),
  job: (cells) =>
    words(
      text(cells.type) || 'job',
      after('job:', text(cells.id)),
      after('-> ', text(cells.state)),
      text(cells.error_code),
      cells.attempt === null
        ? ''
        : `(attempt ${text(cells.attempt)}${cells.max_attempts === null ? '' : ` of ${text(cells.max_attempts)}`})`,
    ),
  attempt: (cells) =>
    words(
      'attempt',
      text(cells.attempt),
      after('of job:', text(cells.job_id)),
      after('-> ', text(cells.outcome)),
      text(cells.error_code),
      after('on ', text(cells.worker)),
    ),
  call: (cells) =>
    words(
      text(cells.op) || 'call',
      after('for job:', text(cells.job_id)),
      after('-> ', text(cells.outcome)),
      text(cells.error_code),
    ),
  probe: (cells) =>
    words(
      text(cells.component),
      text(cells.endpoint),
      '->',
      text(cells.status) || 'no answer',
      text(cells.error),
      failingChecks(text(cells.failing_checks)),
    ),
  sample: (cells) =>
    words(
      `${text(cells.name)}${labelsOf(text(cells.labels))}`,
      text(cells.value),
      Number(cells.reset) === 1 ? '(counter reset)' : '',
    ),
  snapshot: (cells) => words('snapshot', text(cells.model), after('of agent:', text(cells.agent_id))),
  log: (cells) => words(text(cells.level), text(cells.message)),
  gap: (cells) =>
    words(
      'unreadable:',
      text(cells.reason).replaceAll('_', ' '),
      cells.length === undefined ? '' : `(${text(cells.length)} bytes)`,
    ),
};

export const titleOf = (kind: EventKind, cells: Cells): string => titles[kind](cells);
