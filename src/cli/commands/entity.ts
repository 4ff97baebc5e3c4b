import { ok } from '../../base/result.ts';
import { type Command, isSet, textFlag } from '../command.ts';
import { jsonFlag, parseCount } from '../flags.ts';
import { writeOut } from '../output.ts';

export const entity: Command = {
  name: 'entity',
  summary: 'everything about one entity: its state over time, its events, its neighbours',
  operands: '<archive> <entity>',
  flags: [
    jsonFlag,
    { flags: '--limit <n>', text: 'at most so many of its events (default: 50)' },
    { flags: '--after <ref>', text: 'only events that come after this record: the next page' },
  ],
  opens: true,
  notes: `An entity is kind:id, as every output names it: agent:ag_7, credential:cr_2,
deployment:dp_1, job:job_3, approval:ap_4, environment:env_1, component:api. Its records are
those that name it in any role: as subject, caller, actor, or in what changed.

Neighbours are entities that the same records name. They are counted over the first 5,000
of its events; those without an event are known from a captured state alone.`,
  examples: [
    'inquest entity incident.tar.gz credential:cr_2',
    'inquest entity incident.tar.gz agent:ag_7 --limit 200',
    'inquest entity incident.tar.gz deployment:dp_1 --json',
  ],
  run: async (request, session) => {
    const [archive = '', name = ''] = request.operands;
    const limit = parseCount('--limit', textFlag(request, 'limit') ?? '50');
    if (!limit.ok) return limit;
    const opened = await session.open([archive]);
    if (!opened.ok) return opened;
    const reader = opened.value;
    const { entityEvents, findEntity } = await import('../entity.ts');
    const found = findEntity(reader, name);
    if (!found.ok) return found;
    const events = entityEvents(reader, found.value.entity, limit.value, textFlag(request, 'after'));
    if (!events.ok) return events;
    if (isSet(request, 'json')) {
      const { entityDocumentOf } = await import('../documents/entity-document.ts');
      const { exactText } = await import('../json-output.ts');
      await writeOut(exactText(entityDocumentOf(reader, found.value, events.value)));
      return ok(0);
    }
    const { entityText } = await import('../entity-text.ts');
    await writeOut(entityText(found.value, events.value, archive, session));
    return ok(0);
  },
};
