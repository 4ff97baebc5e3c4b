import * as z from 'zod';

/** `doctor --json`: the one document that is about the machine, and so has no case. */
export const doctorDocument = z.object({
  format: z.literal('inquest-doctor'),
  version: z.literal(1),
  program: z.string(),
  node: z.string(),
  sqlite: z.string().nullable(),
  platform: z.string(),
  data: z.object({ path: z.string(), writable: z.boolean(), cases: z.int(), bytes: z.int() }),
  wall: z.object({
    files: z.enum(['permission model', 'none']),
    processes: z.enum(['permission model', 'none']),
    network: z.enum(['permission model', 'functions replaced', 'none']),
  }),
  terminal: z.object({
    standard_input: z.boolean(),
    standard_output: z.boolean(),
    columns: z.int().nullable(),
    rows: z.int().nullable(),
    term: z.string().nullable(),
    colors: z.int(),
    unicode: z.boolean(),
  }),
});
export type DoctorDocument = z.infer<typeof doctorDocument>;
