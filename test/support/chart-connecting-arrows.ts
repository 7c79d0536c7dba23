/** The arrows of a socket from rest to the open connection. */

import type { SocketEvent } from '../../src/charts.js';
import type { ArrowCase } from './chart-run.js';
import {
  authorizing,
  connected,
  connecting,
  free,
  QUIET,
  unwanted,
  waiting,
  wanted,
} from './chart-socket-routes.js';
import type { SocketRun } from './chart-socket-run.js';

export const CONNECTING_ARROWS: readonly ArrowCase<SocketRun, SocketEvent['type']>[] = [
  {
    arrow: 'disconnected.free, connect → session',
    from: free,
    when: 'connect',
    to: 'session.waiting',
    calls: ['openSession'],
  },
  {
    arrow: 'disconnected.floored, after floor [isWanted] → session',
    from: wanted,
    when: 1000,
    to: 'session.waiting',
    calls: ['openSession'],
  },
  {
    arrow: 'disconnected.floored, after floor [else] → disconnected.free',
    from: unwanted,
    when: 1000,
    to: 'disconnected.free',
    calls: [],
  },
  {
    arrow: 'disconnected.floored.unwanted, connect → disconnected.floored.wanted',
    from: unwanted,
    when: 'connect',
    to: 'disconnected.floored.wanted',
    calls: [],
  },
  {
    arrow: 'disconnected.floored.wanted, disconnect → disconnected.floored.unwanted',
    from: wanted,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: [],
  },
  {
    arrow: 'session, transport.closed → judging',
    from: connected,
    when: 'transport.closed',
    to: 'backingOff.floored.patient',
    calls: ['announceOffline', 'judge peer 1 0', 'announceLost peer 1, retry in 3000', 'hangUp'],
  },
  {
    arrow: 'session.waiting, turn.given → session.authorizing',
    from: waiting,
    when: 'turn.given',
    to: 'session.authorizing',
    calls: ['authorize as usual 1'],
  },
  {
    arrow: 'session.waiting, disconnect → abandoned',
    from: waiting,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: ['judge requested 1 0', 'announceLost requested 1, retry in null', 'hangUp'],
  },
  {
    arrow: 'session.authorizing, credentials.given → session.connecting',
    from: authorizing,
    when: 'credentials.given',
    to: 'session.connecting',
    calls: ['dial'],
  },
  {
    arrow: 'session.authorizing, disconnect → abandoned',
    from: authorizing,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: ['judge requested 1 0', 'announceLost requested 1, retry in null', 'hangUp'],
  },
  {
    arrow: 'session.authorizing, after credentialsTimeout → judging',
    from: authorizing,
    when: 8000,
    to: 'backingOff.floored.patient',
    calls: ['judge credentials 1 0', 'announceLost credentials 1, retry in 3000', 'hangUp'],
  },
  {
    arrow: 'session.connecting, transport.opened → session.connected',
    from: connecting,
    when: 'transport.opened',
    to: QUIET,
    calls: ['announceOnline 1'],
  },
  {
    arrow: 'session.connecting, disconnect → abandoned',
    from: connecting,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: ['judge requested 1 0', 'announceLost requested 1, retry in null', 'hangUp'],
  },
  {
    arrow: 'session.connecting, after connectTimeout → judging',
    from: connecting,
    when: 9000,
    to: 'backingOff.floored.patient',
    calls: ['judge connectTimeout 1 0', 'announceLost connectTimeout 1, retry in 3000', 'hangUp'],
  },
];
