import * as z from 'zod';

/** `sample --json`. */
export const sampleDocument = z.object({
  format: z.literal('inquest-sample'),
  version: z.literal(1),
  samples: z.array(z.object({ name: z.string(), title: z.string() })),
});

/** `cases --json`. */
export const casesDocument = z.object({
  format: z.literal('inquest-cases'),
  version: z.literal(1),
  cases: z.array(
    z.object({
      digest: z.string(),
      bytes: z.int(),
      path: z.string(),
      /** As they were given when it was built; none where the case is built anew when it is opened. */
      archives: z.array(z.string()),
      notes: z.int(),
    }),
  ),
});
