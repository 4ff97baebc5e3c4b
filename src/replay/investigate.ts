import { compareText } from '../base/order.ts';
import type { CaseReader } from '../case/index.ts';
import type { Configuration } from '../control-plane/index.ts';
import { type Cone, configurationOf, coreOf, narrow, readCone } from './cone.ts';
import { freshDigests } from './fresh.ts';
import { type Observation, ownRefusals } from './observation.ts';
import type { Predicate } from './predicate.ts';
import { type Assessed, assess } from './what-if/assess.ts';
import { type Baseline, baselineOf } from './what-if/baseline.ts';
import { budgetOf, replaysMax } from './what-if/budget.ts';
import type { Candidate } from './what-if/cause-model.ts';
import { registry } from './what-if/causes/registry.ts';
import { revealedBy } from './what-if/revealed.ts';
import { silencesOf } from './what-if/silence.ts';

/** A symptom that a replay can be asked about. */
export interface Question {
  readonly id: string;
  readonly predicate: Predicate;
}

/** What the replays say of one symptom. */
export interface Answer {
  readonly question: Question;
  readonly baseline: Baseline;
  /** Every suspect, in order of the checks that it fails, then onset. */
  readonly assessed: readonly Assessed[];
}

export interface Investigation {
  readonly configuration: Configuration;
  readonly answers: readonly Answer[];
}

export interface InvestigateOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly what: string }) => void;
}

/** Replays the cone of each symptom as it was, then under the repair of each suspect. */
export async function investigate(
  reader: CaseReader,
  questions: readonly Question[],
  options: InvestigateOptions = {},
): Promise<Investigation> {
  const predicates = questions.map((question) => question.predicate);
  const configuration = configurationOf(reader);
  if (questions.length === 0) return { configuration, answers: [] };
  // The fresh worker runs beside the first reading.
  const freshly = freshDigests({ casePath: reader.path, predicates });
  const whole = readCone(reader, configuration, coreOf(predicates));
  const budget = budgetOf(replaysMax);
  const fresh = await freshly;
  const answers: Answer[] = [];
  for (const [index, question] of questions.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.({ done: index, of: questions.length, what: question.id });
    const cone = narrow(whole, coreOf([question.predicate]));
    const baseline = baselineOf(cone, question.predicate, fresh[index] ?? null);
    const { predicate } = question;
    const suspectsIn = (observation: Observation, of: Predicate = predicate): readonly Candidate[] =>
      suspectsOf(cone, observation, of);
    const suspects = suspectsIn(baseline.factual);
    const hearing = { reader, baseline, predicate, suspects, suspectsIn, budget };
    const assessed: Assessed[] = [];
    for (const candidate of suspects) {
      options.signal?.throwIfAborted();
      assessed.push(assess(hearing, candidate));
      await breathe();
    }
    // What only a repaired run shows was no suspect of the world as it was: it is told where it contributes.
    for (const candidate of revealedBy(hearing)) {
      options.signal?.throwIfAborted();
      const behind = assess(hearing, candidate);
      if (behind.judged.verdict === 'contributing') assessed.push(behind);
      await breathe();
    }
    answers.push({ question, baseline, assessed });
  }
  return { configuration, answers };
}

/** Lets the event loop turn between replays, so that an abort or a progress line gets through. */
const breathe = (): Promise<void> => new Promise((done) => setImmediate(done));

/** What a run offers to blame for a symptom, by every cause that is modelled. */
function suspectsOf(cone: Cone, observation: Observation, predicate: Predicate): readonly Candidate[] {
  const suspicion = {
    configuration: cone.configuration,
    until: cone.until,
    refusals: ownRefusals(observation, predicate),
    silences: predicate.kind === 'agent_offline' ? silencesOf(cone, observation, predicate.agentId) : [],
  };
  return registry
    .flatMap((model) => model.suspects(suspicion))
    .sort(
      (a, b) =>
        a.depth - b.depth || a.onset - b.onset || compareText(a.entity, b.entity) || compareText(a.kind, b.kind),
    );
}
