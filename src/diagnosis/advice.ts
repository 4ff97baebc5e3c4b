import type { Advice } from '../base/envelope.ts';
import type { CauseKind } from '../base/vocabulary.ts';
import type { TriageDocument } from '../triage/index.ts';
import type { Entries } from './entries.ts';

/** What to do about a cause, in the order in which to do it. */
const adviceOf: Partial<Record<CauseKind, readonly Advice[]>> = {
  credential_scope_missing: [
    {
      text: 'Grant the scope that is missing, and watch the next request of this caller pass.',
      source: 'runbook: Auth failures',
    },
    {
      text: 'Ask who changed the scopes, and whether the same rotation touched other keys.',
      source: "the analyzer's model, section 2",
    },
  ],
  credential_expired: [
    {
      text: 'Issue a new key or extend this one; then look for other keys that end on the same day.',
      source: 'runbook: Auth failures',
    },
  ],
  credential_revoked: [
    {
      text: 'Ask who revoked the key and why before you undo it: a revocation may be meant.',
      source: 'runbook: Auth failures',
    },
    { text: 'Where it was meant, give the caller its new key.', source: 'runbook: Auth failures' },
  ],
  agent_stopped: [
    {
      text: 'Export the agent’s incident bundle and its journal before you restart it.',
      source: 'runbook: Agent failures',
    },
    { text: 'Look at the host: process, network path to the API, clock.', source: 'runbook: Agent failures' },
  ],
  agent_revoked: [
    {
      text: 'Ask whether the agent was revoked on purpose; if not, enroll it again.',
      source: 'runbook: Agent failures',
    },
  ],
};

/** Advice for the causes that stand first, then the triage's for its highest findings; nothing twice. */
export function adviceFor(entries: Entries, triage: TriageDocument): readonly Advice[] {
  const kinds = [...entries.causes, ...entries.inconclusive].map((entry) => entry.kind as CauseKind);
  const lines = [
    ...kinds.flatMap((kind) => adviceOf[kind] ?? []),
    ...missingAdvice(entries),
    ...triage.findings.filter((finding) => finding.severity !== 'info').flatMap((finding) => finding.advice),
  ];
  return [...new Map(lines.map((line) => [line.text, line])).values()].slice(0, adviceMax);
}

const adviceMax = 8;

function missingAdvice(entries: Entries): readonly Advice[] {
  const missing = [...new Set(entries.inconclusive.flatMap((entry) => entry.missing))].sort();
  if (missing.length === 0) return [];
  return [
    { text: `Export again with ${missing.join(', ')}: it would decide.`, source: 'evidence contract, not captured' },
  ];
}
