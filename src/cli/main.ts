/** The program's entry. `--version` is answered before anything is loaded. */
import { version } from './version.ts';

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === '--version') {
  process.stdout.write(`${version}\n`);
} else {
  const { main } = await import('./program.ts');
  await main(words);
}
