/** How a channel ends: left, given up, or with its socket; and what may be joined then. */

import { describe, expect, test } from 'vitest';
import type { Channel } from '../../src/index.js';
import { Fate, failureOf } from '../support/fate.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { openSocket } from '../support/socket-stage.js';
import { begin, seen, silent, TOPIC } from '../support/topic-stage.js';

const LONG = 120_000;

describe('a topic that is left', () => {
  test('may be joined while that is under way: a new channel, and the old one is closed', async () => {
    await using stage = await openSocket();
    const old = await stage.socket.join(TOPIC);
    const leave = old.leave();
    const room = await stage.socket.join(TOPIC);
    await leave;
    expect(seen(stage)).toEqual(['phx_join', 'phx_leave', 'phx_join']);
    expect(room).not.toBe(old);
    expect([old.status.state, room.status.state]).toEqual(['closed', 'joined']);
    stage.phoenix.push(TOPIC, 'said');
    expect(await room.receive()).toMatchObject({ event: 'said' });
    expect(await failureOf(old.receive())).toMatchObject({ code: 'PHX_CLOSED' });
  });

  test('says nothing any more under the new channel of whoever joined it since', async () => {
    await using stage = await openSocket();
    const old = await stage.socket.join(TOPIC);
    await old.leave();
    const room = await stage.socket.join(TOPIC);
    const error = await failureOf(old.push('said', { by: 'nobody' }).sent());
    expect(error).toMatchObject({ code: 'PHX_PUSH_DROPPED', delivered: 'no' });
    await room.push('said').sent();
    await stage.quiet();
    expect(stage.phoenix.sent('said').map(({ payload }) => payload)).toEqual([{}]);
    await old.leave();
    expect(room.status.state).toBe('joined');
  });

  test('rejects a join that still waited for it', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.crash(TOPIC);
    const join = begin(stage);
    await room.leave();
    await stage.quiet();
    expect(join.code).toBe('PHX_JOIN_LOST');
  });

  test('without an answer rejects with PHX_LEAVE_TIMEOUT, again and again, and is left', async () => {
    await using stage = await openSocket({ script: { leave: () => null } });
    const room = await stage.socket.join(TOPIC);
    const leave = new Fate(room.leave());
    await stage.quiet();
    expect([leave.state, room.status.state]).toEqual(['pending', 'leaving']);
    await stage.pass(5000);
    expect([leave.code, room.status.state]).toEqual(['PHX_LEAVE_TIMEOUT', 'closed']);
    expect(await failureOf(room.leave())).toBe(leave.error);
    expect(stage.phoenix.sent('phx_leave')).toHaveLength(1);
  });
});

describe('a socket that closes', () => {
  test('takes no joins any more', async () => {
    await using stage = await openSocket();
    await stage.socket.disconnect();
    const error = await failureOf(stage.socket.join(TOPIC));
    expect(error).toMatchObject({ code: 'PHX_STOPPED', message: expect.stringMatching('closed') });
  });

  test('or drains takes none either', async () => {
    await using stage = await openSocket();
    const drain = stage.socket.drain();
    const error = await failureOf(stage.socket.join(TOPIC));
    expect(error).toMatchObject({ code: 'PHX_STOPPED', message: expect.stringMatching('drain') });
    await drain;
  });

  test('rejects the joins that are under way', async () => {
    await using stage = await openSocket({ script: silent });
    const join = begin(stage);
    await stage.quiet();
    await stage.socket.disconnect();
    await stage.quiet();
    expect(join.code).toBe('PHX_JOIN_LOST');
  });
});

describe('a topic that the rejoin policy gives up', () => {
  test('because it fell with its socket ends what waits for it', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC, {}, { rejoin: false });
    const wait = new Fate(room.receive());
    stage.phoenix.cut();
    await stage.quiet();
    expect(wait.error).toMatchObject({
      code: 'PHX_CLOSED',
      message: expect.stringMatching('lost'),
    });
    expect(room.status).toMatchObject({ state: 'closed', error: null });
  });

  test('keeps what nobody took for its own readers, so that giving up again and again fills nothing', async () => {
    await using stage = await openSocket({ options: { rejoin: false, inbox: { messages: 5 } } });
    const rooms: Channel[] = [];
    for (let round = 0; round < 3; round += 1) {
      rooms.push(await stage.socket.join(TOPIC));
      for (let n = 0; n < 9; n += 1) stage.phoenix.push(TOPIC, 'said', { n });
      await stage.quiet();
      stage.phoenix.crash(TOPIC);
      await stage.quiet();
    }
    expect(stage.socket.flush()).toEqual([]);
    expect(rooms.map((room) => room.flush().length)).toEqual([5, 5, 5]);
  });

  test('because it is refused ends what waits for it, and keeps why', async () => {
    const script: Script = { join: (_, count) => (count === 1 ? OK : refusal('gone')) };
    await using stage = await openSocket({ script });
    const room = await stage.socket.join(TOPIC, {}, { rejoin: { attempts: 1 } });
    const wait = new Fate(room.receive({ timeout: false }));
    stage.phoenix.cut();
    await stage.pass(LONG);
    expect(wait.error).toMatchObject({
      code: 'PHX_CLOSED',
      message: expect.stringMatching('PHX_JOIN_REFUSED'),
    });
    expect(room.status).toMatchObject({ state: 'closed', error: { code: 'PHX_JOIN_REFUSED' } });
    await room.leave();
    expect(seen(stage).filter((event) => event === 'phx_leave')).toEqual([]);
  });

  test.each(['crash', 'close'] as const)(
    'after a %s is joined anew by who wants it',
    async (end) => {
      await using stage = await openSocket({ options: { rejoin: false } });
      const old = await stage.socket.join(TOPIC);
      stage.phoenix[end](TOPIC);
      await stage.quiet();
      expect(await failureOf(old.receive())).toMatchObject({ code: 'PHX_CLOSED' });
      const room = await stage.socket.join(TOPIC);
      expect([old.status.state, room.status.state]).toEqual(['closed', 'joined']);
    },
  );
});
