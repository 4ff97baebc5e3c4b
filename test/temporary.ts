/** A folder for the files that a test file makes. `setup.ts` removes it when they have all been asked about. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | null = null;

export function temporaryRoot(): string {
  root ??= mkdtempSync(join(tmpdir(), 'inquest-test-'));
  return root;
}

export function removeTemporary(): void {
  if (root !== null) rmSync(root, { recursive: true, force: true });
  root = null;
}
