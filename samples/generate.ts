/**
 * Writes the sample incidents from what they inject: `node samples/generate.ts`; with `--check` it compares instead.
 * A folder's README.md is written by hand and kept; so are the answers in `expected/`, which no program's output ever updates.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agentScope } from './simulator/agent-scope.ts';
import { healthy } from './simulator/healthy.ts';
import { play, type Scenario } from './simulator/scenario.ts';

export const scenarios: readonly Scenario[] = [agentScope, healthy];

const story = 'README.md';
const folderOf = (scenario: Scenario): string => join(import.meta.dirname, scenario.name);

/** The evidence of a scenario by its path in the folder, its story included in the manifest only. */
export function generate(scenario: Scenario): ReadonlyMap<string, string> {
  const text = readFileSync(join(folderOf(scenario), story), 'utf8');
  return play(scenario, new Map([[story, text]]));
}

/** The evidence that lies in the folder, by path. */
export function committed(scenario: Scenario): ReadonlyMap<string, string> {
  const folder = folderOf(scenario);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return new Map(
    paths.filter((path) => path !== story).map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

/** Paths whose bytes differ between the two, in order. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => a.get(path) !== b.get(path)).sort();
}

function write(scenario: Scenario, members: ReadonlyMap<string, string>): void {
  const folder = folderOf(scenario);
  for (const entry of readdirSync(folder)) if (entry !== story) rmSync(join(folder, entry), { recursive: true });
  for (const [path, text] of members) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function main(check: boolean): void {
  for (const scenario of scenarios) {
    const members = generate(scenario);
    if (!check) write(scenario, members);
    const stale = check ? differences(members, committed(scenario)) : [];
    for (const path of stale)
      process.stderr.write(`samples/${scenario.name}/${path}: not what samples/generate.ts writes\n`);
    if (stale.length > 0) process.exitCode = 1;
  }
}

if (import.meta.main) main(process.argv.includes('--check'));
