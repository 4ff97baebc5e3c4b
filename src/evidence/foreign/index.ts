/** foreign/: what a member that nobody recognised looks like, which kind comes nearest, and a dialect that would read it. */
export { dialectText, holeMark, saysAnything } from './dialect-text.ts';
export { nearestKind } from './nearest.ts';
export { type Proposal, propose } from './propose.ts';
export { lookedAtMax } from './records.ts';
export { surveyScrapes } from './scrapes.ts';
export { keysOf } from './sketch.ts';
export { type SurveyedGroup, type SurveyedMember, survey } from './survey.ts';
