import { entityOf } from '../../base/entity.ts';
import type { Json } from '../../base/json.ts';
import type { ConfigurationEdit } from '../../control-plane/index.ts';
import { type Command, type Concern, rank } from '../kernel/index.ts';

type Intervention = Command<'intervention', ConfigurationEdit>;

/** An edit of the configuration as something that happens at its time, so that a trace shows what was changed in it. */
export const intervention = (edit: ConfigurationEdit, seq: number): Intervention => ({
  at: edit.from,
  rank: rank.configuration,
  entity: entityOf(edit.section, edit.key),
  seq,
  type: 'intervention',
  ref: `edit:${seq}`,
  data: edit,
});

/** The edits themselves act through the configuration; this concern writes them into the trace. */
export const interventionsConcern: Concern<null> = {
  id: 'interventions',
  version: 1,
  commands: ['intervention'],
  stateKey: () => '',
  init: () => null,
  decide: (_state, command) => ({
    events: [
      {
        at: command.at,
        type: 'intervention.applied',
        entity: command.entity,
        rule: 'interventions',
        reads: [],
        ref: command.ref,
        data: {
          to: (command as Intervention).data.to,
          change: (command as Intervention).data.change as unknown as Json,
        },
      },
    ],
  }),
};
