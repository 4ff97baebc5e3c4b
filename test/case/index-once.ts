// A process that indexes one archive and prints the case's digest: started by tests that kill it, or change its surroundings.
import { openIncident } from '../../src/case/index.ts';

const [archive = '', dataDir = ''] = process.argv.slice(2);
const result = await openIncident([archive], { dataDir });
if (!result.ok) throw new Error(`${result.error.what}: ${result.error.why}`);
console.log(result.value.digest);
result.value.close();
