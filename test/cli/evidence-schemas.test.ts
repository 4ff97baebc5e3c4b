// Protects `inquest schema` of the evidence: there is one for every kind, and the samples that the kinds declare hold to it.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { evidenceKinds } from '../../src/base/vocabulary.ts';
import { evidenceSchemaNames, evidenceSchemaOf } from '../../src/cli/evidence-schemas.ts';
import { registry } from '../../src/evidence/kinds/registry.ts';
import { stateSections } from '../../src/evidence/kinds/state.ts';

interface Shape {
  readonly description: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly anyOf?: readonly unknown[];
}

test('each kind has one, which says more than its name', () => {
  expect(evidenceSchemaNames).toEqual(evidenceKinds.map((kind) => `evidence/${kind}`));
  for (const name of evidenceSchemaNames) {
    const schema = evidenceSchemaOf(name) as Shape;
    const says = schema.type !== undefined || schema.anyOf !== undefined || !schema.description.startsWith('No field');
    expect([name, says]).toEqual([name, true]);
  }
  expect(evidenceSchemaOf('evidence/nothing')).toBeNull();
});

test('the one of the state has every section', () => {
  const { properties } = evidenceSchemaOf('evidence/state') as Shape;
  expect(Object.keys(properties ?? {})).toEqual(['captured_at', ...stateSections]);
});

const samples = (registry as readonly { readonly kind: string; readonly samples: readonly string[] }[]).flatMap((one) =>
  one.samples.map((sample) => [one.kind, sample] as const),
);

test.each(samples)('a sample of %s holds to it: %s', (kind, sample) => {
  const schema = z.fromJSONSchema(evidenceSchemaOf(`evidence/${kind}`) as Parameters<typeof z.fromJSONSchema>[0]);
  // zod takes no integer beyond 2^53; the digits of one are no matter of its type.
  const value: unknown = /^\[?\{(?!"[^"]*",)/.test(sample)
    ? JSON.parse(sample, (_key, one) => (typeof one === 'number' && !Number.isSafeInteger(one) ? 0 : one))
    : sample;
  const found = schema.safeParse(value);
  expect(found.success ? [] : found.error.issues).toEqual([]);
});
