import { eventKinds } from '../../base/vocabulary.ts';
import { type Command, isSet } from '../command.ts';

export const timeline: Command = {
  name: 'timeline',
  summary: 'events in time order',
  operands: '<archive...>',
  flags: [
    { flags: '--from <time>', text: 'events at or after this time' },
    { flags: '--to <time>', text: 'events before this time' },
    { flags: '--kind <kinds>', text: `some of ${eventKinds.join(',')}` },
    { flags: '--entity <kind:id>', text: 'only events that name this entity' },
    { flags: '--where <filter>', text: 'only events that pass this filter' },
    { flags: '--search <words>', text: 'only what holds these words, in any text of any record' },
    {
      flags: '--around <time>',
      text: 'events on both sides of this time: half of --limit before it (default: 20 and 20)',
    },
    { flags: '--limit <n>', text: 'at most so many' },
    { flags: '--after <ref>', text: 'only what comes after this record: the next page' },
    { flags: '--json', text: 'NDJSON: one event a line' },
  ],
  opens: true,
  notes: `A time is 2026-01-31T12:03:04Z, 2026-01-31, 12:03[:04[.5]] (the first such time of day at or
after the beginning of the evidence), an epoch number, +90s after the beginning of the
evidence, or -10m before its end. Records without a time come last. A time with ~ behind it was
moved, since the clock that told it was off: show tells both, index lists the clocks.

A filter is made of field:value terms and words, with AND (or a blank), OR, NOT or -, and
parentheses: status:4xx agent:ag_7 -route:heartbeat. A value may be a list (kind:audit,job),
a beginning (code:approval*), a range (status:400..499), or a comparison (latency_ms:>=500,
path:~upload, code:!=rate_limited). Fields: kind action outcome code severity tag state
entity agent deployment job credential caller actor org project environment approval route
path host component ip member method request status latency_ms attempt bytes_in count after
before at is has, and any dotted path into the record (details.kid:k1): docs/filter.md.

--search finds a word, a phrase, or a beginning (timeo*), in any case, in any text of a record,
also in fields that nothing knows, and in files that nothing recognised. What it finds beside
the events (captured state, documents, lines of such files) comes last, where no other flag
narrows the events. Words in --where are looked for in messages alone, which is quicker.

The parts of a record (attempts and calls of a job) have its reference with their place in
it: --after jobs.ndjson@0+912#2 goes on after the second.`,
  examples: [
    'inquest timeline incident.tar.gz --from 12:03 --to 12:10 --kind request,audit',
    'inquest timeline incident.tar.gz --entity agent:ag_7 --limit 50',
    "inquest timeline incident.tar.gz --where 'status:403 agent:ag_7 -route:heartbeat'",
    `inquest timeline incident.tar.gz --where '"no route to host" OR code:upstream_*'`,
    "inquest timeline incident.tar.gz --search 'req_8f2c'",
    'inquest timeline incident.tar.gz --around 12:03:17 --limit 20',
    'inquest timeline incident.tar.gz --from=-10m --json',
  ],
  run: async (request, session) => {
    const opened = await session.open(request.operands);
    if (!opened.ok) return opened;
    const reader = opened.value;
    const { selectionOf } = await import('../selection.ts');
    const selection = selectionOf(request, reader, session);
    if (!selection.ok) return selection;
    const { writeTimeline } = await import('../timeline-output.ts');
    return writeTimeline(reader, selection.value, session, isSet(request, 'json') ? 'ndjson' : 'text');
  },
};
