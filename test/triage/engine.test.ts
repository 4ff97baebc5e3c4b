// Protects the rule engine: order and ids of findings, rules without their evidence, bounds, and messages without holes.
import { describe, expect, test } from 'vitest';
import type { Entity } from '../../src/base/entity.ts';
import type { EvidenceKind, Severity } from '../../src/base/vocabulary.ts';
import { fill, runRules } from '../../src/triage/engine.ts';
import { type Draft, defineRule, type Rule } from '../../src/triage/rule.ts';
import { withSituation } from './evidence-folder.ts';

const draft = (
  severity: Severity,
  first: number | null,
  entity: Entity,
  more: Partial<Draft<'said'>> = {},
): Draft<'said'> => ({
  message: 'said',
  values: { entity },
  severity,
  entities: [entity],
  first,
  last: first,
  count: 1,
  evidence: [],
  limits: [],
  advice: [],
  causes: [],
  ...more,
});

const ruleOf = (id: string, drafts: readonly Draft<'said'>[], needs: readonly EvidenceKind[] = []): Rule =>
  defineRule<'said'>({
    id,
    category: 'auth',
    severity: 'high',
    needs,
    messages: { said: { title: '{entity}', summary: 'It is {entity}.' } },
    docs: { means: '', decided: '', todo: '', notCaptured: '', source: '' },
    find: () => drafts,
  });

const run = (rules: readonly Rule[]) =>
  withSituation({ 'requests.ndjson': [{ ts: 1_769_860_800, method: 'GET', path: '/', status: 200 }] }, (situation) =>
    runRules(rules, situation),
  );

describe('rule engine', () => {
  test('orders by severity, time, rule and entity, whatever the order of the rules', async () => {
    const a = ruleOf('auth/a', [
      draft('low', 1, 'agent:x'),
      draft('high', 9, 'agent:x'),
      draft('high', null, 'agent:x'),
    ]);
    const b = ruleOf('auth/b', [draft('high', 9, 'agent:w'), draft('medium', 5, 'agent:x')]);
    const forward = await run([a, b]);
    expect(forward.findings.map(({ id, rule, severity, first_ts }) => [id, rule, severity, first_ts])).toEqual([
      ['f1', 'auth/a', 'high', '1970-01-01T00:00:00.000009Z'],
      ['f2', 'auth/b', 'high', '1970-01-01T00:00:00.000009Z'],
      ['f3', 'auth/a', 'high', null],
      ['f4', 'auth/b', 'medium', '1970-01-01T00:00:00.000005Z'],
      ['f5', 'auth/a', 'low', '1970-01-01T00:00:00.000001Z'],
    ]);
    expect(await run([b, a])).toEqual(forward);
  });

  test('a rule whose evidence was not captured is listed with the missing kinds, and not run', async () => {
    const needy = ruleOf('auth/needy', [draft('high', 1, 'agent:x')], ['requests', 'state', 'audit']);
    const either: Rule = { ...ruleOf('auth/either', [draft('low', 1, 'agent:x')]), needsOneOf: ['audit', 'requests'] };
    const neither: Rule = { ...either, id: 'auth/neither', needsOneOf: ['audit', 'jobs'] };
    const { findings, not_evaluated } = await run([needy, either, neither]);
    expect(not_evaluated).toEqual([
      { rule: 'auth/needy', missing: ['state', 'audit'] },
      { rule: 'auth/neither', missing: ['audit', 'jobs'] },
    ]);
    expect(findings.map(({ rule }) => rule)).toEqual(['auth/either']);
  });

  test('keeps the first 100 references, and the count tells the rest', async () => {
    const evidence = Array.from({ length: 150 }, (_, index) => ({
      ref: `a@${index}+1`,
      ts: null,
      kind: 'request',
      note: '',
    }));
    const { findings } = await run([ruleOf('auth/a', [draft('low', 1, 'agent:x', { evidence, count: 150 })])]);
    expect(findings[0]?.evidence).toHaveLength(100);
    expect(findings[0]?.count).toBe(150);
  });

  test('a rule that finds without end is cut, and says so', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => draft('low', index, 'agent:x'));
    const { findings } = await run([ruleOf('auth/a', many)]);
    expect(findings).toHaveLength(200);
    expect(findings.at(-1)?.limits).toEqual(['800 more findings of this rule are not listed.']);
  });

  test('a message without a value is a defect, and values are not read as messages', () => {
    expect(fill('{a} and {b}', { a: '{b}', b: 2 })).toBe('{b} and 2');
    expect(() => fill('{missing}', {})).toThrow('missing');
    expect(() => fill('{constructor}', {})).toThrow('constructor');
  });
});
