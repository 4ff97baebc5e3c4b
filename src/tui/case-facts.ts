/** What a case holds, as the screens need it before anything is diagnosed. */

import type { Micros } from '../base/time.ts';
import type { EvidenceKind } from '../base/vocabulary.ts';
import type { BundleOverview } from '../diagnosis/index.ts';
import type { CaseReader } from '../timeline/index.ts';

import { safeText } from './safe-text.ts';

export interface CaseFacts {
  /** Base names of the archives, safe to print. */
  readonly name: string;
  readonly span: { readonly from: Micros; readonly to: Micros } | null;
  readonly hosts: number;
  readonly events: number;
  readonly members: number;
  /** Records that could not be read, and members that are not what they should be. */
  readonly damage: number;
  readonly notCaptured: readonly EvidenceKind[];
  /** Where the archive holds runtime directories and nothing of the control plane. */
  readonly bundles: BundleOverview | null;
}

/** What reads a bundle is loaded where there may be nothing else to read: the first screen does not wait for it. */
async function bundlesIn(reader: CaseReader): Promise<BundleOverview | null> {
  const absent = reader.notCaptured();
  const isAlone = absent.includes('requests') && absent.includes('audit');
  if (!isAlone || !reader.members().some(({ kind }) => kind === 'incident-bundle')) return null;
  const { bundleOverview } = await import('../diagnosis/index.ts');
  return bundleOverview(reader);
}

export async function caseFacts(reader: CaseReader): Promise<CaseFacts> {
  const totals = reader.totals();
  const damage = reader.damage();
  const hosts = new Set(reader.members().flatMap((member) => (member.host === null ? [] : [member.host])));
  return {
    name: reader.archives.map((archive) => safeText(archive.name)).join(' + '),
    span: reader.span(),
    hosts: hosts.size,
    events: totals.events,
    members: totals.members,
    damage: damage.gaps + damage.problems.length,
    notCaptured: reader.notCaptured(),
    bundles: await bundlesIn(reader),
  };
}
