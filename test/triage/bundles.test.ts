// Protects the overview of an archive that holds nothing but a runtime directory: what each file says, the digest that is
// recomputed, the host against what was asked of it, and what to ask for; whatever stands in the files.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openIncident } from '../../src/case/index.ts';
import type { DocumentRow, SnapshotRow } from '../../src/evidence/index.ts';
import { type BundleOverview, bundleOverview } from '../../src/triage/bundles/index.ts';
import { statementsOf } from '../../src/triage/bundles/read.ts';
import { archive } from '../cli/archives.ts';

const folder = mkdtempSync(join(tmpdir(), 'inquest-bundles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = new URL('../../samples/agent-scope/agents/ag_343d612c/incident-bundle', import.meta.url).pathname;
const good = Object.fromEntries(readdirSync(source).map((name) => [name, readFileSync(join(source, name))]));

async function overviewOf(
  name: string,
  members: Readonly<Record<string, string | Buffer>>,
): Promise<BundleOverview | null> {
  const incident = await openIncident([archive(folder, name, members)], {
    dataDir: join(folder, 'data'),
    dialects: [],
  });
  if (!incident.ok) throw new Error(incident.error.why);
  try {
    return bundleOverview(incident.value);
  } finally {
    incident.value.close();
  }
}

const told = (overview: BundleOverview | null, topic: string): readonly string[] =>
  (overview?.bundles ?? []).flatMap(({ statements }) =>
    statements.filter((one) => one.topic === topic).map(({ mark, text }) => `${mark}: ${text}`),
  );

describe('an archive of runtime directories', () => {
  it('tells what a good bundle holds, and what is not there', async () => {
    const overview = await overviewOf('good', good);
    expect(overview?.bundles.map(({ agent }) => agent)).toEqual(['ag_343d612c']);
    expect(told(overview, 'validation')).toEqual(['good: valid: SingleRing, 3 stages']);
    const digest = createHash('sha256')
      .update(good['spec.kv'] ?? '')
      .digest('hex');
    expect(told(overview, 'spec')).toEqual([
      'plain: SingleRing, 3 stages',
      `plain: recomputed over its bytes: sha256:${digest}`,
    ]);
    expect(told(overview, 'snapshot')).toEqual(['plain: ring: cursor 7190455, slowest is publish, 16 behind of 1024']);
    expect(told(overview, 'host')).toContain('doubt: what was asked of the host is not known: no tuning.json');
    const wanted = (overview?.wanted ?? []).map(({ what }) => what).join('\n');
    expect(wanted).toContain('audit.ndjson');
    expect(wanted).toContain('tuning.json');
    expect(wanted).not.toContain('byteor-runtime incident-bundle');
  });

  it('tells what is wrong with a bad one', async () => {
    const overview = await overviewOf('bad', {
      'agents/ag_1/incident-bundle/spec.kv': 'lane_graph.on_full=Drop\nlane_graph.lanes.0.name=in\n',
      'agents/ag_1/incident-bundle/spec_validation.json':
        '{"ok":false,"error":"stage 2 reads a lane that is not there"}',
      'agents/ag_1/incident-bundle/policy_audit.json':
        '{"ok":true,"policy_version":1,"mode":"dry_run","enforced":false,"spec":{"model":"SingleRing"},"runtime_crate":{"name":"r","version":"2"}}',
      'agents/ag_1/incident-bundle/runtime.json': '{"crate":{"name":"r","version":"1"}}',
      'agents/ag_1/incident-bundle/environment.json':
        '{"pid":1,"cwd":"/","args":["r"],"env":[],"proc_status":"VmLck:\\t       0 kB\\nCpus_allowed_list:\\t0-15\\n"}',
      'agents/ag_1/incident-bundle/lane_graph_state.json':
        '{"model":"LaneGraph","lanes":[{"name":"in","depth":8,"capacity":8,"on_full":"Drop","drops":3}],"roles":[]}',
      'agents/ag_1/tuning.json':
        '{"profile":"low-latency","items":[{"name":"memory_lock","requested":true,"applied":true,"state":"applied"},{"name":"cpu_pinning","requested":"4-7","applied":null,"state":"degraded","reason":"no permission"}]}',
      'agents/ag_1/doctor.json':
        '{"ready":false,"checks":[{"name":"CPU headroom","status":"fail","observed":"2%","required":"20%"}]}',
    });
    expect(told(overview, 'validation')[0]).toContain('bad: not valid: stage 2 reads a lane that is not there');
    expect(told(overview, 'spec')).toContain('bad: the policy audit speaks of SingleRing, spec.kv of LaneGraph');
    expect(told(overview, 'policy')).toContain('doubt: the policy was not enforced');
    expect(told(overview, 'environment')).toContain('bad: the policy audit was written by r 2');
    expect(told(overview, 'host')).toEqual(
      expect.arrayContaining([
        'bad: tuning profile low-latency: cpu_pinning degraded: asked for 4-7, has nothing (no permission)',
        'bad: memory_lock is told as applied, but VmLck is 0 kB',
        'bad: doctor: not ready, CPU headroom fail, has 2% of 20%',
      ]),
    );
    expect(told(overview, 'snapshot')).toEqual(['bad: lanes: in is full (8 of 8, on_full Drop), in dropped 3']);
  });

  it('says which files are missing, and is silent where the control plane speaks', async () => {
    expect(
      told(
        await overviewOf('part', { 'spec.kv': good['spec.kv'] ?? '', 'runtime.json': good['runtime.json'] ?? '' }),
        'files',
      ),
    ).toEqual(['bad: the bundle lacks spec_validation.json, policy_audit.json, environment.json']);
    expect(
      await overviewOf('more', {
        ...good,
        'health.ndjson': '{"ts":1,"component":"api","endpoint":"/healthz","status":200}\n',
      }),
    ).toBeNull();
    expect(await overviewOf('none', { 'a.txt': 'nothing\n' })).toBeNull();
  });

  it('says something of any files', () => {
    const names = ['spec_validation.json', 'runtime.json', 'policy_audit.json', 'environment.json', 'spec.kv', 'x'];
    const kinds = ['incident-bundle', 'tuning', 'doctor', 'replay-audit', 'approval-credential'];
    const keys = fc.constantFrom(
      'ok',
      'crate',
      'env',
      'args',
      'proc_status',
      'items',
      'checks',
      'actions',
      'payload',
      'lanes',
      'gating',
      'cursor',
      'stages',
      'adapters',
      'pairs',
      'format',
      'name',
      'drops',
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 0, -1, 1.5, 2n ** 64n, '', 'kv/v1', 'a\nb', '__proto__'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(keys, tie('json'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const document = fc.record({ kind: fc.constantFrom(...kinds), name: fc.constantFrom(...names), body: json });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), fc.array(json, { maxLength: 3 }), (documents, bodies) => {
        const row = { agent_id: null, shape: 'recognised', ref: 'x@0+1', ts: null };
        const statements = statementsOf(
          {
            documents: documents.map((one) => ({ ...row, ...one }) as unknown as DocumentRow),
            snapshots: bodies.map(
              (body, at) => ({ ...row, body, model: at === 0 ? 'LaneGraph' : 'SingleRing' }) as unknown as SnapshotRow,
            ),
          },
          { members: new Map(), results: [] },
        );
        expect(statements.every(({ text }) => text !== '')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
