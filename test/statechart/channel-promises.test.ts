/** What a channel's chart promises over several arrows: to slow down, to stay in turn, to leave before it joins. */

import { describe, expect, test } from 'vitest';
import {
  asking,
  awaitingClose,
  joined,
  leaving,
  preparing,
  preparingAgain,
  queued,
  queuedAgain,
  refused,
  timedOut,
  toJoinAgain,
} from '../support/chart-channel-routes.js';
import { ChannelRun } from '../support/chart-channel-run.js';

describe('failures are forgotten only after a stable membership', () => {
  test('a channel that crashes right after each join is judged more harshly each time', () => {
    using run = new ChannelRun();
    joined(run);
    for (let crash = 1; crash <= 4; crash += 1) {
      run.send('channel.crashed');
      expect(run.newCalls()).toContain(`judge crashed ${crash}`);
      run.clock.advance(1000);
      run.send('turn.given', 'params.given', 'join.accepted');
    }
  });

  test.each([
    ['one that stayed joined for long enough starts anew', 0, 'judge crashed 1'],
    ['one that crashes a moment earlier does not', 1, 'judge crashed 2'],
  ])('%s', (_title, missing, judged) => {
    using run = new ChannelRun();
    refused(run);
    run.clock.advance(1000);
    run.send('turn.given', 'params.given', 'join.accepted');
    run.clock.advance(run.stableAfter - missing);
    run.send('channel.crashed');
    expect(run.newCalls()).toContain(judged);
  });

  test('a new session starts anew', () => {
    using run = new ChannelRun();
    refused(run);
    run.socket(false);
    expect(run.failures).toBe(1);
    run.socket(true);
    expect(run.failures).toBe(0);
  });

  test('joins that time out are given more and more time', () => {
    using run = new ChannelRun();
    queuedAgain(run);
    run.send('turn.given', 'params.given');
    run.clock.advance(2 * run.joinTimeout - 1);
    expect(run.state).toBe('joining.asking.ticking');
    run.clock.advance(1);
    expect(run.state).toBe('errored.backingOff');
  });
});

test('the clock of a join starts again at each join reply on its socket, and still ends', () => {
  using run = new ChannelRun();
  asking(run);
  run.clock.advance(3000);
  run.lastJoinReplyAt = run.clock.monotonic();
  run.clock.advance(run.joinTimeout - 1);
  expect(run.state).toBe('joining.asking.ticking');
  run.clock.advance(1);
  expect(run.state).toBe('errored.backingOff');
});

describe('a join asked for while leaving follows the leave', () => {
  test('and not before the server has answered the leave', () => {
    using run = new ChannelRun();
    toJoinAgain(run);
    expect(run.newCalls()).not.toContain('announceClosed');
    run.send('leave.accepted', 'turn.given', 'params.given', 'join.accepted');
    expect(run.state).toBe('joined');
  });

  test('unless the topic is left once more', () => {
    using run = new ChannelRun();
    toJoinAgain(run);
    run.send('leave', 'leave.accepted');
    expect(run.state).toBe('closed');
  });
});

describe('no join is pushed without a socket', () => {
  test('when it falls before the turn', () => {
    using run = new ChannelRun();
    queued(run);
    run.socket(false);
    run.send('turn.given');
    expect(run.state).toBe('waiting.offline');
  });

  test('when it falls before the params are there', () => {
    using run = new ChannelRun();
    preparing(run);
    run.socket(false);
    run.send('params.given');
    expect(run.state).toBe('waiting.offline');
    expect(run.calls).not.toContain('pushJoin');
  });

  test('when it falls while backing off', () => {
    using run = new ChannelRun();
    refused(run);
    run.socket(false);
    run.clock.advance(1000);
    run.send('turn.given');
    expect(run.state).toBe('waiting.offline');
  });
});

describe('a retry waits for its turn like any other join', () => {
  test('backing off ends in the join queue and not in a join', () => {
    using run = new ChannelRun();
    refused(run);
    run.newCalls();
    run.clock.advance(1000);
    expect(run.state).toBe('waiting.queued');
    expect(run.newCalls()).toEqual(['note joining', 'askTurn']);
  });

  test('the delay is drawn once: what is announced is what happens', () => {
    using run = new ChannelRun();
    asking(run);
    run.retryIn = 4000;
    run.send('join.refused');
    run.retryIn = 1;
    expect(run.newCalls().filter((call) => call.includes('refused'))).toEqual([
      'judge refused 1',
      'announceFailed refused 1, retry in 4000',
    ]);
    run.clock.advance(3999);
    expect(run.state).toBe('errored.backingOff');
    run.clock.advance(1);
    expect(run.state).toBe('waiting.queued');
  });
});

describe('a late ok for the newest join counts', () => {
  test.each([
    ['while it backs off', timedOut],
    ['while it waits for its next turn', queuedAgain],
    ['while the params of the next one are asked for', preparingAgain],
    ['after those have failed', withoutParams],
  ])('%s', (_, route) => {
    using run = new ChannelRun();
    route(run);
    run.send('join.accepted');
    expect(run.state).toBe('joined');
    expect(run.calls.filter((call) => call === 'pushJoin')).toHaveLength(1);
  });
});

describe('a join that the server may yet accept is left like one that it has accepted', () => {
  test.each([
    ['while it backs off', timedOut],
    ['while it waits for its next turn', queuedAgain],
    ['while the params of the next one are asked for', preparingAgain],
    ['after those have failed', withoutParams],
    ['after those have not come in time', withLateParams],
  ])('%s', (_, route) => {
    using run = new ChannelRun();
    route(run);
    run.send('leave');
    expect(run.state).toBe('leaving.forGood');
    expect(run.calls).toContain('pushLeave');
  });
});

describe('on version 1 a leave ends with the close', () => {
  test('which is waited for after the reply', () => {
    using run = new ChannelRun();
    awaitingClose(leaving)(run);
    run.send('leave.accepted');
    expect(run.state).toBe('leaving.forGood');
    run.send('channel.closed');
    expect(run.state).toBe('closed');
  });

  test('or at its deadline, when the close does not come', () => {
    using run = new ChannelRun();
    awaitingClose(toJoinAgain)(run);
    run.send('leave.accepted', 'join');
    run.clock.advance(run.leaveTimeout - 1);
    expect(run.state).toBe('leaving.toJoinAgain');
    run.clock.advance(1);
    expect(run.state).toBe('waiting.queued');
  });
});

test('the gate is open before the worker hears of the join', () => {
  using run = new ChannelRun();
  joined(run);
  expect(run.calls.indexOf('openGate')).toBeLessThan(run.calls.indexOf('announceJoined welcome'));
});

function withoutParams(run: ChannelRun): void {
  preparingAgain(run);
  run.send('params.failed');
}

function withLateParams(run: ChannelRun): void {
  preparingAgain(run);
  run.clock.advance(run.paramsTimeout);
}
