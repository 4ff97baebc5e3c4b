// Protects: the report and the screen give the same time for the beginning of a cause.
import { describe, expect, it } from 'vitest';
import { onsetOf } from '../../src/base/onset.ts';

const cause = { entity: 'credential:cr_1', symptoms: ['s2', 's3'] };
const symptoms = [
  { id: 's1', first_ts: '2026-01-31T12:00:00Z' },
  { id: 's2', first_ts: '2026-01-31T12:04:00Z' },
  { id: 's3', first_ts: '2026-01-31T12:03:00Z' },
];
const change = (entity: string, in_cone: boolean) => ({ entity, in_cone });

describe('what a cause began with', () => {
  it('is the change of its entity that the replay depends on, and the first of its own symptoms', () => {
    const changes = [
      change('credential:cr_2', true),
      change('credential:cr_1', false),
      change('credential:cr_1', true),
    ];
    const onset = onsetOf(cause, { changes, symptoms });
    expect(onset.change).toBe(changes[2]);
    expect(onset.symptom).toBe(symptoms[2]);
  });

  it('is nothing where neither is known', () => {
    expect(onsetOf({ entity: 'x:y', symptoms: ['s9'] }, { changes: [], symptoms })).toEqual({
      change: null,
      symptom: null,
    });
  });
});
