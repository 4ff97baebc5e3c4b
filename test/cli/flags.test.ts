// Protects the flags that errors of the archive name: each is one that the commands take, and sizes are read as written.
import { expect, test } from 'vitest';
import { defaultLimits, limitFlags as named } from '../../src/archive/limits.ts';
import { nearNames } from '../../src/base/near.ts';
import { limitFlags, limitsFrom, parseSize } from '../../src/cli/flags.ts';

test('the limits have the flags that the errors name, and each raises its own', () => {
  expect(Object.fromEntries(Object.entries(limitFlags).map(([key, flag]) => [key, flag.name]))).toEqual(named);
  const raised = limitsFrom(
    { maxMembers: '1', maxMemberBytes: '2K', maxTotalBytes: '3M', maxRatio: '4', maxPathLength: '5', maxDepth: '6' },
    defaultLimits,
  );
  expect(raised).toEqual({
    ok: true,
    value: { members: 1, memberBytes: 2_048, totalBytes: 3 * 2 ** 20, ratio: 4, pathLength: 5, depth: 6 },
  });
});

test.each([
  ['1', 1],
  ['512M', 512 * 2 ** 20],
  ['2GiB', 2 ** 31],
  ['1t', 2 ** 40],
])('%s is %d', (text, value) => {
  expect(parseSize('--max-ratio', text)).toEqual({ ok: true, value });
});

test.each(['0', '', '-1', '1.5', '1X', '99999999999999T', 'NaN'])('%j is no size', (text) => {
  expect(parseSize('--max-ratio', text)).toMatchObject({ ok: false, error: { code: 'usage' } });
});

test('near names are what was meant, and nothing else', () => {
  const names = ['diagnose', 'doctor', 'index', 'timeline', 'triage'];
  expect(nearNames('diagnoze', names)).toEqual(['diagnose']);
  expect(nearNames('inedx', names)).toEqual(['index']);
  expect(nearNames('time', names)).toEqual(['timeline']);
  expect(nearNames('frobnicate', names)).toEqual([]);
});
