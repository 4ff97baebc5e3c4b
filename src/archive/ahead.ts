/** The same chunks, of which the next is on its way while one is looked at: decompression has threads of its own. */
export async function* ahead<T>(chunks: AsyncGenerator<T, unknown>): AsyncGenerator<T> {
  try {
    for (let next = chunks.next(); ; ) {
      const step = await next;
      if (step.done) return;
      next = chunks.next();
      // Whoever takes the next chunk meets its error; nobody does who stops before.
      next.catch(() => undefined);
      yield step.value;
    }
  } finally {
    await chunks.return(undefined);
  }
}
