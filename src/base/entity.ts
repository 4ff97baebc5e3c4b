/** `kind:id`, as every output names a thing of the deployment. */
export type Entity = `${string}:${string}`;

export const entityOf = (kind: string, id: string): Entity => `${kind}:${id}`;

export function splitEntity(entity: string): { readonly kind: string; readonly id: string } {
  const colon = entity.indexOf(':');
  return colon < 0 ? { kind: '', id: entity } : { kind: entity.slice(0, colon), id: entity.slice(colon + 1) };
}
