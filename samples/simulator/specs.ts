/** Pipeline specifications as `spec.kv` has them: the same name and revision give the same bytes. */
export const stages = ['decode', 'enrich', 'publish'] as const;

export const versionSpec = (environmentId: string, revision: number): string =>
  [
    `pipeline.name=${environmentId.replace('env_', 'line-')}`,
    'pipeline.target=SingleRing',
    `pipeline.revision=${revision}`,
    'single_ring.shards=1',
    'single_ring.producer=single',
    'single_ring.scheduling=dedicated',
    'single_ring.ordering=strict',
    ...stages.flatMap((stage, index) => [
      `single_ring.stages.${index}.id=${stage}`,
      `single_ring.stages.${index}.op=${index === 0 ? 'identity' : `map:${stage}`}`,
      ...(index === 0 ? [] : [`single_ring.stages.${index}.depends_on.0=${index - 1}`]),
    ]),
    '',
  ].join('\n');
