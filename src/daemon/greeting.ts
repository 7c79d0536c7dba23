/** What a demo says when it listens: where everything is, and what to try. */

import type { Listeners } from './listening.js';

export function greeting(double: string, { api, admin, page }: Listeners): readonly string[] {
  return [
    `a Phoenix double listens on ${double}, and the daemon is connected to it`,
    '',
    ...(page === null ? [] : [`  page     ${admin.address}/`]),
    `  API      ${api.address}/v1  (${api.address}/openapi.json)`,
    `  metrics  ${admin.address}/metrics`,
    '',
    'try',
    ...tries(api.address).map((line) => `  ${line}`),
    '',
    'Ctrl-C ends it',
  ];
}

/** A push that is answered, the events as they come, a channel at run time. */
function tries(api: string): readonly string[] {
  return [
    `curl -d '{"topic":"ping:demo","event":"ping"}' '${api}/v1/push?wait=reply'`,
    `curl -N '${api}/v1/events?topic=numbers:*'`,
    `curl -X PUT -H 'content-type: application/json' -d '{"params":{"username":"you"}}' ${api}/v1/channels/room:den`,
  ];
}
