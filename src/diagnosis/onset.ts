import { type Millis, millisOf } from '../base/time.ts';

/** When a symptom began, in the replay's whole milliseconds. */
export const onset = (symptom: { readonly first: number }): Millis => millisOf(symptom.first);
