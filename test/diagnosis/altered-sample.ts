import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CaseReader, openIncident } from '../../src/case/index.ts';

export type Record_ = Record<string, unknown>;

/** Changes to a copy of a sample: whole files by name, or each record of an NDJSON file (null drops it). */
export interface Alteration {
  readonly drop?: readonly string[];
  readonly state?: (state: Record<string, unknown>) => void;
  /** Text put at the end of a file, as it is. */
  readonly append?: Readonly<Record<string, string>>;
  readonly records?: Readonly<Record<string, (record: Record_, index: number) => Record_ | null>>;
}

export interface OpenSample {
  readonly reader: CaseReader;
  readonly folder: string;
  close(): void;
}

/** Opens a copy of a sample with some evidence altered. The manifest goes: its digests would be wrong. */
export async function openAltered(sample: string, alteration: Alteration = {}): Promise<OpenSample> {
  const folder = mkdtempSync(join(tmpdir(), 'inquest-altered-'));
  const archive = join(folder, 'archive');
  cpSync(new URL(`../../samples/${sample}`, import.meta.url), archive, { recursive: true });
  const altered = Object.keys(alteration).length > 0;
  for (const file of [...(altered ? ['manifest.json'] : []), ...(alteration.drop ?? [])]) {
    rmSync(join(archive, file), { recursive: true, force: true });
  }
  if (alteration.state !== undefined) {
    const state = JSON.parse(readFileSync(join(archive, 'state.json'), 'utf8'));
    alteration.state(state);
    writeFileSync(join(archive, 'state.json'), JSON.stringify(state));
  }
  for (const [file, change] of Object.entries(alteration.records ?? {})) {
    const lines = readFileSync(join(archive, file), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    const kept = lines.flatMap((line, index) => {
      const record = change(JSON.parse(line), index);
      return record === null ? [] : [JSON.stringify(record)];
    });
    writeFileSync(join(archive, file), `${kept.join('\n')}\n`);
  }
  for (const [file, text] of Object.entries(alteration.append ?? {})) appendFileSync(join(archive, file), text);
  const opened = await openIncident([archive], { dataDir: join(folder, 'data') });
  if (!opened.ok) throw new Error(`${opened.error.what}: ${opened.error.why}`);
  return {
    reader: opened.value,
    folder,
    close() {
      opened.value.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
