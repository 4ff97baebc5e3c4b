import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { emitSnapshot, keepDocument, snapshotModel } from '../document.ts';
import type { JsonKind } from '../kind.ts';

interface BundleFile {
  /** Whether what is public of the shape holds. */
  readonly recognised: (record: JsonObject) => boolean;
  /** The file is a snapshot of this model as well. */
  readonly model?: string;
}

const isText = (value: Json | undefined): boolean => typeof value === 'string';

const isPair = (value: Json): boolean =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]);

/** `crate.name`, nested or as a dotted key. */
const hasCrate = (record: JsonObject, key: string): boolean => {
  const crate = record[key];
  return isObject(crate)
    ? isText(crate.name) && isText(crate.version)
    : isText(record[`${key}.name`]) && isText(record[`${key}.version`]);
};

const files: Readonly<Record<string, BundleFile>> = {
  'spec_validation.json': {
    recognised: ({ ok, description, error }) =>
      typeof ok === 'boolean' && isText(ok ? (description ?? '') : (error ?? '')),
  },
  'runtime.json': { recognised: (record) => hasCrate(record, 'crate') },
  'policy_audit.json': {
    recognised: (record) => typeof record.ok === 'boolean' && record.policy_version === 1 && isText(record.mode),
  },
  'environment.json': {
    recognised: ({ pid, args, env }) =>
      typeof pid === 'number' && Array.isArray(args) && Array.isArray(env) && (env as readonly Json[]).every(isPair),
  },
  'single_ring_snapshot.json': {
    recognised: (record) => snapshotModel(record) === 'SingleRing',
    model: 'SingleRing',
  },
  'lane_graph_state.json': { recognised: (record) => snapshotModel(record) === 'LaneGraph', model: 'LaneGraph' },
};

/** The JSON files of the v1 incident-bundle directory; names as the product documents them. */
export const incidentBundle: JsonKind = {
  kind: 'incident-bundle',
  order: 14,
  fills: ['document', 'snapshot'],
  path: /(?:^|\/)incident-bundle\/[^/]+\.json$/,
  ownPath: /(?:^|\/)(?:spec_validation|runtime|policy_audit|environment|single_ring_snapshot|lane_graph_state)\.json$/,
  content: [],
  accepts: () => false,
  emit(input, out) {
    const { record, offset, length, place } = input;
    const file = Object.hasOwn(files, place.name) ? files[place.name] : undefined;
    keepDocument('incident-bundle', record, file?.recognised(record) === true, offset, length, place, out);
    if (file?.model !== undefined) emitSnapshot(input, file.model, out);
  },
  samples: ['{"ok":true,"description":"SingleRing spec, 3 stages"}'],
};
