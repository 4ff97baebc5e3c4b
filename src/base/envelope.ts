import * as z from 'zod';

/** What every JSON document of the program starts with: its name, version, and the evidence it speaks of. */
export const caseStamp = z.object({
  digest: z.string(),
  archives: z.array(z.object({ name: z.string(), digest: z.string(), bytes: z.int() })),
});
export type CaseStamp = z.infer<typeof caseStamp>;

/** RFC 3339 in UTC. */
export const timeText = z.string();
/** `<member path>@<byte offset>+<length>`. */
export const refText = z.string();
/** `kind:id`. */
export const entityText = z.string();

export const advice = z.object({ text: z.string(), source: z.string() });
export type Advice = z.infer<typeof advice>;
