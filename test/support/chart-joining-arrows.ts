/** The arrows of a channel that is not joined yet, or not any more. */

import type { ChannelEvent } from '../../src/charts.js';
import {
  asking,
  onFallenSocket,
  preparing,
  preparingAgain,
  queued,
  refused,
  timedOut,
  withParamsAtHand,
  withRetryIn,
} from './chart-channel-routes.js';
import type { ChannelRun } from './chart-channel-run.js';
import type { ArrowCase } from './chart-run.js';

export const JOINING_ARROWS: readonly ArrowCase<ChannelRun, ChannelEvent['type']>[] = [
  {
    arrow: 'joining, socket.down → lost',
    from: onFallenSocket(asking),
    when: 'socket.down',
    to: 'waiting.offline',
    calls: ['freeTurn', 'forgetJoin', 'judge lost 0', 'announceLost', 'note joining'],
  },
  {
    arrow: 'joining, join.accepted → joined',
    from: asking,
    when: 'join.accepted',
    to: 'joined',
    calls: ['freeTurn', 'note joined', 'openGate', 'announceJoined welcome'],
  },
  {
    arrow: 'joining, params.failed → errored',
    from: preparing,
    when: 'params.failed',
    to: 'errored.backingOff',
    calls: ['freeTurn', 'note errored', 'judge params 1', 'announceFailed params 1, retry in 1000'],
  },
  {
    arrow: 'joining.preparing, always [hasParams] → joining.asking',
    from: withParamsAtHand(queued),
    when: 'turn.given',
    to: 'joining.asking.ticking',
    calls: ['forgoTurn', 'prepareJoin 1', 'pushJoin'],
  },
  {
    arrow: 'joining.preparing, always [else] → joining.awaitingParams',
    from: queued,
    when: 'turn.given',
    to: 'joining.awaitingParams',
    calls: ['forgoTurn', 'prepareJoin 1'],
  },
  {
    arrow: 'joining.awaitingParams, params.given → joining.asking',
    from: preparing,
    when: 'params.given',
    to: 'joining.asking.ticking',
    calls: ['pushJoin'],
  },
  {
    arrow: 'joining.awaitingParams, leave [mayBeJoined] → leaving',
    from: preparingAgain,
    when: 'leave',
    to: 'leaving.forGood',
    calls: ['freeTurn', 'note leaving', 'pushLeave'],
  },
  {
    arrow: 'joining.awaitingParams, leave [else] → closed',
    from: preparing,
    when: 'leave',
    to: 'closed',
    calls: ['freeTurn', 'forgetJoin', 'announceLeft in time', 'note closed', 'announceClosed'],
  },
  {
    arrow: 'joining.awaitingParams, after paramsTimeout → errored',
    from: preparing,
    when: 10_000,
    to: 'errored.backingOff',
    calls: ['freeTurn', 'note errored', 'judge params 1', 'announceFailed params 1, retry in 1000'],
  },
  {
    arrow: 'joining.asking, join.refused → errored',
    from: asking,
    when: 'join.refused',
    to: 'errored.backingOff',
    calls: [
      'freeTurn',
      'forgetJoin',
      'note errored',
      'judge refused 1',
      'announceFailed refused 1, retry in 1000',
    ],
  },
  {
    arrow: 'joining.asking, channel.crashed → errored',
    from: asking,
    when: 'channel.crashed',
    to: 'errored.backingOff',
    calls: [
      'freeTurn',
      'forgetJoin',
      'note errored',
      'judge aborted 1',
      'announceFailed aborted 1, retry in 1000',
    ],
  },
  {
    arrow: 'joining.asking, channel.closed → errored',
    from: asking,
    when: 'channel.closed',
    to: 'errored.backingOff',
    calls: [
      'freeTurn',
      'forgetJoin',
      'note errored',
      'judge aborted 1',
      'announceFailed aborted 1, retry in 1000',
    ],
  },
  {
    arrow: 'joining.asking, channel.moved → waiting',
    from: onFallenSocket(asking),
    when: 'channel.moved',
    to: 'waiting.offline',
    calls: ['freeTurn', 'forgetJoin', 'note joining'],
  },
  {
    arrow: 'joining.asking, leave → leaving',
    from: asking,
    when: 'leave',
    to: 'leaving.forGood',
    calls: ['freeTurn', 'note leaving', 'pushLeave'],
  },
  {
    arrow: 'joining.asking.ticking, after joinTimeLeft [joinMayStillCome] → joining.asking.ticking',
    from: afterAnotherReply,
    when: 5000,
    to: 'joining.asking.ticking',
    calls: [],
  },
  {
    arrow: 'joining.asking.ticking, after joinTimeLeft [else] → errored',
    from: asking,
    when: 8000,
    to: 'errored.backingOff',
    calls: [
      'freeTurn',
      'note errored',
      'judge timeout 1',
      'announceFailed timeout 1, retry in 1000',
    ],
  },
  {
    arrow: 'errored, leave [mayBeJoined] → leaving',
    from: timedOut,
    when: 'leave',
    to: 'leaving.forGood',
    calls: ['note leaving', 'pushLeave'],
  },
  {
    arrow: 'errored, leave [else] → closed',
    from: refused,
    when: 'leave',
    to: 'closed',
    calls: ['forgetJoin', 'announceLeft in time', 'note closed', 'announceClosed'],
  },
  {
    arrow: 'errored, socket.down → waiting',
    from: onFallenSocket(refused),
    when: 'socket.down',
    to: 'waiting.offline',
    calls: ['forgetJoin', 'note joining'],
  },
  {
    arrow: 'errored.judging, always [mayRejoin] → errored.backingOff',
    from: asking,
    when: 'join.refused',
    to: 'errored.backingOff',
    calls: [
      'freeTurn',
      'forgetJoin',
      'note errored',
      'judge refused 1',
      'announceFailed refused 1, retry in 1000',
    ],
  },
  {
    arrow: 'errored.judging, always [else] → closed',
    from: withRetryIn(null, asking),
    when: 'join.refused',
    to: 'closed',
    calls: [
      'freeTurn',
      'forgetJoin',
      'note errored',
      'judge refused 1',
      'announceFailed refused 1, retry in null',
      'note closed',
      'announceClosed',
    ],
  },
  {
    arrow: 'errored.backingOff, after retryIn → waiting',
    from: refused,
    when: 1000,
    to: 'waiting.queued',
    calls: ['note joining', 'askTurn'],
  },
  {
    arrow: 'errored.backingOff, join.accepted → joined',
    from: timedOut,
    when: 'join.accepted',
    to: 'joined',
    calls: ['note joined', 'openGate', 'announceJoined welcome'],
  },
];

/** Three seconds into the join, another channel's join is replied to. */
function afterAnotherReply(run: ChannelRun): void {
  asking(run);
  run.clock.advance(3000);
  run.lastJoinReplyAt = run.clock.monotonic();
}
