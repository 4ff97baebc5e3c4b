/** Where a page of the timeline goes on. */
import { ok, type Result } from '../base/result.ts';
import type { CaseReader, EventPlace } from '../case/index.ts';
import { nearestFailure } from './nearest.ts';

/**
 * The event that a reference of the timeline names: the record itself, or with `#2` and on one of its parts. A record of the
 * case that is no event (a captured configuration) has no place in the order.
 */
export function cursorAfter(reader: CaseReader, text: string): Result<EventPlace> {
  const places = reader.eventsAt(text);
  const part = /#(\d{1,9})$/.exec(text)?.[1];
  const place = places[part === undefined ? 0 : Number(part) - 1];
  if (place !== undefined) return ok(place);
  return nearestFailure(reader, text, {
    code: 'not_found',
    what: `--after ${text}`,
    why:
      places.length > 0
        ? `the record is ${places.length} events, and no more`
        : 'no event of the timeline begins there',
    next: 'References come from timeline: <member path>@<offset>+<length>.',
  });
}
