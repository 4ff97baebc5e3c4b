/** How a field of a record changed, in words. */
import { type Json, writeJson } from '../base/json.ts';
import { maskJson } from '../base/secrets.ts';

const textMax = 160;

function shown(field: string, value: Json | undefined): string {
  if (value === undefined) return 'unknown';
  if (value === null) return 'none';
  const masked = maskJson({ [field]: value }) as Readonly<Record<string, Json>>;
  const text = typeof masked[field] === 'string' ? masked[field] : writeJson(masked[field] ?? null);
  return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text;
}

export const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** A list by what it lost and won, all else by its two values. Masked; null: it did not change. */
export function fieldChange(field: string, before: Json | undefined, after: Json | undefined): string | null {
  if (isTexts(before) && isTexts(after)) {
    const lost = before.filter((item) => !after.includes(item)).map((item) => `-${item}`);
    const won = after.filter((item) => !before.includes(item)).map((item) => `+${item}`);
    return lost.length + won.length === 0 ? null : `${field} ${[...lost, ...won].join(' ')}`;
  }
  const [was, is] = [shown(field, before), shown(field, after)];
  return was === is ? null : `${field} ${was} → ${is}`;
}
