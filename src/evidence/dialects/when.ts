import type { Json, JsonObject } from '../../base/json.ts';
import type { When } from './dialect.ts';
import { compileGlob } from './glob.ts';
import { exists, pathOf, placesAt, valueAt } from './path.ts';

export type Test = (record: JsonObject, member: string) => boolean;

/** A value as a dialect compares it; null where it is no scalar. */
export function scalarText(value: Json): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? null : String(value);
}

/** Holds where all that is given holds. */
export function compileWhen(when: When): Test {
  const has = (when.has ?? []).map(pathOf);
  const equals = Object.entries(when.equals ?? {}).map(([path, value]) => [pathOf(path), String(value)] as const);
  const glob = when.path === undefined ? null : compileGlob(when.path);
  // A member's records come one after another.
  let lastMember = '';
  let lastHolds = glob === null;
  return (record, member) => {
    if (glob !== null && member !== lastMember) {
      lastMember = member;
      lastHolds = glob(member);
    }
    return (
      lastHolds &&
      has.every((path) => exists(record, path)) &&
      equals.every(([path, value]) => placesAt(record, path).some((place) => scalarText(valueAt(place)) === value))
    );
  };
}

/** In words, for whoever asks what recognised a record. */
export function whenText(when: When): string {
  const parts = [
    ...(when.has === undefined || when.has.length === 0 ? [] : [`has ${when.has.join(', ')}`]),
    ...Object.entries(when.equals ?? {}).map(([path, value]) => `${path} is ${value}`),
    ...(when.path === undefined ? [] : [`path ${when.path}`]),
  ];
  return parts.join(' and ');
}
