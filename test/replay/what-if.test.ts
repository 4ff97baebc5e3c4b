// Protects the proof: each test of a what-if is a run of its own, and what it claims is what its run shows.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Assessed, investigate } from '../../src/replay/index.ts';
import { type OpenSample, openAltered } from '../diagnosis/altered-sample.ts';

let open: OpenSample;
let refused: Assessed;
let offline: Assessed;
let answers: readonly Answer[];

beforeAll(async () => {
  open = await openAltered('agent-scope');
  const investigation = await investigate(open.reader, [
    { id: 's1', predicate: { kind: 'requests_refused', caller: 'ag_343d612c', code: 'forbidden_scope', least: 5 } },
    { id: 's2', predicate: { kind: 'agent_offline', agentId: 'ag_343d612c' } },
    { id: 's3', predicate: { kind: 'requests_refused', caller: 'ag_97f867ce', code: 'unauthorized', least: 5 } },
  ]);
  answers = investigation.answers;
  refused = answers[0]?.assessed[0] as Assessed;
  offline = answers[1]?.assessed[0] as Assessed;
});
afterAll(() => open.close());

describe('the scope that was dropped', () => {
  it('reproduces the incident, removes it by the repair, and brings it back', () => {
    const { T0, T1, T3 } = refused.evaluation;
    expect([T0.holds, T1.holds, T3.holds]).toEqual([true, true, true]);
    expect(new Set([T0.digest, T1.digest, T3.digest]).size).toBe(3);
    expect(refused.judged).toMatchObject({ verdict: 'confirmed', strength: 'necessary_and_sufficient' });
  });

  it('gives the same digest in a fresh worker that was fed in another order', () => {
    expect(refused.evaluation["T0'"]).toMatchObject({ holds: true, digest: refused.evaluation.T0.digest });
  });

  it('needs both scopes for the refusals, and the heartbeat alone for the lease', () => {
    expect(refused.repair.map((part) => part.text)).toHaveLength(2);
    expect(offline.repair.map((part) => part.text)).toEqual(['grant agent:heartbeat to credential:cr_81a7e724']);
    expect(offline.evaluation.T2.holds).toBe(true);
  });

  it('changes the run by a placebo, but not the symptom: the placebo is read, and does not matter', () => {
    const { T0, T4 } = refused.evaluation;
    expect(T4.holds).toBe(true);
    expect(T4.digest).not.toBe(T0.digest);
    expect(refused.candidate.placebos.length).toBeGreaterThanOrEqual(2);
    const read = answers[0]?.baseline.cone.configuration.lookup('credentials', 'cr_81a7e724', refused.candidate.onset);
    expect(read?.reads.some((ref) => answers[0]?.baseline.reads.has(ref))).toBe(true);
    for (const placebo of refused.candidate.placebos) {
      for (const edit of placebo.edits) expect(`${edit.section}:${edit.key}`).toBe('credentials:cr_81a7e724');
    }
  });

  it('says which assumption the repair rests on', () => {
    expect(refused.assumptions.map((one) => one.id)).toContain('granted-handler');
  });
});

it('does not show a symptom that was not there', () => {
  // Its one refusal was corrected by a repeat that got through.
  expect(answers[2]?.baseline.factualShown).toEqual({ holds: false, count: 0 });
});
