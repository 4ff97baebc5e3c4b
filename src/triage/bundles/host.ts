/** The host against what was asked of it: tuning, doctor, and what the kernel said of the process. */
import type { Json } from '../../base/json.ts';
import type { DocumentRow } from '../../evidence/index.ts';
import { itemsAt, listed, type Statement, textAt } from './statement.ts';

/** A line of `/proc/<pid>/status`; null where the text has none of that name. */
function procLine(status: string | null, name: string): string | null {
  for (const line of status?.split('\n') ?? [])
    if (line.startsWith(`${name}:`)) return line.slice(name.length + 1).trim();
  return null;
}

interface Requested {
  readonly name: string;
  readonly requested: string;
  readonly applied: string | null;
  readonly state: string;
  readonly reason: string | null;
}

const requestedIn = (body: Json | undefined): readonly Requested[] =>
  itemsAt(body, 'items').map((item) => ({
    name: textAt(item, 'name') ?? '?',
    requested: textAt(item, 'requested') ?? '?',
    applied: textAt(item, 'applied'),
    state: textAt(item, 'state') ?? '?',
    reason: textAt(item, 'reason'),
  }));

const itemText = ({ name, requested, applied, state, reason }: Requested): string =>
  `${name} ${state}: asked for ${requested}, has ${applied ?? 'nothing'}${reason === null ? '' : ` (${reason})`}`;

/** What the kernel's own words say against an item that is told as applied; null where they say nothing. */
function contradiction(item: Requested, status: string | null): string | null {
  if (item.state !== 'applied' || item.requested === 'false') return null;
  if (/mem(?:ory)?[-_ ]?lock|mlock/i.test(item.name)) {
    const locked = procLine(status, 'VmLck');
    return locked !== null && /^0\s/.test(locked) ? `${item.name} is told as applied, but VmLck is ${locked}` : null;
  }
  if (/pin/i.test(item.name) && /^[\d,-]+$/.test(item.requested)) {
    const allowed = procLine(status, 'Cpus_allowed_list');
    return allowed !== null && allowed !== item.requested
      ? `${item.name} is told as applied for ${item.requested}, but Cpus_allowed_list is ${allowed}`
      : null;
  }
  return null;
}

export function hostStatements(
  documents: readonly DocumentRow[],
  environment: DocumentRow | null,
): readonly Statement[] {
  const topic = 'host';
  const status = textAt(environment?.body, 'proc_status');
  const statements: Statement[] = [];
  for (const { kind, body, ref, shape } of documents) {
    if (shape !== 'recognised') continue;
    if (kind === 'tuning') {
      const items = requestedIn(body);
      const profile = textAt(body, 'profile') ?? '?';
      const open = items.filter(({ state }) => state !== 'applied');
      const against = items.flatMap((item) => contradiction(item, status) ?? []);
      statements.push({
        topic,
        mark: open.length > 0 ? 'bad' : 'good',
        text: `tuning profile ${profile}: ${
          open.length === 0 ? `all of ${items.length} items applied` : listed(open.map(itemText))
        }`,
        ref,
      });
      for (const text of against) statements.push({ topic, mark: 'bad', text, ref: environment?.ref ?? ref });
    }
    if (kind === 'doctor') {
      const checks = itemsAt(body, 'checks');
      const open = checks.filter((check) => textAt(check, 'status') !== 'ok');
      const text = open.map((check) => {
        const [observed, required] = [textAt(check, 'observed'), textAt(check, 'required')];
        const values = observed === null && required === null ? '' : `, has ${observed ?? '?'} of ${required ?? '?'}`;
        return `${textAt(check, 'name') ?? '?'} ${textAt(check, 'status') ?? '?'}${values}`;
      });
      statements.push({
        topic,
        mark: open.length > 0 || textAt(body, 'ready') !== 'true' ? 'bad' : 'good',
        text: `doctor: ${textAt(body, 'ready') === 'true' ? 'ready' : 'not ready'}, ${
          open.length === 0 ? `all of ${checks.length} checks ok` : listed(text)
        }`,
        ref,
      });
    }
  }
  const seen = ['State', 'VmLck', 'Cpus_allowed_list', 'Threads'].flatMap((name) => {
    const value = procLine(status, name);
    return value === null ? [] : [`${name} ${value}`];
  });
  if (environment !== null && seen.length > 0)
    statements.push({ topic, mark: 'plain', text: `the kernel said: ${seen.join(', ')}`, ref: environment.ref });
  if (!documents.some(({ kind }) => kind === 'tuning'))
    statements.push({
      topic,
      mark: 'doubt',
      text: 'what was asked of the host is not known: no tuning.json',
      ref: null,
    });
  return statements;
}
