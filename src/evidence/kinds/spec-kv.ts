import { keepDocument } from '../document.ts';
import type { TextKind } from '../kind.ts';
import { parseSpec } from '../spec.ts';

const key = /^(?:pipeline|single_ring|lane_graph)\.[\w.]+=/;

/** The compiled specification of a pipeline: `spec.kv`, one pair a line. */
export const specKv: TextKind = {
  kind: 'incident-bundle',
  order: 14,
  fills: ['document'],
  ownPath: /(?:^|\/)spec\.kv$/,
  begins: (lines) =>
    lines.length > 0 && lines.every((line) => /^[\w.]+=/.test(line)) && lines.some((line) => key.test(line)),
  emitText(text, length, place, out) {
    const spec = parseSpec(text);
    for (const { offset, length: bytes } of spec.unreadable) out.gap(offset, bytes, 'not_a_pair');
    const { model, notes, pairs } = spec;
    keepDocument('incident-bundle', { format: 'kv/v1', model, notes, pairs }, model !== null, 0, length, place, out);
  },
  samples: [
    'pipeline.name=pipe-1\npipeline.target=SingleRing\nsingle_ring.shards=1\nsingle_ring.stages.0.id=decode\nsingle_ring.stages.0.op=identity\n',
    'lane_graph.on_full=Block\nlane_graph.lanes.0.name=in\nlane_graph.roles.0.kind=Stage\nlane_graph.roles.0.rx=in\nlane_graph.roles.0.tx=out\n',
  ],
};
