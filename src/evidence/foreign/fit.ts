/** Which kind foreign records are likeliest of, by how many of its fields are found in them. */
import { type MappedKind, mappedKinds } from '../dialects/index.ts';
import { type Assignment, assign } from './assign.ts';
import type { Sketch } from './sketch.ts';

/** What a record of the kind has to have: any of these lists. */
export const needs: Readonly<Record<MappedKind, readonly (readonly string[])[]>> = {
  requests: [['method', 'path', 'status']],
  audit: [['action', 'resource']],
  jobs: [
    ['type', 'state', 'attempt'],
    ['type', 'state', 'attempts'],
  ],
  health: [['endpoint', 'component']],
  artifacts: [['content_hash', 'id']],
  logs: ['ts', 'time', '@timestamp', 'timestamp'].flatMap((time) => [
    [time, 'msg'],
    [time, 'message'],
  ]),
  manifest: [['files[].path', 'files[].sha256']],
  state: [[]],
};

/** Words in a member's name that point at a kind. */
const namesOfKind: Readonly<Record<MappedKind, RegExp>> = {
  requests: /request|access|http|api[-_.]?log/i,
  audit: /audit|trail|activity|history/i,
  jobs: /job|task|queue|work/i,
  health: /health|probe|check|readi/i,
  artifacts: /artifact|upload|blob/i,
  logs: /\blog/i,
  manifest: /manifest|index|contents/i,
  state: /state|config|snapshot|dump|inventory/i,
};

export const isMapped = (kind: string): kind is MappedKind => (mappedKinds as readonly string[]).includes(kind);

interface Fit {
  readonly assignment: Assignment;
  readonly score: number;
}

/** What only few records have tells nothing of the others. */
const holds = ({ pairs, wholes }: Assignment, need: string, { top }: Sketch): boolean =>
  pairs.some(
    ({ field: { path }, node }) => (path === need || path.startsWith(`${need}.`)) && node.seen >= 0.5 * top.seen,
  ) || wholes.some(([target]) => target === need);

/** Sections of a state that were found. */
const sectionsIn = ({ pairs, wholes }: Assignment): number =>
  new Set([
    ...wholes.map(([target]) => target).filter((target) => !target.includes('.')),
    ...pairs.flatMap(({ field: { path } }) => (path.includes('[]') || !path.includes('.') ? [] : [path.split('.')[0]])),
  ]).size;

function fitOf(kind: MappedKind, sketch: Sketch, paths: readonly string[]): Fit | null {
  const assignment = assign(kind, sketch);
  const isThere =
    kind === 'state'
      ? sectionsIn(assignment) >= 2
      : needs[kind].some((all) => all.every((need) => holds(assignment, need, sketch)));
  if (!isThere) return null;
  // What a request is like is not taken for a probe.
  const needed = new Set(needs[kind].flat());
  let score = 0;
  for (const { field, score: own } of assignment.pairs)
    score += Math.min(own, 1) * (needed.has(field.path.split('.')[0] ?? '') || needed.has(field.path) ? 2 : 1);
  const keys = assignment.pairs.length + assignment.free.length;
  const explained = keys === 0 ? 0 : assignment.pairs.length / keys;
  const named = paths.some((path) => namesOfKind[kind].test(path.slice(path.lastIndexOf('/') + 1)));
  return { assignment, score: score * (0.4 + explained) + (named ? 2 : 0) };
}

/** Whether a record that has a time, and is read as a log for that, has something to say in one place only. */
export const saysMessage = (sketch: Sketch, paths: readonly string[]): boolean => fitOf('logs', sketch, paths) !== null;

/** The kind that these records are likeliest of; null where they are of none that can be mapped. */
export function likeliestKind(
  sketch: Sketch,
  paths: readonly string[],
): { readonly kind: MappedKind; readonly assignment: Assignment } | null {
  let best: { readonly kind: MappedKind; readonly fit: Fit; readonly score: number } | null = null;
  for (const kind of mappedKinds) {
    const fit = fitOf(kind, sketch, paths);
    if (fit === null) continue;
    // Anything with a time and a text would do as a log; with a level beside them it is one where it is nothing else.
    const score = kind === 'logs' ? fit.score / 3 : fit.score;
    const isLog = kind === 'logs' && fit.assignment.pairs.some(({ field }) => field.path === 'level');
    if ((score > 2 || isLog) && (best === null || score > best.score)) best = { kind, fit, score };
  }
  return best === null ? null : { kind: best.kind, assignment: best.fit.assignment };
}
