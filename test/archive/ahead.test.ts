// Protects reading ahead: one chunk and no more is under way, in order, errors come in their place, and a stop closes what is read.
import { expect, test } from 'vitest';
import { ahead } from '../../src/archive/ahead.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function source(values: readonly (number | Error)[]): {
  readonly chunks: AsyncGenerator<number>;
  readonly made: number[];
  readonly closed: () => boolean;
} {
  const made: number[] = [];
  let closed = false;
  async function* chunks(): AsyncGenerator<number> {
    try {
      for (const value of values) {
        await tick();
        if (value instanceof Error) throw value;
        made.push(value);
        yield value;
      }
    } finally {
      closed = true;
    }
  }
  return { chunks: chunks(), made, closed: () => closed };
}

test('the next chunk is made while one is looked at, and none beyond it', async () => {
  const { chunks, made, closed } = source([1, 2, 3, 4]);
  const seen: number[] = [];
  for await (const chunk of ahead(chunks)) {
    seen.push(chunk);
    for (let i = 0; i < 5; i++) await tick();
    expect(made.length).toBe(Math.min(4, seen.length + 1));
  }
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(closed()).toBe(true);
});

test('an error comes after the chunks before it', async () => {
  const { chunks, closed } = source([1, 2, new Error('broken'), 3]);
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const chunk of ahead(chunks)) seen.push(chunk);
    })(),
  ).rejects.toThrow('broken');
  expect(seen).toEqual([1, 2]);
  expect(closed()).toBe(true);
});

test('who stops before meets no error, and the source is closed', async () => {
  const { chunks, closed } = source([1, new Error('broken')]);
  for await (const chunk of ahead(chunks)) {
    expect(chunk).toBe(1);
    await tick();
    break;
  }
  await tick();
  expect(closed()).toBe(true);
});
