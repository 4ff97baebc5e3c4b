/** Which events the flags of `timeline` ask for: every flag is short for a filter. */
import { escapeTerminal } from '../base/escape/terminal.ts';
import { type Failure, fail, ok, type Result } from '../base/result.ts';
import type { Micros } from '../base/time.ts';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import type { CaseReader, EventPlace } from '../case/index.ts';
import { textWidth } from '../report/index.ts';
import {
  bothOf,
  everything,
  type Filter,
  type FilterError,
  type Moments,
  parseFilter,
  parseMoment,
} from '../timeline/index.ts';
import { type Request, textFlag } from './command.ts';
import { cursorAfter } from './cursor.ts';
import { parseCount, parseWord } from './flags.ts';
import type { Session } from './session.ts';

export interface Selection {
  readonly filter: Filter;
  readonly limit: number;
  /** Events on both sides of this time, in place of those from the beginning. */
  readonly around: Micros | null;
  /** A record that is no event has no place in their order: it can only be one of what a search finds beside them. */
  readonly after: { readonly ref: string; readonly place: EventPlace | null } | null;
  /** Words to search for in everything. */
  readonly search: string | null;
}

/** So many events are shown around a time where no limit is given: half of them before it. */
export const aroundDefault = 40;

/** The filter with a caret below the place. */
export function filterFailure(text: string, error: FilterError): Failure {
  const before = Array.from(text)
    .slice(0, error.column - 1)
    .join('');
  return {
    code: 'usage',
    what: 'filter',
    why: `column ${error.column}: ${error.why}`,
    shown: [text, `${' '.repeat(textWidth(escapeTerminal(before)))}^`],
  };
}

function whereFilter(request: Request, moments: Moments): Result<Filter> {
  const text = textFlag(request, 'where');
  if (text === undefined) return ok(everything);
  const found = parseFilter(text, moments);
  return found.ok ? found : { ok: false, error: filterFailure(text, found.error) };
}

function timeFilter(request: Request, flag: 'from' | 'to', moments: Moments): Result<Filter> {
  const text = textFlag(request, flag);
  if (text === undefined) return ok(everything);
  const moment = parseMoment(text, `--${flag}`, moments);
  if (!moment.ok) return moment;
  const field = flag === 'from' ? 'after' : 'before';
  return ok({ type: 'time', field, cmp: '=', values: [{ text, from: moment.value, to: moment.value }] });
}

function kindFilter(request: Request): Result<Filter> {
  const text = textFlag(request, 'kind');
  if (text === undefined) return ok(everything);
  const kinds: EventKind[] = [];
  for (const word of text.split(',')) {
    const kind = parseWord('--kind', word, eventKinds);
    if (!kind.ok) return kind;
    kinds.push(kind.value);
  }
  const [first = 'gap', ...rest] = kinds.map((kind) => ({ text: kind, match: 'whole' }) as const);
  return ok(first === 'gap' ? everything : { type: 'word', field: 'kind', cmp: '=', values: [first, ...rest] });
}

function entityFilter(request: Request): Result<Filter> {
  const text = textFlag(request, 'entity');
  if (text === undefined) return ok(everything);
  if (!/^[^:]+:./.test(text))
    return fail('usage', `--entity ${text}`, 'not an entity', 'Entities are kind:id, for example agent:ag_7.');
  return ok({ type: 'word', field: 'entity', cmp: '=', values: [{ text, match: 'whole' }] });
}

function afterOf(reader: CaseReader, ref: string, besideEvents: boolean): Result<NonNullable<Selection['after']>> {
  const place = cursorAfter(reader, ref);
  if (place.ok) return ok({ ref, place: place.value });
  return besideEvents && (reader.raw(ref)?.length ?? 0) > 0 ? ok({ ref, place: null }) : place;
}

export function selectionOf(request: Request, reader: CaseReader, session: Session): Result<Selection> {
  const moments: Moments = { span: reader.span(), zone: session.zone };
  let filter = everything;
  for (const part of [
    timeFilter(request, 'from', moments),
    timeFilter(request, 'to', moments),
    kindFilter(request),
    entityFilter(request),
    whereFilter(request, moments),
  ]) {
    if (!part.ok) return part;
    filter = bothOf(filter, part.value);
  }
  const aroundText = textFlag(request, 'around');
  const around = aroundText === undefined ? ok(null) : parseMoment(aroundText, '--around', moments);
  if (!around.ok) return around;
  const limitText = textFlag(request, 'limit');
  const limit =
    limitText === undefined
      ? ok(around.value === null ? Number.MAX_SAFE_INTEGER : aroundDefault)
      : parseCount('--limit', limitText);
  if (!limit.ok) return limit;
  const afterText = textFlag(request, 'after');
  if (afterText !== undefined && around.value !== null)
    return fail('usage', '--after', 'not together with --around', 'A page around a time has no page before it.');
  const search = textFlag(request, 'search') ?? null;
  if (search !== null && search.trim() === '')
    return fail(
      'usage',
      '--search',
      'nothing to search for',
      'Give a word, a phrase, or a beginning with a star: --search timeo*.',
    );
  const after = afterText === undefined ? ok(null) : afterOf(reader, afterText, search !== null);
  if (!after.ok) return after;
  return ok({ filter, limit: limit.value, around: around.value, after: after.value, search });
}
