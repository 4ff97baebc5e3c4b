import { escapeTerminal } from '../base/escape/terminal.ts';
import { counted } from '../report/index.ts';
import type { DoctorDocument } from './documents/doctor-document.ts';
import { formatBytes } from './progress.ts';

const yes = (value: boolean): string => (value ? 'yes' : 'no');

export function doctorText(found: DoctorDocument): string {
  const { data, terminal, wall } = found;
  const size = terminal.columns === null ? '' : `, ${terminal.columns}x${terminal.rows}`;
  const rows: readonly (readonly [string, string])[] = [
    ['inquest', found.program],
    ['Node', `${found.node} on ${found.platform}`],
    ['SQLite', found.sqlite ?? 'MISSING: better-sqlite3 does not load on this Node'],
    [
      'data directory',
      `${escapeTerminal(data.path)}${data.writable ? '' : ' NOT WRITABLE: set INQUEST_DATA to a folder that is'}`,
    ],
    ['cases', `${counted(data.cases, 'case')}, ${formatBytes(data.bytes)}`],
    ['wall: writing', wall.files],
    ['wall: processes', wall.processes],
    ['wall: network', wall.network],
    ['terminal in, out', `${yes(terminal.standard_input)}, ${yes(terminal.standard_output)}${size}`],
    ['TERM', escapeTerminal(terminal.term ?? 'not set')],
    ['colours', String(terminal.colors)],
    ['Unicode', yes(terminal.unicode)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(17)} ${value}\n`).join('');
}
