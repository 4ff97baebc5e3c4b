/** report/: the documents as text for people. */

export { bundleText } from './bundle-text.ts';
export { diagnosisText } from './diagnosis-text.ts';
export { foreignEntries, nothingText, type Seen } from './evidence-text.ts';
export {
  colorPaint,
  counted,
  cut,
  groupDigits,
  type Paint,
  padEnd,
  padStart,
  plainPaint,
  type TableColumn,
  tableLines,
  textWidth,
  wrapped,
} from './layout.ts';
export { replayText } from './replay-text.ts';
export { section } from './section.ts';
export { type Manner, type Subject, safe, shellWord, spanText, timesOf } from './subject.ts';
export { triageText } from './triage-text.ts';
