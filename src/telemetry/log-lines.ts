/** What a log says of each fact: a level and a sentence; what it says it of is in the fields. */

import type { FactName, TelemetryFact } from './facts.js';

export type Level = 'debug' | 'info' | 'warn' | 'error';

type Line = { readonly level: Level; readonly message: string };

/** Lost and failed: warn. What comes by the message: debug. */
export const LINES: { readonly [N in FactName]: Line } = {
  'client.started': { level: 'info', message: 'the client has started' },
  'client.stopped': { level: 'info', message: 'the client has stopped' },
  'socket.state': { level: 'debug', message: 'a socket changed its state' },
  'socket.dialing': { level: 'debug', message: 'a socket dials' },
  'socket.opened': { level: 'info', message: 'a socket is open' },
  'socket.lost': { level: 'warn', message: 'a dial failed or a connection ended' },
  'socket.full': { level: 'info', message: 'the server admits no more channels to a socket' },
  'socket.emptied': { level: 'debug', message: 'a socket without channels was hung up' },
  'transport.fallback': { level: 'warn', message: 'a transport failed and another one is tried' },
  'transport.returned': { level: 'info', message: 'the first transport carries again' },
  'credentials.refreshed': {
    level: 'info',
    message: 'credentials were asked for because a join was refused',
  },
  'heartbeat.answered': { level: 'debug', message: 'a heartbeat was answered' },
  'frame.misread': { level: 'warn', message: 'a frame of the server is no message' },
  'channel.state': { level: 'info', message: 'a channel changed its state' },
  'channel.ended': { level: 'warn', message: 'the server ended a channel' },
  'join.failed': { level: 'warn', message: 'a join failed' },
  'message.stale': { level: 'debug', message: 'a message of an earlier join was ignored' },
  'push.dropped': { level: 'debug', message: 'a push was never sent' },
  'push.unanswered': { level: 'debug', message: 'a push was sent and got no reply' },
  'push.resent': { level: 'debug', message: 'a confirmed push is sent again' },
  'push.abandoned': { level: 'error', message: 'a confirmed push was given up' },
  'outbox.restored': { level: 'info', message: 'confirmed pushes were found in the store' },
  'store.failed': { level: 'error', message: 'the store of confirmed pushes failed' },
  'inbox.shed': { level: 'warn', message: 'the inbox was full and messages were shed' },
  'inbox.crowded': { level: 'warn', message: 'the worker is too slow for what it is told' },
  'inbox.calmed': { level: 'info', message: 'the worker has caught up' },
  'inbox.paused': { level: 'info', message: 'the inbox is full and reading pauses' },
  'inbox.resumed': { level: 'info', message: 'reading goes on' },
  'callback.failed': { level: 'error', message: 'an error escaped a callback' },
  'callback.slow': { level: 'warn', message: 'a callback is taking long' },
  'call.timeout': { level: 'warn', message: 'a call was not answered in time' },
  'worker.restarted': { level: 'warn', message: 'the worker crashed and is restarted' },
  'worker.gaveUp': { level: 'error', message: 'the worker crashed too often' },
};

/** The table's, but what was asked for is no loss, and an end that nobody asked for is an error. */
export function levelOf(fact: TelemetryFact): Level {
  const isWished = fact.name === 'socket.lost' && ['requested', 'renewed'].includes(fact.cause);
  if (isWished) return 'info';
  if (fact.name === 'client.stopped' && fact.kind !== 'requested') return 'error';
  return LINES[fact.name].level;
}
