/** foreign/: what a member that nobody recognised looks like, which kind comes nearest, and a dialect that would read it. */
export { dialectText, holeMark, saysAnything } from './dialect-text.ts';
export { type NearKind, nearestKind } from './nearest.ts';
export { type Proposal, propose } from './propose.ts';
export { lookedAtMax } from './records.ts';
export { hasMoreKeys, keysOf, type SeenKey } from './sketch.ts';
export { type Standing, type SurveyedGroup, type SurveyedMember, survey } from './survey.ts';
