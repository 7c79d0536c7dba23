/** The arrows of a socket that is renewed, or that nobody gives credentials. */

import {
  authorizing,
  busy,
  connected,
  connecting,
  dialedTooOften,
  DUE,
  due,
  judged,
  limited,
  patient,
  QUIET,
  unauthorized,
} from './chart-socket-routes.js';
import { DENIED, type SocketArrow } from './chart-socket-run.js';

export const RENEWAL_ARROWS: readonly SocketArrow[] = [
  {
    arrow: 'judging, always [isUnauthorized] → unauthorized',
    from: judged({ retryIn: null, floor: 1000 }, authorizing),
    when: (run) => {
      run.ends(DENIED);
    },
    to: 'unauthorized',
    calls: ['judge unauthorized 1 0', 'announceLost unauthorized 1, retry in null', 'hangUp'],
  },
  {
    arrow: 'unauthorized, connect [isFloored] → disconnected.floored.wanted',
    from: dialedTooOften(unauthorized),
    when: 'connect',
    to: 'disconnected.floored.wanted',
    calls: [],
  },
  {
    arrow: 'unauthorized, connect [else] → session',
    from: unauthorized,
    when: 'connect',
    to: 'session.waiting',
    calls: ['openSession'],
  },
  {
    arrow: 'unauthorized, disconnect → disconnected.floored',
    from: unauthorized,
    when: 'disconnect',
    to: 'disconnected.floored.unwanted',
    calls: [],
  },
  {
    arrow: 'session.connected.term.running, always [mayLast] → session.connected.term.endless',
    from: connecting,
    when: 'transport.opened',
    to: QUIET,
    calls: ['announceOnline 1'],
  },
  {
    arrow: 'session.connected.term.running, after term → session.connected.term.due',
    from: limited(connected),
    when: 20_000,
    to: DUE,
    calls: ['prepareRenewal'],
  },
  {
    arrow: 'session.connected.term.running, renew → session.connected.term.due',
    from: limited(connected),
    when: 'renew',
    to: DUE,
    calls: ['prepareRenewal'],
  },
  {
    arrow: 'session.connected.term.endless, renew → session.connected.term.due',
    from: connected,
    when: 'renew',
    to: DUE,
    calls: ['prepareRenewal'],
  },
  {
    arrow: 'session.connected.term.due.busy, after renewalCheck [mayRenew] → renewing',
    from: due,
    when: 50,
    to: 'session.waiting',
    calls: [
      'forgoRenewal',
      'announceOffline',
      'beginRenewal',
      'announceLost renewed 0, retry in 0',
      'hangUp',
      'openSession',
    ],
  },
  {
    arrow:
      'session.connected.term.due.busy, after renewalCheck [else] → session.connected.term.due.busy',
    from: busy(due),
    when: 50,
    to: DUE,
    calls: ['prepareRenewal'],
  },
  {
    arrow: 'renewing, always → backingOff',
    from: dialedTooOften(due),
    when: 50,
    to: 'backingOff.floored.patient',
    calls: [
      'forgoRenewal',
      'announceOffline',
      'beginRenewal',
      'announceLost renewed 0, retry in 1000',
      'hangUp',
    ],
  },
  {
    arrow: 'backingOff, credentials.denied → unauthorized',
    from: patient,
    when: 'credentials.denied',
    to: 'unauthorized',
    calls: [],
  },
];
