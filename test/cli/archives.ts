import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes an archive folder from its members. */
export function archive(folder: string, name: string, members: Readonly<Record<string, string | Buffer>>): string {
  const target = join(folder, name);
  for (const [path, content] of Object.entries(members)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), content);
  }
  return target;
}

export const request = (second: number, fields: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({
    ts: `2026-03-01T10:00:${String(second).padStart(2, '0')}Z`,
    request_id: `rq_${second}`,
    method: 'POST',
    path: '/api/v1/agents/ag_1/heartbeat',
    status: 200,
    agent_id: 'ag_1',
    ...fields,
  })}\n`;
