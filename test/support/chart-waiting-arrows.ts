/** The arrows of a channel that waits for a socket, for its time, or for a turn. */

import type { ChannelEvent } from '../../src/charts.js';
import {
  offline,
  onFallenSocket,
  onReturn,
  queued,
  queuedAgain,
  refused,
  resting,
  restingAgain,
  restsAtReturn,
  withFreeTurn,
} from './chart-channel-routes.js';
import type { ChannelRun } from './chart-channel-run.js';
import type { ArrowCase } from './chart-run.js';

export const WAITING_ARROWS: readonly ArrowCase<ChannelRun, ChannelEvent['type']>[] = [
  {
    arrow: 'waiting, leave [mayBeJoined] → leaving',
    from: queuedAgain,
    when: 'leave',
    to: 'leaving.forGood',
    calls: ['forgoTurn', 'note leaving', 'pushLeave'],
  },
  {
    arrow: 'waiting, leave [else] → closed',
    from: offline,
    when: 'leave',
    to: 'closed',
    calls: ['forgetJoin', 'announceLeft in time', 'note closed', 'announceClosed'],
  },
  {
    arrow: 'waiting.offline, always [mustRest] → waiting.resting',
    from: restsAtReturn,
    when: 'socket.up',
    to: 'waiting.resting',
    calls: [],
  },
  {
    arrow: 'waiting.offline, always [mayJoinAtOnce] → joining',
    from: withFreeTurn(onReturn),
    when: 'socket.up',
    to: 'joining.awaitingParams',
    calls: ['claimTurn', 'prepareJoin 1'],
  },
  {
    arrow: 'waiting.offline, always [isSocketUp] → waiting.queued',
    from: refused,
    when: 1000,
    to: 'waiting.queued',
    calls: ['note joining', 'askTurn'],
  },
  {
    arrow: 'waiting.offline, socket.up → stay',
    from: onReturn,
    when: 'socket.up',
    to: 'waiting.queued',
    calls: ['askTurn'],
  },
  {
    arrow: 'waiting.resting, after restLeft → waiting.queued',
    from: resting,
    when: 1000,
    to: 'waiting.queued',
    calls: ['askTurn'],
  },
  {
    arrow: 'waiting.resting, join.accepted → joined',
    from: restingAgain,
    when: 'join.accepted',
    to: 'joined',
    calls: ['note joined', 'openGate', 'announceJoined welcome'],
  },
  {
    arrow: 'waiting.resting, socket.down → waiting.offline',
    from: onFallenSocket(resting),
    when: 'socket.down',
    to: 'waiting.offline',
    calls: ['forgetJoin'],
  },
  {
    arrow: 'waiting.queued, turn.given → joining',
    from: queued,
    when: 'turn.given',
    to: 'joining.awaitingParams',
    calls: ['forgoTurn', 'prepareJoin 1'],
  },
  {
    arrow: 'waiting.queued, join.accepted → joined',
    from: queuedAgain,
    when: 'join.accepted',
    to: 'joined',
    calls: ['forgoTurn', 'note joined', 'openGate', 'announceJoined welcome'],
  },
  {
    arrow: 'waiting.queued, socket.down → waiting.offline',
    from: onFallenSocket(queued),
    when: 'socket.down',
    to: 'waiting.offline',
    calls: ['forgoTurn', 'forgetJoin'],
  },
];
