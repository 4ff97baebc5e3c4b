import type { Json } from '../../base/json.ts';

/** A question that a concern has for the outside: what a handler answered, what a call returned. */
export interface EffectRequest {
  /** `kind:id` of what asks. */
  readonly entity: string;
  readonly operation: string;
  /** The how-manieth such question of this entity's command. */
  readonly ordinal: number;
  /** What the outside was given. A recorded answer holds only for the same input. */
  readonly input: string;
}

/** An answer that the evidence holds. */
export interface RecordedAnswer {
  readonly operation: string;
  readonly ordinal: number;
  readonly input: string;
  readonly answer: Json;
}

/**
 * Where an answer came from. After the first divergence a recorded result stops being evidence, so each answer says
 * whether it was recorded, granted by the contract (`assumed`), or is not known at all.
 */
export type Provenance = 'recorded' | 'assumed' | 'unknown';

export interface EffectAnswer {
  readonly provenance: Provenance;
  readonly answer: Json;
  /** The assumption that granted it. */
  readonly assumption?: string;
}

/** Gives an answer where nothing was recorded for the same input; null leaves it unknown. */
export type Grant = (request: EffectRequest) => { readonly answer: Json; readonly assumption: string } | null;

/** Reuses a recorded answer when the input is unchanged, else what is granted, else unknown. Never performs anything. */
export function answerEffect(request: EffectRequest, recorded: readonly RecordedAnswer[], grant: Grant): EffectAnswer {
  for (const given of recorded) {
    if (given.operation === request.operation && given.ordinal === request.ordinal && given.input === request.input) {
      return { provenance: 'recorded', answer: given.answer };
    }
  }
  const granted = grant(request);
  return granted === null
    ? { provenance: 'unknown', answer: null }
    : { provenance: 'assumed', answer: granted.answer, assumption: granted.assumption };
}
