import { controlPlaneKinds, type EvidenceKind } from '../../base/vocabulary.ts';
import type { CaseReader } from '../../case/index.ts';
import type { DocumentRow, SnapshotRow } from '../../evidence/index.ts';
import { type Bundle, fileOf, type Known, memberOf, statementsOf, variablesOf } from './read.ts';
import type { Statement } from './statement.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** One runtime directory, with what lies beside it for the same agent. */
export interface BundleView {
  /** The agent by the archive's paths, else by the process's own environment. */
  readonly agent: string | null;
  readonly folder: string;
  readonly statements: readonly Statement[];
}

export interface BundleOverview {
  readonly bundles: readonly BundleView[];
  /** A list to send to the person who can export it. */
  readonly wanted: readonly Wanted[];
}

/** So many are told one by one. */
const bundlesMax = 32;

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** What an archive of runtime directories tells; null where it holds none, or holds evidence of the control plane. */
export function bundleOverview(reader: CaseReader): BundleOverview | null {
  const members = reader.members();
  const there = new Set<EvidenceKind>(members.flatMap(({ kind, records }) => (records > 0 ? [kind] : [])));
  if (!there.has('incident-bundle') || controlPlaneKinds.some((kind) => there.has(kind))) return null;
  const known: Known = {
    members: new Map(members.map((member) => [member.path, member])),
    results: reader.checks().results,
  };
  const bundles = bundlesIn(
    [...reader.rows('document')],
    [...reader.placed('snapshot')].map(({ row }) => row),
  );
  const files = new Set(
    bundles.flatMap(({ documents }) =>
      documents.flatMap(({ kind, name }) => (kind === 'incident-bundle' && name !== null ? [name] : [])),
    ),
  );
  return {
    bundles: bundles.slice(0, bundlesMax).map((bundle) => viewOf(bundle, known)),
    wanted: wantedOf((kind) => there.has(kind), files),
  };
}

/** By agent; a directory of no known agent stands for itself, and takes what else is of no agent when it is the only one. */
function bundlesIn(documents: readonly DocumentRow[], snapshots: readonly SnapshotRow[]): readonly Bundle[] {
  const found = new Map<string, { documents: DocumentRow[]; snapshots: SnapshotRow[] }>();
  const keyOf = (agent: string | null, ref: string): string =>
    agent === null ? `in:${folderOf(memberOf(ref))}` : `of:${agent}`;
  for (const row of documents) {
    if (row.kind !== 'incident-bundle') continue;
    const key = keyOf(row.agent_id, row.ref);
    const known = found.get(key);
    if (known === undefined) found.set(key, { documents: [row], snapshots: [] });
    else known.documents.push(row);
  }
  const [only] = found.size === 1 ? [...found.values()] : [];
  for (const row of documents)
    if (row.kind !== 'incident-bundle') (found.get(keyOf(row.agent_id, row.ref)) ?? only)?.documents.push(row);
  for (const row of snapshots) (found.get(keyOf(row.agent_id, row.ref)) ?? only)?.snapshots.push(row);
  return [...found.values()];
}

function viewOf(bundle: Bundle, known: Known): BundleView {
  const [first] = bundle.documents;
  const named = variablesOf(fileOf(bundle, 'environment.json')).get('BYTEOR_AGENT_ID') ?? null;
  return {
    agent: first?.agent_id ?? named,
    folder: first === undefined ? '' : folderOf(memberOf(first.ref)),
    statements: statementsOf(bundle, known),
  };
}
