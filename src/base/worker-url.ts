/**
 * Where a worker's file is: `workerUrl('case/writer')` is `src/case/writer.worker.ts`, run as it stands when the sources
 * run (tests; Node strips the types), and `dist/case-writer.worker.js` in the bundle, whose files lie in one folder.
 */
export function workerUrl(name: `${string}/${string}`): URL {
  const bundled = !import.meta.url.endsWith('/src/base/worker-url.ts');
  return bundled
    ? new URL(`./${name.replaceAll('/', '-')}.worker.js`, import.meta.url)
    : new URL(`../${name}.worker.ts`, import.meta.url);
}
