/** The words that a filter may hold, for whoever helps to type one. */
import { eventKinds, outcomes, severities } from '../../base/vocabulary.ts';
import { fieldNames, flags } from './fields.ts';

export interface FilterWords {
  readonly fields: readonly string[];
  /** The values of a field that has only some. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export const filterWords: FilterWords = {
  fields: fieldNames,
  values: new Map<string, readonly string[]>([
    ['kind', eventKinds],
    ['outcome', outcomes],
    ['severity', severities],
    ['is', flags],
    ['has', fieldNames],
  ]),
};
