import type { EvidenceKind } from '../../base/vocabulary.ts';
import { compileWhen, type MappedKind, whenText } from '../dialects/index.ts';
import type { JsonKind, Kind } from '../kind.ts';
import { registry } from '../kinds/registry.ts';
import type { Assignment } from './assign.ts';
import { likeliestKind } from './fit.ts';
import type { Sketch } from './sketch.ts';

/** The kind that came nearest, and what it lacks. */
export interface NearKind {
  readonly kind: EvidenceKind;
  /** Its test, in words. */
  readonly test: string;
  readonly has: readonly string[];
  readonly missing: readonly string[];
  /** What is likely meant by the fields that are missing: field, key. */
  readonly likely: readonly (readonly [field: string, key: string])[];
}

const jsonKinds = (registry as readonly Kind[])
  .filter((kind): kind is JsonKind => 'emit' in kind)
  .sort((a, b) => a.order - b.order);

/** By what the keys are like, else by those that are a field's very name; null where there are neither. */
export function nearestKind(sketch: Sketch, paths: readonly string[]): NearKind | null {
  if (sketch.records === 0) return null;
  const likeliest = likeliestKind(sketch, paths);
  return likeliest === null ? nearestByName(sketch) : nearTo(likeliest.kind, likeliest.assignment, sketch);
}

function nearTo(kind: MappedKind, { pairs, wholes }: Assignment, sketch: Sketch): NearKind | null {
  const tests = jsonKinds.find((one) => one.kind === kind)?.content ?? [];
  const keysOf = (field: string): readonly (readonly [string, string])[] => [
    ...wholes.filter(([target]) => target === field).map(([, source]) => [field, source] as const),
    ...pairs
      .filter(({ field: { path } }) => path === field || path.startsWith(`${field}.`))
      .map(({ field: { path }, source }) => [path, source] as const),
  ];
  const scored = tests.map((when) => {
    const asked = when.has ?? Object.keys(when.equals ?? {});
    return { when, asked, found: asked.filter((field) => keysOf(field).length > 0).length };
  });
  const [best] = scored.sort((a, b) => b.found / b.asked.length - a.found / a.asked.length);
  if (best === undefined) return null;
  const has = best.asked.filter((field) => sketch.top.keys.has(field));
  const missing = best.asked.filter((field) => !has.includes(field));
  return {
    kind,
    test: whenText(best.when),
    has,
    missing,
    likely: missing.flatMap((field) => keysOf(field).slice(0, 2)),
  };
}

function nearestByName(sketch: Sketch): NearKind | null {
  let best: { readonly near: NearKind; readonly score: number } | null = null;
  for (const { kind, content } of jsonKinds)
    for (const when of content) {
      const asked = when.has ?? Object.keys(when.equals ?? {});
      const has = asked.filter((key) => sketch.top.keys.has(key));
      if (has.length === 0 || asked.length === 1) continue;
      const score = has.length / asked.length;
      if (best !== null && score <= best.score) continue;
      const missing = asked.filter((key) => !has.includes(key));
      best = { near: { kind, test: whenText(when), has, missing, likely: [] }, score };
    }
  return best?.near ?? null;
}

/** Whether a record of the sketch passes the kind's own test. */
export const passes = (kind: EvidenceKind, sketch: Sketch): boolean =>
  jsonKinds.some(
    (one) =>
      one.kind === kind && one.content.some((when) => sketch.samples.some((record) => compileWhen(when)(record, ''))),
  );
