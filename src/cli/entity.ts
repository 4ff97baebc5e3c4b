/** The entity that a person names, and a page of its events. */
import { splitEntity } from '../base/entity.ts';
import { nearNames } from '../base/near.ts';
import { type Failure, fail, ok, type Result } from '../base/result.ts';
import type { CaseReader, EntityRow } from '../case/index.ts';
import { type EntityPage, entityPage, eventPage, parseEntity, placedRefs } from '../timeline/index.ts';
import { cursorAfter } from './cursor.ts';
import type { EventsPage } from './documents/entity-document.ts';

const inquire = 'inquest sql ARCHIVE "SELECT entity, events FROM entity" lists them.';

/** Entities that may have been meant: by id under any kind, else by a near id of the kind, else by a near kind. */
function meant(text: string, entities: readonly EntityRow[]): readonly string[] {
  const { kind, id } = splitEntity(text);
  const same = entities.filter((one) => one.id === id).map(({ entity }) => entity);
  if (same.length > 0) return same.slice(0, 3);
  const ofKind = entities.filter((one) => kind === '' || one.kind === kind);
  if (ofKind.length === 0) {
    const kinds = nearNames(kind, [...new Set(entities.map((one) => one.kind))]);
    const near = entities.filter((one) => kinds.includes(one.kind));
    return nearNames(
      id,
      near.map((one) => one.id),
    ).flatMap((nearId) => near.filter((one) => one.id === nearId).map(({ entity }) => entity));
  }
  return nearNames(
    id,
    ofKind.map((one) => one.id),
  ).flatMap((nearId) => ofKind.filter((one) => one.id === nearId).map(({ entity }) => entity));
}

function unknown(reader: CaseReader, text: string): { readonly ok: false; readonly error: Failure } {
  const entities = reader.entities();
  const near = meant(text, entities);
  if (near.length > 0) return fail('not_found', text, 'no record names this entity', `Near: ${near.join(', ')}.`);
  const { kind } = splitEntity(text);
  const kinds = [...new Set(entities.map((one) => one.kind))];
  if (kind !== '' && kinds.includes(kind)) return fail('not_found', text, 'no record names this entity', inquire);
  return fail(
    'not_found',
    text,
    'no record names this entity',
    kinds.length === 0 ? 'The archive names no entity.' : `Kinds in this archive: ${kinds.join(', ')}.`,
  );
}

export function findEntity(reader: CaseReader, text: string): Result<EntityPage> {
  const entity = parseEntity(text);
  const page = entity === null ? null : entityPage(reader, entity);
  return page === null ? unknown(reader, text) : ok(page);
}

/** `after`: the last event of the page before. */
export function entityEvents(
  reader: CaseReader,
  entity: EntityPage['entity'],
  limit: number,
  after: string | undefined,
): Result<EventsPage> {
  const cursor = after === undefined ? null : cursorAfter(reader, after);
  if (cursor !== null && !cursor.ok) return cursor;
  const events = eventPage(reader, {
    entity,
    limit: limit + 1,
    ...(cursor === null ? {} : { after: cursor.value }),
  });
  const refOf = placedRefs(reader);
  const shown = events.slice(0, limit).map((event) => ({ event, ref: refOf(event) }));
  return ok({ events: shown, next: events.length > limit ? (shown.at(-1)?.ref ?? null) : null });
}
