import * as z from 'zod';
import { compareText } from '../../base/order.ts';
import { evidenceKinds } from '../../base/vocabulary.ts';
import type { CaseReader } from '../../case/index.ts';
import { keysOf, type MemberReading, nearestKind, type SurveyedGroup } from '../../evidence/index.ts';

const kind = z.enum(evidenceKinds);

/** `explain` of `index --explain --json`: which rule recognised what, and what nothing recognised. */
export const explanation = z.object({
  dialects: z
    .array(z.object({ name: z.string(), sha256: z.string(), records: z.int(), hits: z.int() }))
    .meta({ description: 'the dialects given: records read in their spelling, answers of their tables' }),
  rules: z
    .array(
      z.object({
        kind,
        dialect: z.string(),
        by: z.enum(['name', 'content', 'path']),
        test: z.string(),
        members: z.int(),
        records: z.int(),
        paths: z.array(z.string()),
      }),
    )
    .meta({ description: 'one for each kind, dialect and test; the first 20 members' }),
  foreign: z
    .array(
      z.object({
        standing: z.enum(['unrecognised', 'doubtful']),
        read_as: kind,
        form: z.string(),
        members: z.int(),
        paths: z.array(z.string()),
        records: z.int(),
        keys: z.array(z.object({ path: z.string(), seen: z.int(), shapes: z.array(z.string()) })),
        more_keys: z.boolean(),
        nearest: z
          .object({
            kind,
            test: z.string(),
            has: z.array(z.string()),
            missing: z.array(z.string()),
            likely: z.array(z.object({ field: z.string(), key: z.string() })),
          })
          .nullable(),
        keys_left_out: z.int(),
      }),
    )
    .meta({
      description:
        'members of one shape that no kind knows by what they hold; the first 20 members, 200 keys; `keys_left_out`: how often a key stood that is not counted, since there were too many, or it was too long or too deep',
    }),
});
export type Explanation = z.infer<typeof explanation>;

const pathsMax = 20;
const keysMax = 200;

export function explanationOf(reader: CaseReader, groups: readonly SurveyedGroup[]): Explanation {
  const rules = new Map<string, MemberReading & { members: number; paths: string[] }>();
  for (const [path, readings] of reader.readings())
    for (const reading of readings) {
      const key = JSON.stringify([reading.kind, reading.dialect, reading.by, reading.test]);
      const known = rules.get(key);
      rules.set(key, {
        ...reading,
        records: reading.records + (known?.records ?? 0),
        members: 1 + (known?.members ?? 0),
        paths: [...(known?.paths ?? []), path].slice(0, pathsMax),
      });
    }
  return {
    dialects: reader.dialects().map(({ name, sha256, records, hits }) => ({ name, sha256, records, hits })),
    rules: [...rules.values()]
      .sort(
        (a, b) =>
          evidenceKinds.indexOf(a.kind) - evidenceKinds.indexOf(b.kind) ||
          compareText(a.dialect, b.dialect) ||
          compareText(a.by, b.by) ||
          compareText(a.test, b.test),
      )
      .map(({ kind: own, dialect, by, test, members, records, paths }) => ({
        kind: own,
        dialect,
        by,
        test,
        members,
        records,
        paths,
      })),
    foreign: groups.flatMap(({ standing, kind: read, form, paths, sketch }) => {
      if (standing === 'sure') return [];
      const near = nearestKind(sketch, paths);
      return [
        {
          standing,
          read_as: read,
          form,
          members: paths.length,
          paths: paths.slice(0, pathsMax),
          records: sketch.records,
          keys: keysOf(sketch, keysMax).map(({ path, seen, shapes }) => ({ path, seen, shapes: [...shapes] })),
          more_keys: sketch.keysLeftOut > 0,
          nearest:
            near === null
              ? null
              : {
                  kind: near.kind,
                  test: near.test,
                  has: [...near.has],
                  missing: [...near.missing],
                  likely: near.likely.map(([field, key]) => ({ field, key })),
                },
          keys_left_out: sketch.keysLeftOut,
        },
      ];
    }),
  };
}
