/** The arrows of a socket from the open connection to the next. */

import {
  AWAITING,
  awaiting,
  connected,
  connecting,
  DEAF,
  deaf,
  dialedTooOften,
  eager,
  excused,
  hurried,
  judged,
  patient,
  paused,
  PROVEN,
  proven,
  QUIET,
  waiting,
  WITHOUT_HEARTBEAT,
  withoutHeartbeat,
} from './chart-socket-routes.js';
import type { SocketArrow, SocketRun } from './chart-socket-run.js';

export const CONNECTED_ARROWS: readonly SocketArrow[] = [
  {
    arrow:
      'session.connected.heartbeat.quiet, always [hasNoHeartbeat] → session.connected.heartbeat.off',
    from: withoutHeartbeat(connecting),
    when: 'transport.opened',
    to: WITHOUT_HEARTBEAT,
    calls: ['announceOnline 1'],
  },
  {
    arrow: 'session.connected.heartbeat.quiet, clock.jumped → session.connected.heartbeat.awaiting',
    from: connected,
    when: 'clock.jumped',
    to: AWAITING,
    calls: ['pushHeartbeat'],
  },
  {
    arrow:
      'session.connected.heartbeat.quiet, after heartbeatInterval [isReadingPaused] → session.connected.heartbeat.deaf',
    from: paused(connected),
    when: 25_000,
    to: DEAF,
    calls: [],
  },
  {
    arrow:
      'session.connected.heartbeat.quiet, after heartbeatInterval [else] → session.connected.heartbeat.awaiting',
    from: connected,
    when: 25_000,
    to: AWAITING,
    calls: ['pushHeartbeat'],
  },
  {
    arrow:
      'session.connected.heartbeat.awaiting, reading.paused → session.connected.heartbeat.deaf',
    from: awaiting,
    when: 'reading.paused',
    to: DEAF,
    calls: [],
  },
  {
    arrow:
      'session.connected.heartbeat.deaf, reading.resumed → session.connected.heartbeat.awaiting',
    from: deaf,
    when: 'reading.resumed',
    to: AWAITING,
    calls: ['pushHeartbeat'],
  },
  {
    arrow:
      'session.connected.heartbeat.awaiting, heartbeat.answered → session.connected.heartbeat.quiet',
    from: awaiting,
    when: 'heartbeat.answered',
    to: QUIET,
    calls: [],
  },
  {
    arrow:
      'session.connected.heartbeat.awaiting, after heartbeatTimeout [mayStillAnswer] → session.connected.heartbeat.awaiting',
    from: excused(awaiting),
    when: 7000,
    to: AWAITING,
    calls: ['pushHeartbeat'],
  },
  {
    arrow: 'session.connected.heartbeat.awaiting, after heartbeatTimeout [else] → judging',
    from: awaiting,
    when: 7000,
    to: 'backingOff.floored.patient',
    calls: [
      'announceOffline',
      'judge heartbeatTimeout 1 0',
      'announceLost heartbeatTimeout 1, retry in 3000',
      'hangUp',
    ],
  },
  {
    arrow: 'session.connected.proof.unproven, disconnect → abandoned',
    from: connected,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: [
      'announceOffline',
      'judge requested 1 0',
      'announceLost requested 1, retry in null',
      'hangUp',
    ],
  },
  {
    arrow:
      'session.connected.proof.unproven, after stableIn [isStable] → session.connected.proof.proven',
    from: ofUse,
    when: 10_000,
    to: PROVEN,
    calls: [],
  },
  {
    arrow:
      'session.connected.proof.unproven, after stableIn [else] → session.connected.proof.unproven',
    from: connected,
    when: 10_000,
    to: QUIET,
    calls: [],
  },
  {
    arrow: 'session.connected.proof.proven, disconnect → dismissed',
    from: proven,
    when: 'disconnect',
    to: 'disconnected.free',
    calls: ['announceOffline', 'announceLost requested 0, retry in null', 'hangUp'],
  },
  {
    arrow: 'abandoned, always → disconnected.floored',
    from: connected,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: [
      'announceOffline',
      'judge requested 1 0',
      'announceLost requested 1, retry in null',
      'hangUp',
    ],
  },
  {
    arrow: 'dismissed, always [isFloored] → disconnected.floored',
    from: dialedTooOften(proven),
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: ['announceOffline', 'announceLost requested 0, retry in null', 'hangUp'],
  },
  {
    arrow: 'dismissed, always [else] → disconnected.free',
    from: proven,
    when: 'disconnect',
    to: 'disconnected.free',
    calls: ['announceOffline', 'announceLost requested 0, retry in null', 'hangUp'],
  },
  {
    arrow: 'judging, always [mayRetry] → backingOff',
    from: waiting,
    when: 'transport.closed',
    to: 'backingOff.floored.patient',
    calls: ['judge peer 1 0', 'announceLost peer 1, retry in 3000', 'hangUp'],
  },
  {
    arrow: 'judging, always [else] → disconnected.floored',
    from: judged({ retryIn: null, floor: 1000 }, waiting),
    when: 'transport.closed',
    to: 'disconnected.floored.unwanted',
    calls: ['judge peer 1 0', 'announceLost peer 1, retry in null', 'hangUp'],
  },
  {
    arrow: 'backingOff, disconnect → disconnected.floored',
    from: patient,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: [],
  },
  {
    arrow: 'backingOff, after retryIn → session',
    from: patient,
    when: 3000,
    to: 'session.waiting',
    calls: ['openSession'],
  },
  {
    arrow: 'backingOff.floored, after floor [isHurried] → session',
    from: hurried,
    when: 1000,
    to: 'session.waiting',
    calls: ['openSession'],
  },
  {
    arrow: 'backingOff.floored, after floor [else] → backingOff.eager',
    from: patient,
    when: 1000,
    to: 'backingOff.eager',
    calls: [],
  },
  {
    arrow: 'backingOff.floored.patient, connect → backingOff.floored.hurried',
    from: patient,
    when: 'connect',
    to: 'backingOff.floored.hurried',
    calls: [],
  },
  {
    arrow: 'backingOff.eager, connect → session',
    from: eager,
    when: 'connect',
    to: 'session.waiting',
    calls: ['openSession'],
  },
];

function ofUse(run: SocketRun): void {
  connecting(run);
  run.usefulSince = run.clock.monotonic();
  run.send('transport.opened');
}
