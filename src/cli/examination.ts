/** What `doctor` looks at: the machine, not the evidence. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { dataFolder, makeFolder } from '../case/index.ts';
import { storedCases } from './cases.ts';
import type { DoctorDocument } from './documents/doctor-document.ts';
import { version } from './version.ts';

function sqliteVersion(): string | null {
  try {
    const db = new Database(':memory:');
    const found = db.prepare('SELECT sqlite_version()').pluck().get();
    db.close();
    return String(found);
  } catch {
    return null;
  }
}

function isWritable(folder: string): boolean {
  const probe = join(folder, `.inquest-doctor-${process.pid}`);
  try {
    makeFolder(folder, 0o700);
    writeFileSync(probe, '', { mode: 0o600 });
    rmSync(probe);
    return true;
  } catch {
    return false;
  }
}

/** The newer permission models know the network; where they do not, the entry takes its functions away. */
function wall(): DoctorDocument['wall'] {
  const permission = process.permission as { has: (scope: string, reference?: string) => boolean } | undefined;
  const denied = (scope: string): boolean => permission !== undefined && !permission.has(scope);
  // The launcher takes it away together with the rest of the network.
  const replaced = !('fetch' in globalThis);
  const knowsNetwork = process.allowedNodeEnvironmentFlags.has('--allow-net');
  return {
    files: denied('fs.write') ? 'permission model' : 'none',
    processes: denied('child') ? 'permission model' : 'none',
    network: knowsNetwork && denied('net') ? 'permission model' : replaced ? 'functions replaced' : 'none',
  };
}

export function examine(): DoctorDocument {
  const cases = storedCases();
  const { stdin, stdout, env } = process;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    format: 'inquest-doctor',
    version: 1,
    program: version,
    node: process.versions.node,
    sqlite: sqliteVersion(),
    platform: `${process.platform} ${process.arch}`,
    data: {
      path: dataFolder(),
      writable: isWritable(dataFolder()),
      cases: cases.length,
      bytes: cases.reduce((sum, one) => sum + one.bytes, 0),
    },
    wall: wall(),
    terminal: {
      standard_input: stdin.isTTY === true,
      standard_output: stdout.isTTY === true,
      columns: stdout.isTTY === true ? stdout.columns : null,
      rows: stdout.isTTY === true ? stdout.rows : null,
      term: env.TERM ?? null,
      colors: stdout.isTTY === true && (env.NO_COLOR ?? '') === '' ? 2 ** stdout.getColorDepth() : 2,
      unicode: /utf-?8/i.test(locale) || process.platform === 'darwin',
    },
  };
}
