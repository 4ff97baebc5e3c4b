/** Archives to measure with: made once, kept in a folder that git ignores, made again when what makes them has changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { auditLines, type Trail } from './audit-lines.ts';

const makers = ['archive.ts', 'audit-lines.ts', 'vocabulary.ts', '../../samples/simulator/random.ts'];
const pieceChars = 1 << 20;

function versionOf(trail: Trail): string {
  const hash = createHash('sha256').update(trail.seed);
  if (trail.style !== undefined) hash.update(JSON.stringify(trail.style));
  for (const file of makers) hash.update(readFileSync(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

async function writeLines(trail: Trail, path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    let piece = '';
    for (const line of auditLines(trail)) {
      piece += `${line}\n`;
      if (piece.length < pieceChars) continue;
      await file.write(piece);
      piece = '';
    }
    await file.write(piece);
  } finally {
    await file.close();
  }
}

/** The trail as a plain file, for programs that open no archive. */
export async function trailFile(folder: string, trail: Trail): Promise<string> {
  const file = join(folder, `audit-${trail.lines}-${versionOf(trail)}.ndjson`);
  if (existsSync(file)) return file;
  const work = `${file}.${process.pid}`;
  await writeLines(trail, work);
  renameSync(work, file);
  return file;
}

/** Path of the `.tar.gz` that holds the trail as `audit.ndjson`; its bytes hang on the trail alone. */
export async function trailArchive(folder: string, trail: Trail): Promise<string> {
  const name = `audit-${trail.lines}-${versionOf(trail)}`;
  const archive = join(folder, `${name}.tar.gz`);
  if (existsSync(archive)) return archive;
  const work = join(folder, `${name}.${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    await writeLines(trail, join(work, 'audit.ndjson'));
    const whole = join(work, 'archive.tar.gz');
    await create({ file: whole, gzip: { level: 6 }, cwd: work, portable: true, mtime: new Date(0) }, ['audit.ndjson']);
    renameSync(whole, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return archive;
}
