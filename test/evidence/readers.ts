import { Packr } from 'msgpackr';
import type { Kind } from '../../src/evidence/kind.ts';
import { registry } from '../../src/evidence/kinds/registry.ts';

export interface ReaderCase {
  /** What is read, and in which form. */
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
  /** How the records lie in the bytes. */
  readonly form: 'lines' | 'values' | 'document';
}

/** Paths that the product documents. */
const paths = [
  'agents/ag_1/signing_keys.json',
  'agents/ag_1/approval.cred',
  'agents/ag_1/incident-bundle/spec_validation.json',
  'agents/ag_1/incident-bundle/runtime_config.txt',
  'agents/ag_1/incident-bundle/spec.kv',
  'agents/ag_1/journal.msgpack',
];
const pathOf = (kind: Kind): string | undefined => {
  const own = 'ownPath' in kind ? kind.ownPath : undefined;
  return own === undefined ? undefined : paths.find((path) => own.test(path));
};

// Without the encoder's own extensions: plain MessagePack.
const packr = new Packr({ useRecords: false, variableMapSize: true, largeBigIntToFloat: false });

function formsOf(kind: Kind): readonly ReaderCase[] {
  const first = kind.samples[0] ?? '';
  const text = (name: string, path: string, body: string, form: ReaderCase['form']): ReaderCase => ({
    name: `${kind.kind} ${name}`,
    path,
    bytes: Buffer.from(body),
    form,
  });
  if ('open' in kind) {
    const path = kind.kind === 'metrics' ? 'metrics/api/1769860800000.prom' : 'logs/api.log';
    return [text('text lines', path, `${kind.samples.join('\n')}\n`, 'lines')];
  }
  if ('emitBytes' in kind)
    return [{ ...text('bytes', 'agents/ag_1/regions/r', '', 'document'), bytes: Buffer.from(first, 'hex') }];
  if ('emitText' in kind) return [text('text', pathOf(kind) ?? 'x', first, 'document')];
  const named = pathOf(kind);
  if (named !== undefined || kind.fills.includes('document'))
    return [text('document', named ?? `${kind.kind}.json`, first, 'document')];
  const packed = Buffer.concat([first, first].map((one) => Buffer.from(packr.pack(JSON.parse(one)))));
  return [
    text('JSON lines', `${kind.kind}.ndjson`, `${first}\n${first}\n`, 'lines'),
    text('one array', `${kind.kind}.json`, `[${first},\n${first}]`, 'document'),
    { ...text('MessagePack', `${kind.kind}.msgpack`, '', 'values'), bytes: packed },
  ];
}

/** Every kind in every form in which it is read, with records that it reads. */
export const readerCases: readonly ReaderCase[] = (registry as readonly Kind[]).flatMap(formsOf);
