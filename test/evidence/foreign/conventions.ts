import { isObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import type { Style } from './respelt.ts';

/** Where the fields of a kind stand in a convention of others: field, path with `/` between its keys. */
type Moves = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Takes each field from where the contract has it, and puts it where the convention has it. */
function moved(record: JsonObject, moves: Readonly<Record<string, string>>): Json {
  const taken: (readonly [readonly string[], Json])[] = [];
  const without = (value: JsonObject, at: string): JsonObject =>
    Object.fromEntries(
      Object.entries(value).flatMap(([key, item]): (readonly [string, Json])[] => {
        const path = `${at}${key}`;
        const to = moves[path];
        if (to !== undefined) {
          taken.push([to.split('/'), item]);
          return [];
        }
        if (!isObject(item) || !Object.keys(moves).some((other) => other.startsWith(`${path}.`))) return [[key, item]];
        const rest = without(item, `${path}.`);
        return Object.keys(rest).length === 0 ? [] : [[key, rest]];
      }),
    );
  const put = (value: Json | undefined, [key = '', ...path]: readonly string[], item: Json): Json => {
    const inside = isObject(value) ? value : {};
    return { ...inside, [key]: path.length === 0 ? item : put(inside[key], path, item) };
  };
  const rest: Json = without(record, '');
  return taken.reduce<Json>((made, [path, item]) => put(made, path, item), rest);
}

const convention = (name: string, moves: Moves): Style => ({
  name,
  rewrite: (record, kind) => (isObject(record) ? moved(record, moves[kind] ?? {}) : record),
});

/** Conventions in wide use, which nobody made for this program. */
export const conventions: readonly Style[] = [
  convention('the Elastic Common Schema', {
    requests: {
      ts: '@timestamp',
      method: 'http/request/method',
      path: 'url/path',
      status: 'http/response/status_code',
      bytes_in: 'http/request/bytes',
      request_id: 'http/request/id',
      'caller.kind': 'user/type',
      'caller.id': 'user/id',
      ip: 'source/ip',
      component: 'service/name',
      host: 'host/name',
      org_id: 'organization/id',
      agent_id: 'agent/id',
    },
    audit: {
      ts: '@timestamp',
      id: 'event/id',
      seq: 'event/sequence',
      action: 'event/action',
      outcome: 'event/outcome',
      'actor.kind': 'user/type',
      'actor.id': 'user/id',
      'reason.code': 'error/code',
      'reason.message': 'error/message',
      org_id: 'organization/id',
      request_id: 'http/request/id',
    },
    health: {
      ts: '@timestamp',
      component: 'service/name',
      host: 'host/name',
      endpoint: 'url/path',
      status: 'http/response/status_code',
      error: 'error/message',
      body: 'http/response/body',
    },
  }),
  convention('CloudTrail', {
    requests: {
      ts: 'startTime',
      method: 'requestMethod',
      path: 'requestPath',
      status: 'responseStatus',
      request_id: 'requestID',
      'caller.kind': 'userIdentity/type',
      'caller.id': 'userIdentity/principalId',
      credential_id: 'userIdentity/accessKeyId',
      ip: 'sourceIPAddress',
      'error.code': 'errorCode',
      'error.message': 'errorMessage',
      org_id: 'accountId',
    },
    audit: {
      ts: 'eventTime',
      id: 'eventID',
      action: 'eventName',
      'actor.kind': 'userIdentity/type',
      'actor.id': 'userIdentity/principalId',
      'reason.code': 'errorCode',
      'reason.message': 'errorMessage',
      org_id: 'accountId',
      request_id: 'requestID',
      'resource.kind': 'resource/resourceType',
      'resource.id': 'resource/resourceName',
      details: 'additionalEventData',
    },
  }),
];
