import { compareText } from '../../base/order.ts';
import type { MetricMapping } from './dialect.ts';
import { compilePattern } from './pattern.ts';

export interface MetricMeaning {
  readonly role: string;
  /** Source label: contract label; null where labels keep their names. */
  readonly labels: ReadonlyMap<string, string> | null;
  readonly table: number;
}

const knownMax = 65_536;

/** What a metric counts, by its name. Earlier tables first; the first that fits decides. */
export function compileMetrics(tables: readonly (readonly MetricMapping[])[]): (name: string) => MetricMeaning | null {
  const tests = tables.flatMap((metrics, table) =>
    metrics.map(({ role, name, like, labels }) => {
      const pattern = like === undefined ? null : compilePattern(like);
      if (pattern !== null && !pattern.ok) throw new TypeError(`pattern ${like}: ${pattern.error}`);
      const fits = (metric: string): boolean =>
        (name === undefined || metric === name) && (pattern === null || pattern.value.test(metric));
      const renamed = Object.entries(labels ?? {});
      const meaning: MetricMeaning = { role, labels: renamed.length === 0 ? null : new Map(renamed), table };
      return { fits, meaning };
    }),
  );
  const known = new Map<string, MetricMeaning | null>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const meaning = tests.find(({ fits }) => fits(name))?.meaning ?? null;
    if (known.size < knownMax) known.set(name, meaning);
    return meaning;
  };
}

/** Labels under the contract's names, sorted. Of two that get one name the renamed one stands. */
export function renameLabels(
  labels: Readonly<Record<string, string>>,
  names: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const renamed = new Map<string, string>();
  for (const [name, value] of Object.entries(labels)) if (!names.has(name)) renamed.set(name, value);
  for (const [name, value] of Object.entries(labels)) {
    const to = names.get(name);
    if (to !== undefined) renamed.set(to, value);
  }
  return Object.fromEntries([...renamed].sort(([a], [b]) => compareText(a, b)));
}
