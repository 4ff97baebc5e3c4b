import { isObject } from '../../base/json.ts';
import type { Check } from './check.ts';
import { folderOf } from './specs.ts';

const required = ['spec.kv', 'spec_validation.json', 'runtime.json', 'policy_audit.json', 'environment.json'] as const;
const conditional = ['runtime_config.txt', 'single_ring_snapshot.json', 'lane_graph_state.json'] as const;
const all: readonly string[] = [...required, ...conditional];

const nameOf = (path: string): string => path.slice(folderOf(path).length);

/** A folder with two files of a bundle is taken for one; a lone file may have been taken out of its own. */
export const checkBundles: Check = ({ members }, tally) => {
  const folders = new Map<string, { readonly names: string[]; readonly ref: string }>();
  for (const { path, bytes } of members) {
    const name = nameOf(path);
    if (!all.includes(name)) continue;
    const folder = folders.get(folderOf(path));
    if (folder === undefined) folders.set(folderOf(path), { names: [name], ref: `${path}@0+${bytes}` });
    else folder.names.push(name);
  }
  for (const { names, ref } of folders.values()) {
    if (names.length < 2) continue;
    const missing = required.filter((name) => !names.includes(name));
    if (missing.length === 0) tally.good();
    else tally.failed(ref, `the bundle lacks ${missing.join(', ')}`);
  }
};

const explained: Readonly<Record<string, string>> = {
  truncated: 'the file is shorter than its header says',
  header_cut: 'the file ends before its positions',
  gate_ahead: 'a gate is ahead of the cursor',
  bad_segment: 'a segment is longer than its buffer, or none is active',
};

export const checkRegions: Check = ({ rows }, tally) => {
  for (const { ref, body } of rows('document', { equals: { kind: 'regions' } })) {
    const problems = isObject(body) && Array.isArray(body.problems) ? (body.problems as readonly string[]) : [];
    const told = problems.flatMap((problem) => explained[problem] ?? []);
    if (told.length > 0) tally.failed(ref, told.join('; '));
    else if (!isObject(body) || body.layout === undefined) tally.unknown(ref, 'layout not recognised');
    else tally.good();
  }
};
