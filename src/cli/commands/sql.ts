import { fail, ok } from '../../base/result.ts';
import { type Command, isSet, textFlag } from '../command.ts';
import { parseCount } from '../flags.ts';
import { views } from '../views.ts';

const viewLines = Object.keys(views).join(', ');

export const sql: Command = {
  name: 'sql',
  summary: 'one read-only SQL query over the views of the case',
  operands: '<archive> <query>',
  flags: [
    { flags: '--json', text: 'one JSON document instead of a table' },
    { flags: '--csv', text: 'CSV instead of a table' },
    { flags: '--timeout <seconds>', text: 'stop a query that runs longer (default: 30)' },
  ],
  opens: true,
  notes: `Views: ${viewLines}.
Their columns: inquest schema views. Times (ts) are microseconds UTC; time is the same as
text. Every row of evidence has a ref for inquest show.`,
  examples: [
    `inquest sql incident.tar.gz "SELECT status, count(*) FROM request GROUP BY status"`,
    `inquest sql incident.tar.gz "SELECT time, action, resource_id, ref FROM audit ORDER BY ts" --csv`,
  ],
  run: async (request, session) => {
    const [archive = '', query = ''] = request.operands;
    if (isSet(request, 'json') && isSet(request, 'csv'))
      return fail('usage', '--csv', 'not together with --json', 'Choose one of the two.');
    const seconds = parseCount('--timeout', textFlag(request, 'timeout') ?? '30');
    if (!seconds.ok) return seconds;
    const opened = await session.open([archive]);
    if (!opened.ok) return opened;
    const { askForDeadline } = await import('../deadline.ts');
    const takeBack = await askForDeadline(seconds.value, 'sql: the query');
    const { runQuery } = await import('../query.ts');
    const found = runQuery(opened.value, query);
    if (!found.ok) return found;
    const { isDamage } = await import('../damaged-case.ts');
    const { writeTable, writeCsv, writeRows } = await import('../query-output.ts');
    try {
      if (isSet(request, 'json')) await writeRows(found.value, opened.value);
      else if (isSet(request, 'csv')) await writeCsv(found.value);
      else await writeTable(found.value, session);
    } catch (error) {
      // SQLite may find out about an error only at a later row. One in the case file itself is told elsewhere.
      const { code } = error as { readonly code?: unknown };
      if (typeof code === 'string' && code.startsWith('SQLITE') && !isDamage(error))
        return fail('query', 'sql', (error as Error).message);
      throw error;
    } finally {
      takeBack();
    }
    return ok(0);
  },
};
