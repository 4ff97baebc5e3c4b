/** bundles/: what the runtime directories of agents tell by themselves, where nothing of the control plane is there. */
export { type BundleOverview, type BundleView, bundleOverview } from './overview.ts';
export type { Mark, Statement, Topic } from './statement.ts';
