/** One of each fact, for listeners that are to be shown them all. */

import type { TelemetryFact } from '../../src/index.js';

const at = Date.UTC(2026, 0, 1);
const topic = 'room:1';

export const ONE_OF_EACH: { readonly [N in TelemetryFact['name']]: TelemetryFact & { name: N } } = {
  'client.started': { name: 'client.started', at },
  'client.stopped': { name: 'client.stopped', at, kind: 'requested', code: null },
  'socket.state': {
    name: 'socket.state',
    at,
    socket: 1,
    from: 'connecting',
    to: 'connected',
    reason: '',
  },
  'socket.dialing': { name: 'socket.dialing', at, socket: 1, attempt: 1 },
  'socket.opened': { name: 'socket.opened', at, socket: 1, attempt: 1, ms: 20 },
  'socket.lost': {
    name: 'socket.lost',
    at,
    socket: 1,
    cause: 'peer',
    code: 1006,
    status: null,
    attempt: 1,
    retryIn: 500,
  },
  'socket.full': { name: 'socket.full', at, socket: 1, channels: 100 },
  'socket.emptied': { name: 'socket.emptied', at, socket: 2 },
  'heartbeat.answered': { name: 'heartbeat.answered', at, socket: 1, ms: 4 },
  'frame.misread': { name: 'frame.misread', at, code: 'PHX_BAD_FRAME', reason: 'no message' },
  'channel.state': { name: 'channel.state', at, topic, from: 'closed', to: 'joining', reason: '' },
  'channel.ended': { name: 'channel.ended', at, topic, cause: 'crashed', retryIn: 1000 },
  'join.failed': {
    name: 'join.failed',
    at,
    topic,
    code: 'PHX_JOIN_REFUSED',
    attempt: 1,
    retryIn: 1,
  },
  'message.stale': { name: 'message.stale', at, topic },
  'push.dropped': { name: 'push.dropped', at, topic, event: 'ping', reason: 'full' },
  'push.unanswered': { name: 'push.unanswered', at, topic, event: 'ping', why: 'lost' },
  'push.resent': { name: 'push.resent', at, topic, event: 'ping', sendings: 2 },
  'push.abandoned': {
    name: 'push.abandoned',
    at,
    topic,
    event: 'ping',
    code: 'PHX_PUSH_TIMEOUT',
    sendings: 6,
  },
  'outbox.restored': { name: 'outbox.restored', at, topic, pushes: 2 },
  'store.failed': { name: 'store.failed', at, action: 'put', code: 'PHX_STORE_FAILED' },
  'inbox.shed': { name: 'inbox.shed', at, topic, dropped: 3 },
  'inbox.paused': { name: 'inbox.paused', at },
  'inbox.resumed': { name: 'inbox.resumed', at },
  'callback.failed': {
    name: 'callback.failed',
    at,
    callback: 'handleMessage',
    verdict: 'stop',
    error: 'handleMessage failed: cannot read the order',
    thrown: 'TypeError',
  },
  'callback.slow': { name: 'callback.slow', at, callback: 'handleMessage', ms: 30_000 },
  'call.timeout': { name: 'call.timeout', at, ms: 5000 },
};
