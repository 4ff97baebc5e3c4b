/** What the files of one bundle say, as sentences. */
import { isObject, type Json } from '../../base/json.ts';
import type { CheckResult, MemberRow } from '../../case/index.ts';
import type { DocumentRow, SnapshotRow } from '../../evidence/index.ts';
import { hostStatements } from './host.ts';
import { snapshotStatements } from './snapshots.ts';
import { at, itemsAt, listed, type Statement, type Topic, textAt } from './statement.ts';

export interface Bundle {
  readonly documents: readonly DocumentRow[];
  readonly snapshots: readonly SnapshotRow[];
}

/** What a case knows of its members besides their records. */
export interface Known {
  readonly members: ReadonlyMap<string, MemberRow>;
  readonly results: readonly CheckResult[];
}

export const memberOf = (ref: string): string => ref.slice(0, ref.lastIndexOf('@'));
export const fileOf = ({ documents }: Bundle, name: string): DocumentRow | null =>
  documents.find((row) => row.kind === 'incident-bundle' && row.name === name) ?? null;

export function statementsOf(bundle: Bundle, known: Known): readonly Statement[] {
  const environment = fileOf(bundle, 'environment.json');
  return [
    ...fileStatements(bundle, known),
    ...validation(fileOf(bundle, 'spec_validation.json')),
    ...specStatements(bundle, known),
    ...policy(fileOf(bundle, 'policy_audit.json')),
    ...environmentStatements(environment, fileOf(bundle, 'runtime.json'), fileOf(bundle, 'policy_audit.json')),
    ...hostStatements(bundle.documents, environment),
    ...snapshotStatements(bundle.snapshots),
    ...audits(bundle, known),
    ...approvals(bundle, known),
  ];
}

const mayBeRead = (row: DocumentRow | null): row is DocumentRow => row !== null && row.shape === 'recognised';

/** Missing files, and shapes that are not those that are public. */
function fileStatements({ documents }: Bundle, { results }: Known): readonly Statement[] {
  const topic = 'files';
  const paths = new Set(documents.map(({ ref }) => memberOf(ref)));
  const incomplete = results.filter(({ check, path }) => check === 'bundle_files' && paths.has(path));
  const strange = documents.filter(({ shape }) => shape !== 'recognised');
  const [first] = strange;
  return [
    ...incomplete.map(({ why, ref }): Statement => ({ topic, mark: 'bad', text: why, ref })),
    ...(first === undefined
      ? []
      : [
          {
            topic,
            mark: 'doubt',
            text: `shape not recognised, kept as it is: ${listed(strange.map(({ name }) => name ?? '?'))}`,
            ref: first.ref,
          } as const,
        ]),
  ];
}

function validation(row: DocumentRow | null): readonly Statement[] {
  if (!mayBeRead(row)) return [];
  const { body, ref } = row;
  return at(body, 'ok') === true
    ? [{ topic: 'validation', mark: 'good', text: `valid: ${textAt(body, 'description') ?? 'no description'}`, ref }]
    : [
        {
          topic: 'validation',
          mark: 'bad',
          text: `not valid: ${textAt(body, 'error') ?? 'no reason told'}. The specification is at fault, not yet the runtime`,
          ref,
        },
      ];
}

function specStatements(bundle: Bundle, { members }: Known): readonly Statement[] {
  const row = fileOf(bundle, 'spec.kv') ?? bundle.documents.find(({ body }) => textAt(body, 'format') === 'kv/v1');
  if (row === undefined || row === null) return [];
  const { body, ref } = row;
  const topic = 'spec';
  const keys = itemsAt(body, 'pairs').map((pair) => (Array.isArray(pair) ? textOf(pair[0] as Json) : ''));
  const count = (pattern: RegExp): number => new Set(keys.flatMap((key) => pattern.exec(key)?.[1] ?? [])).size;
  const stages = count(/^(?:single_ring|pipeline)\.stages\.(\d+)\./);
  const parts = [
    ...(stages > 0 ? [`${stages} stages`] : []),
    ...(['lanes', 'roles'] as const).flatMap((what) => {
      const found = count(new RegExp(`^lane_graph\\.${what}\\.(\\d+)\\.`));
      return found > 0 ? [`${found} ${what}`] : [];
    }),
  ];
  const model = textAt(body, 'model');
  const audited = textAt(fileOf(bundle, 'policy_audit.json')?.body, 'spec', 'model');
  const sha256 = members.get(memberOf(ref))?.sha256;
  const notes = itemsAt(body, 'notes').map((note) => textOf(note).replaceAll('_', ' '));
  return [
    { topic, mark: 'plain', text: `${[model ?? 'of a model that is not known', ...parts].join(', ')}`, ref },
    ...(sha256 === undefined
      ? []
      : [{ topic, mark: 'plain', text: `recomputed over its bytes: sha256:${sha256}`, ref } as const]),
    ...(notes.length === 0
      ? []
      : [{ topic, mark: 'doubt', text: `written otherwise than the encoder writes: ${listed(notes)}`, ref } as const]),
    ...(model !== null && audited !== null && audited !== model
      ? [{ topic, mark: 'bad', text: `the policy audit speaks of ${audited}, spec.kv of ${model}`, ref } as const]
      : []),
  ];
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function policy(row: DocumentRow | null): readonly Statement[] {
  if (!mayBeRead(row)) return [];
  const { body, ref } = row;
  const topic = 'policy';
  const isOk = at(body, 'ok') === true;
  const decisions = itemsAt(body, 'decisions').filter((item) => !/^allow$/i.test(textAt(item, 'decision') ?? ''));
  return [
    {
      topic,
      mark: isOk ? 'plain' : 'bad',
      text: isOk
        ? `mode ${textAt(body, 'mode') ?? '?'}, on a failing stage ${textAt(body, 'stage_failure_policy') ?? '?'}, waits by ${textAt(body, 'wait') ?? 'what is not told'}`
        : `not ok: ${textAt(body, 'error') ?? 'no reason told'}`,
      ref,
    },
    ...(at(body, 'enforced') === true
      ? []
      : [{ topic, mark: 'doubt', text: 'the policy was not enforced', ref } as const]),
    ...(decisions.length === 0
      ? []
      : [
          {
            topic,
            mark: 'doubt',
            text: `not allowed: ${listed(
              decisions.map((item) => `${textAt(item, 'stage') ?? '?'} ${textAt(item, 'decision') ?? '?'}`),
            )}`,
            ref,
          } as const,
        ]),
  ];
}

/** Names of the environment that decide how the runtime speaks to the outside. */
const telling = /^BYTEOR_(?:AGENT_ID|API_BASE_URL|ENVIRONMENT|PROJECT|HTTP_POST_\w+|ACTION_\w+|EXEC_ALLOWLIST)$/;
const connected = ['BYTEOR_API_BASE_URL', 'BYTEOR_AGENT_ID', 'BYTEOR_AGENT_API_KEY'];

export function variablesOf(row: DocumentRow | null): ReadonlyMap<string, string> {
  return new Map(
    itemsAt(row?.body, 'env').flatMap((pair): (readonly [string, string])[] =>
      Array.isArray(pair) && typeof pair[0] === 'string' ? [[pair[0], textOf(pair[1] as Json)]] : [],
    ),
  );
}

function environmentStatements(
  row: DocumentRow | null,
  runtime: DocumentRow | null,
  audit: DocumentRow | null,
): readonly Statement[] {
  const topic = 'environment';
  const statements: Statement[] = [];
  const crate = (found: DocumentRow | null, key: string): string | null => {
    const [name, version] = ['name', 'version'].map(
      (part) => textAt(found?.body, key, part) ?? textAt(found?.body, `${key}.${part}`),
    );
    return name === null || version === null ? null : `${name} ${version}`;
  };
  const [ran, audited] = [crate(runtime, 'crate'), crate(audit, 'runtime_crate')];
  if (ran !== null && runtime !== null) statements.push({ topic, mark: 'plain', text: ran, ref: runtime.ref });
  if (ran !== null && audited !== null && ran !== audited && audit !== null)
    statements.push({ topic, mark: 'bad', text: `the policy audit was written by ${audited}`, ref: audit.ref });
  if (!mayBeRead(row)) return statements;
  const { body, ref } = row;
  const args = itemsAt(body, 'args').map(textOf);
  statements.push({
    topic,
    mark: 'plain',
    text: `process ${textAt(body, 'pid') ?? '?'} in ${textAt(body, 'cwd') ?? '?'}: ${args.slice(0, 12).join(' ')}`,
    ref,
  });
  const variables = variablesOf(row);
  const shown = [...variables].flatMap(([name, value]) => (telling.test(name) ? [`${name}=${value}`] : []));
  if (shown.length > 0) statements.push({ topic, mark: 'plain', text: listed(shown), ref });
  const unset = connected.filter((name) => (variables.get(name) ?? '') === '');
  statements.push(
    unset.length === 0
      ? { topic, mark: 'good', text: 'it may refresh its signing keys: address, agent and key are set', ref }
      : {
          topic,
          mark: 'doubt',
          text: `it cannot refresh its signing keys: ${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set`,
          ref,
        },
  );
  return statements;
}

/** What a check of this record came to. */
function checked(
  row: DocumentRow,
  check: CheckResult['check'],
  good: string,
  topic: Topic,
  { results }: Known,
): Statement {
  const result = results.find((one) => one.check === check && one.ref === row.ref);
  if (result === undefined) return { topic, mark: 'good', text: good, ref: row.ref };
  return result.result === 'failed'
    ? { topic, mark: 'bad', text: result.why, ref: row.ref }
    : { topic, mark: 'doubt', text: `not checkable: ${result.why}`, ref: row.ref };
}

function audits({ documents }: Bundle, known: Known): readonly Statement[] {
  const topic = 'replay';
  return documents
    .filter((row) => row.kind === 'replay-audit' && row.shape === 'recognised')
    .flatMap((row) => {
      const { body, ref } = row;
      const held = new Map<string, number>();
      for (const action of itemsAt(body, 'actions')) {
        const decision = textAt(action, 'decision') ?? '?';
        held.set(decision, (held.get(decision) ?? 0) + 1);
      }
      const decisions = [...held].map(([decision, count]) => `${count} ${decision}`);
      return [
        {
          topic,
          mark: 'plain',
          text: `${textAt(body, 'policy', 'mode') ?? '?'} in ${textAt(body, 'policy', 'env') ?? '?'}, the last ${textAt(body, 'input', 'last_n') ?? '?'} of ${textAt(body, 'input', 'journal_lane') ?? '?'}: ${decisions.length === 0 ? 'no action' : listed(decisions)}`,
          ref,
        } as const,
        checked(row, 'spec_digest', 'it names this specification', topic, known),
      ];
    });
}

function approvals({ documents }: Bundle, known: Known): readonly Statement[] {
  const topic = 'approval';
  return documents
    .filter((row) => row.kind === 'approval-credential' && isObject(row.body))
    .flatMap((row) => {
      const payload = at(row.body, 'payload');
      return [
        {
          topic,
          mark: 'plain',
          text: `${textAt(payload, 'approval_id') ?? '?'} for ${textAt(payload, 'environment_posture') ?? '?'}, by ${textAt(payload, 'issued_by') ?? '?'}, until ${textAt(payload, 'expires_at') ?? '?'}`,
          ref: row.ref,
        } as const,
        checked(row, 'spec_digest', 'it covers this specification', topic, known),
        checked(row, 'approval_signature', 'its signature is that of the key it names', topic, known),
      ];
    });
}
