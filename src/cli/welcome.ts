/** What a person sees who gave no argument. */
import { exitCodes } from './exit-codes.ts';
import { writeOut } from './output.ts';
import { formatBytes } from './progress.ts';

const recent = 5;

export async function welcome(): Promise<number> {
  const { samples } = await import('./samples.ts');
  const { storedCases } = await import('./cases.ts');
  const { formatMillis } = await import('../base/time.ts');
  const shipped = samples();
  const width = Math.max(0, ...shipped.map((one) => one.name.length));
  const cases = storedCases().slice(0, recent);
  const lines = [
    'inquest finds out why a deployment failed: it reads an incident archive offline, puts its',
    'events in order, and tests each suspected cause by a deterministic dry-run replay.',
    '',
    'Open an archive (a folder, .tar, .tar.gz, .tar.zst, .zip, or a single evidence file):',
    '',
    '  inquest incident.tar.gz                  the terminal UI; in a pipe, the diagnosis as text',
    '  inquest diagnose incident.tar.gz         the diagnosis as text, --json as JSON',
    '  inquest --help                           all commands',
    '',
    ...(shipped.length === 0
      ? []
      : [
          'Samples (inquest sample NAME -o DIR writes one):',
          '',
          ...shipped.map((one) => `  ${one.name.padEnd(width)}  ${one.title}`),
          '',
        ]),
    ...(cases.length === 0
      ? ['No case was opened yet.']
      : [
          'Recent cases (they open like archives):',
          '',
          ...cases.map(
            (one) =>
              `  ${one.digest.slice(0, 15)}  ${formatMillis(Math.floor(one.touchedMs / 1_000) * 1_000)}  ${formatBytes(one.bytes).padStart(9)}`,
          ),
        ]),
  ];
  await writeOut(`${lines.join('\n')}\n`);
  return exitCodes.done;
}
