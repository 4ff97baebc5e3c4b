// Protects the category of a triage: low findings never decide, and the first category is one that hurts.
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/triage/document.ts';
import { classify } from '../../src/triage/score.ts';

let next = 0;
function finding(category: Finding['category'], severity: Finding['severity'], count = 1): Finding {
  next += 1;
  return {
    id: `f${next}`,
    rule: 'auth/x',
    category,
    severity,
    title: '',
    summary: '',
    entities: [],
    first_ts: null,
    last_ts: null,
    count,
    evidence: [],
    limits: [],
    advice: [],
    causes: [],
  };
}

describe('classification', () => {
  test('nothing found is no category', () => {
    expect(classify([])).toEqual({ categories: [], category: 'none' });
  });

  test('any number of low findings is no category', () => {
    const { category, categories } = classify(Array.from({ length: 50 }, () => finding('evidence', 'low', 5000)));
    expect(category).toBe('none');
    expect(categories).toMatchObject([{ category: 'evidence', score: 3 }]);
  });

  test('one medium finding outweighs all low ones of another category', () => {
    const low = Array.from({ length: 50 }, () => finding('evidence', 'low'));
    expect(classify([...low, finding('worker', 'medium')]).category).toBe('worker');
  });

  test('the higher severity goes first, and each category lists its findings', () => {
    const worker = finding('worker', 'medium', 20);
    const agent = finding('agent', 'high', 20);
    expect(classify([worker, agent])).toEqual({
      categories: [
        { category: 'agent', score: 32, findings: [agent.id] },
        { category: 'worker', score: 8, findings: [worker.id] },
      ],
      category: 'agent',
    });
  });

  test('equal scores keep the order of the vocabulary', () => {
    expect(classify([finding('worker', 'high'), finding('auth', 'high')]).category).toBe('auth');
  });
});
