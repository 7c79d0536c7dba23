/** What a socket's chart promises over several arrows: to slow down, to wait for its floor, to notice the dead. */

import { describe, expect, test } from 'vitest';
import { judge, reconnectRule } from '../../src/policy/reconnect.js';
import {
  AWAITING,
  awaiting,
  connected,
  connecting,
  eager,
  excused,
  hurried,
  judged,
  patient,
  proven,
  QUIET,
  unwanted,
  waiting,
} from '../support/chart-socket-routes.js';
import { SocketRun } from '../support/chart-socket-run.js';

describe('failures are forgotten only after a useful life', () => {
  test('a server that accepts and drops is judged more harshly each time', () => {
    using run = new SocketRun();
    connected(run);
    for (let drop = 1; drop <= 4; drop += 1) {
      run.send('transport.closed');
      expect(run.newCalls()).toContain(`judge peer ${drop} 0`);
      run.clock.advance(3000);
      run.send('turn.given', 'credentials.given', 'transport.opened');
    }
  });

  test('a connection that is of no use is not proven by its age', () => {
    using run = new SocketRun();
    connected(run);
    run.clock.advance(60 * run.stableAfter);
    run.send('heartbeat.answered', 'transport.closed');
    expect(run.newCalls()).toContain('judge heartbeatTimeout 1 0');
  });

  test('one that became useful late is proven by its use, to the millisecond', () => {
    using run = new SocketRun();
    eager(run);
    run.send('connect', 'turn.given', 'credentials.given', 'transport.opened');
    run.clock.advance(6000);
    run.usefulSince = run.clock.monotonic();
    run.clock.advance(run.stableAfter - 1);
    expect(run.state).toBe(QUIET);
    run.clock.advance(1);
    run.newCalls();
    run.send('transport.closed');
    expect(run.newCalls()).toContain('judge peer 1 0');
  });

  test('refusals are forgotten by the first open connection', () => {
    using run = new SocketRun();
    run.isRefusal = true;
    waiting(run);
    run.send('transport.closed');
    run.clock.advance(3000);
    run.send('turn.given');
    expect(run.newCalls()).toContain('authorize anew 2');
    run.send('credentials.given', 'transport.opened', 'transport.closed');
    expect(run.newCalls()).toContain('judge peer 2 1');
  });
});

describe('the delay is drawn once', () => {
  test('what is announced is what happens', () => {
    using run = new SocketRun();
    waiting(run);
    run.judgement = { retryIn: 5000, floor: 0 };
    run.send('transport.closed');
    run.judgement = { retryIn: 1, floor: 0 };
    expect(run.newCalls().slice(-3)).toEqual([
      'judge peer 1 0',
      'announceLost peer 1, retry in 5000',
      'hangUp',
    ]);
    run.clock.advance(4999);
    expect(run.state).toBe('backingOff.eager');
    run.clock.advance(1);
    expect(run.state).toBe('session.waiting');
  });
});

describe('no dial is made before the floor', () => {
  test('not by a command while backing off', () => {
    using run = new SocketRun();
    hurried(run);
    run.clock.advance(999);
    expect(run.state).toBe('backingOff.floored.hurried');
    run.clock.advance(1);
    expect(run.state).toBe('session.waiting');
  });

  test('and a disconnect meanwhile does not start it again', () => {
    using run = new SocketRun();
    judged({ retryIn: 90_000, floor: 60_000 }, patient)(run);
    run.clock.advance(59_000);
    run.send('disconnect', 'connect');
    expect(run.state).toBe('disconnected.floored.wanted');
    run.clock.advance(1000);
    expect(run.state).toBe('session.waiting');
  });

  test('a command after it goes ahead of the policy', () => {
    using run = new SocketRun();
    eager(run);
    run.send('connect');
    expect(run.state).toBe('session.waiting');
  });

  test('not by a command when the policy has given up', () => {
    using run = new SocketRun();
    judged({ retryIn: null, floor: 40_000 }, patient)(run);
    run.send('connect');
    run.clock.advance(39_999);
    expect(run.state).toBe('disconnected.floored.wanted');
    run.clock.advance(1);
    expect(run.state).toBe('session.waiting');
  });

  test('not by a disconnect and a connect', () => {
    using run = new SocketRun();
    judged({ retryIn: 40_000, floor: 40_000 }, patient)(run);
    run.send('disconnect', 'connect');
    run.clock.advance(39_999);
    expect(run.sessions).toHaveLength(1);
    run.clock.advance(1);
    expect(run.sessions).toHaveLength(2);
  });

  test('a connect that is taken back is forgotten', () => {
    using run = new SocketRun();
    unwanted(run);
    run.send('connect', 'disconnect');
    run.clock.advance(60_000);
    expect(run.state).toBe('disconnected.free');
  });

  test('connecting and disconnecting in a loop slows down to one dial a second', () => {
    using run = new SocketRun();
    const rule = reconnectRule();
    run.policy = (loss) => judge(rule, loss, run.clock.now(), () => 0);
    for (let ms = 0; ms < 8000; ms += 1) {
      run.send('connect', 'turn.given', 'credentials.given', 'transport.opened', 'disconnect');
      run.clock.advance(1);
    }
    expect(run.sessions.length).toBeLessThan(14);
  });

  test('a disconnect after a useful life costs no wait', () => {
    using run = new SocketRun();
    proven(run);
    run.send('disconnect', 'connect');
    expect(run.state).toBe('session.waiting');
  });
});

describe('a dead connection is noticed', () => {
  test('by the first silence when nothing excuses it', () => {
    using run = new SocketRun();
    awaiting(run);
    run.clock.advance(run.heartbeatTimeout);
    expect(run.newCalls()).toContain('judge heartbeatTimeout 1 0');
  });

  test('by the third unanswered heartbeat, however well excused', () => {
    using run = new SocketRun();
    excused(awaiting)(run);
    run.clock.advance(3 * run.heartbeatTimeout - 1);
    expect(run.newCalls().filter((call) => call === 'pushHeartbeat')).toHaveLength(3);
    expect(run.state).toBe(AWAITING);
    run.clock.advance(1);
    expect(run.newCalls()).toContain('judge heartbeatTimeout 1 0');
  });

  test('an answer starts the count anew', () => {
    using run = new SocketRun();
    excused(awaiting)(run);
    for (let round = 0; round < 5; round += 1) {
      run.clock.advance(2 * run.heartbeatTimeout);
      run.send('heartbeat.answered', 'clock.jumped');
    }
    expect(run.state).toBe(AWAITING);
  });

  test('silence on an earlier connection does not count', () => {
    using run = new SocketRun();
    excused(awaiting)(run);
    run.clock.advance(2 * run.heartbeatTimeout);
    run.send('transport.closed', 'disconnect');
    run.clock.advance(1000);
    excused(awaiting)(run);
    run.clock.advance(3 * run.heartbeatTimeout - 1);
    expect(run.state).toBe(AWAITING);
  });

  test('at once after a sleep: a jump of the clock asks', () => {
    using run = new SocketRun();
    connected(run);
    run.newCalls();
    run.send('clock.jumped');
    expect(run.newCalls()).toEqual(['pushHeartbeat']);
  });
});

test('what an earlier session says reaches nobody', () => {
  using run = new SocketRun();
  connected(run);
  const [stale] = run.sessions;
  run.send('transport.closed');
  run.clock.advance(3000);
  run.send('turn.given', 'credentials.given');
  const before = run.snapshot;
  stale?.({ type: 'transport.opened' });
  stale?.({
    type: 'transport.closed',
    close: { cause: 'peer', code: 1006, reason: '', status: null },
  });
  expect(run.snapshot).toBe(before);
});

test('a session is hung up when its socket is stopped', () => {
  const run = new SocketRun();
  connecting(run);
  run[Symbol.dispose]();
  expect(run.calls.at(-1)).toBe('hangUp');
  expect(run.clock.pending).toBe(0);
});
