/**
 * Imported ahead of the layout engine, the only WebAssembly here. All threads share what V8 keeps of WebAssembly's imports,
 * and it may abort where one is compiled anew (after 1,000 calls) while another thread ends: so none is. Said on the command
 * line, V8 would throw away all that Node brings along compiled, and every command would start later.
 */
import { setFlagsFromString } from 'node:v8';

/** V8 prints a complaint about a flag that it does not know, and every Node up to this one knows it. */
const newestKnown = 26;

if (Number(process.versions.node.split('.')[0]) <= newestKnown)
  setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
