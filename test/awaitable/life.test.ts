/** What a socket and a channel tell of themselves: status and changes, the end and its reason, the timeline, and no secret. */

import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Channel, Socket } from '../../src/index.js';
import { Fate, failureOf } from '../support/fate.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { openSocket, type SocketStage } from '../support/socket-stage.js';

const TOPIC = 'room:1';
const LONG = 120_000;
const SECRET = 's3cr3t';

const fixed = { min: 5000, max: 5000, jitter: 'none' } as const;

/** The states that are seen until it ends. */
function watch(watched: Pick<Socket, 'changes'> | { changes(): AsyncIterable<{ state: string }> }) {
  const states: string[] = [];
  const ended = (async () => {
    for await (const { state } of watched.changes()) states.push(state);
  })();
  return { states, ended };
}

describe('the status of a socket', () => {
  test('is of the moment, and its changes end when it is closed', async () => {
    await using stage = await openSocket();
    const { states, ended } = watch(stage.socket);
    await stage.quiet();
    const before = stage.socket.status;
    expect(before).toMatchObject({ state: 'connected', attempt: 0, close: null });
    stage.phoenix.kick(1012);
    await stage.quiet();
    expect(stage.socket.status).toMatchObject({
      state: 'backingOff',
      attempt: 1,
      close: { code: 1012 },
    });
    expect(before.state).toBe('connected');
    await stage.pass(LONG);
    await stage.socket.disconnect();
    await ended;
    expect(states).toEqual(['connected', 'backingOff', 'connected', 'stopped']);
    expect(await stage.socket.changes().next()).toMatchObject({ value: { state: 'stopped' } });
  });

  test('names its channels as they are', async () => {
    await using stage = await openSocket();
    await stage.socket.join(TOPIC);
    expect([...stage.socket.status.channels]).toMatchObject([[TOPIC, { state: 'joined' }]]);
    await stage.socket.disconnect();
    expect(stage.socket.status.channels.size).toBe(0);
  });

  test('and what went on is in the timeline, the oldest first', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.crash(TOPIC);
    await stage.pass(LONG);
    await room.leave();
    const lines = stage.socket.timeline().map(({ who, to }) => `${who} ${to}`);
    expect(lines).toEqual([
      'socket 1 connecting',
      'socket 1 connected',
      `${TOPIC} joining`,
      `${TOPIC} joined`,
      `${TOPIC} errored`,
      `${TOPIC} joining`,
      `${TOPIC} joined`,
      `${TOPIC} leaving`,
      `${TOPIC} closed`,
    ]);
  });
});

describe('the status of a channel', () => {
  test('changes with it over a crash, and ends when it is left', async () => {
    const script: Script = { join: (_, count) => (count === 2 ? refusal('busy') : OK) };
    await using stage = await openSocket({ script });
    const room = await stage.socket.join(TOPIC);
    const { states, ended } = watch(room);
    await stage.quiet();
    stage.phoenix.crash(TOPIC);
    await stage.quiet();
    expect(room.status).toMatchObject({ state: 'errored', error: null });
    await stage.pass(LONG);
    expect(room.status).toMatchObject({ state: 'joined', error: null, gap: { topic: TOPIC } });
    stage.phoenix.script = { leave: () => null };
    const leave = room.leave();
    await stage.quiet();
    stage.phoenix.reply(stage.phoenix.sent('phx_leave').at(-1)!, OK);
    await leave;
    await ended;
    expect(states[0]).toBe('joined');
    expect(states.slice(-3)).toEqual(['joined', 'leaving', 'closed']);
  });

  test.each<[string, (stage: SocketStage) => unknown]>([
    ['disconnects', ({ socket }) => socket.disconnect()],
    ['drains', ({ socket }) => socket.drain()],
    ['gives up', ({ phoenix }) => phoenix.cut()],
  ])('ends as closed when the socket %s', async (_, end) => {
    await using stage = await openSocket({ options: { reconnect: false } });
    const room = await stage.socket.join(TOPIC);
    const { states, ended } = watch(room);
    await stage.quiet();
    end(stage);
    await ended;
    expect(states.at(-1)).toBe('closed');
    await stage.socket.closed;
    expect(room.status.state).toBe('closed');
    await room.leave();
  });
});

describe('the end', () => {
  test('by disconnect is closed on request, however often it is asked', async () => {
    await using stage = await openSocket();
    const [session] = stage.phoenix.sessions;
    await Promise.all([stage.socket.disconnect(), stage.socket.disconnect()]);
    expect(await stage.socket.closed).toEqual({ kind: 'requested', reason: null });
    expect(await session!.closed).toMatchObject({ code: 1000 });
    await stage.socket.disconnect();
    expect(stage.telemetry.filter(({ name }) => name === 'client.stopped')).toHaveLength(1);
  });

  test('by async dispose drains: what is under way settles', async () => {
    await using stage = await openSocket({ script: { push: () => OK } });
    const asked = await (async () => {
      await using socket = stage.socket;
      const room = await socket.join(TOPIC);
      return new Fate(room.push('ask').ok());
    })();
    expect(asked).toMatchObject({ state: 'resolved', value: {} });
    expect(await stage.socket.closed).toEqual({ kind: 'requested', reason: 'drained' });
    expect(stage.phoenix.sent('phx_leave')).toHaveLength(1);
  });

  test('when one of several connections is given up is that of all', async () => {
    await using stage = await openSocket({
      options: { maxChannelsPerSocket: 1, reconnect: { ...fixed, attempts: 2 } },
    });
    const rooms: readonly Channel[] = [
      await stage.socket.join('room:1'),
      await stage.socket.join('room:2'),
    ];
    expect(stage.phoenix.sessions).toHaveLength(2);
    const waits = rooms.map((room) => new Fate(room.receive({ timeout: false })));
    stage.phoenix.script = { dial: () => ({ status: 404 }) };
    stage.phoenix.cut();
    await stage.pass(1000);
    expect(waits.map(({ state }) => state)).toEqual(['pending', 'pending']);
    await stage.pass(LONG);
    expect(waits.map(({ code }) => code)).toEqual(['PHX_CLOSED', 'PHX_CLOSED']);
    expect(await stage.socket.closed).toMatchObject({ kind: 'gaveUp', close: { status: 404 } });
    expect(rooms.map(({ status }) => status.state)).toEqual(['closed', 'closed']);
  });

  test('of several connections that are lost and come back is none', async () => {
    await using stage = await openSocket({ options: { maxChannelsPerSocket: 1 } });
    const rooms = [await stage.socket.join('room:1'), await stage.socket.join('room:2')];
    for (const session of stage.phoenix.sessions) session.cut();
    await stage.pass(LONG);
    expect(rooms.map(({ status }) => status.state)).toEqual(['joined', 'joined']);
  });
});

describe('a drain', () => {
  test('with options that do not exist rejects, and the socket goes on', async () => {
    await using stage = await openSocket();
    const error = await failureOf(stage.socket.drain({ grase: 1 } as object));
    expect(error).toMatchObject({ code: 'PHX_BAD_OPTION' });
    await stage.socket.join(TOPIC);
    expect(stage.socket.status.state).toBe('connected');
  });

  test('counts what settled, what was never sent and what nobody answered', async () => {
    await using stage = await openSocket({ options: { rejoin: { delays: [5000] } } });
    const room = await stage.socket.join(TOPIC);
    const away = await stage.socket.join('room:2');
    stage.phoenix.crash(away.topic);
    await stage.quiet();
    const pushes = [room.push('ask'), room.push('ask'), away.push('ask')];
    const fates = pushes.map((push) => new Fate(push.ok()));
    await stage.quiet();
    const drain = new Fate(stage.socket.drain({ grace: 500, force: 500 }));
    expect(stage.socket.status.state).toBe('draining');
    stage.phoenix.reply(stage.phoenix.sent('ask')[0]!, OK);
    await stage.pass(499);
    expect(drain.state).toBe('pending');
    await stage.pass(501);
    expect(drain.value).toEqual({
      settled: 1,
      unsent: 1,
      unanswered: 1,
      persisted: 0,
      forced: true,
    });
    expect(fates.map(({ code }) => code)).toEqual([
      'resolved',
      'PHX_PUSH_LOST',
      'PHX_PUSH_DROPPED',
    ]);
  });

  test('waits for a leave that nobody answers no longer than it may', async () => {
    await using stage = await openSocket({ script: { leave: () => null } });
    await stage.socket.join(TOPIC);
    const drain = new Fate(stage.socket.drain({ grace: 0, force: 100 }));
    await stage.pass(100);
    expect(drain.value).toMatchObject({ forced: true });
    expect(stage.socket.status.state).toBe('stopped');
  });

  test('asked twice answers the same, and a disconnect overtakes it', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const push = new Fate(room.push('ask').ok());
    const drains = [new Fate(stage.socket.drain()), new Fate(stage.socket.drain({ grace: 1 }))];
    await stage.quiet();
    expect(drains.map(({ state }) => state)).toEqual(['pending', 'pending']);
    await stage.socket.disconnect();
    await stage.quiet();
    expect(drains[0]?.value).toMatchObject({ settled: 1, unsent: 0, unanswered: 0 });
    expect(drains[1]?.value).toBe(drains[0]?.value);
    expect(push.code).toBe('PHX_PUSH_LOST');
    expect(await stage.socket.closed).toEqual({ kind: 'requested', reason: null });
  });

  test('gives messages to who waits until what is under way has settled', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const asked = new Fate(room.push('ask').ok());
    const waits = [new Fate(room.receive()), new Fate(room.receive())];
    const drain = new Fate(stage.socket.drain());
    await stage.quiet();
    stage.phoenix.push(TOPIC, 'last');
    stage.phoenix.reply(stage.phoenix.sent('ask')[0]!, OK);
    await stage.quiet();
    expect(waits.map(({ code }) => code)).toEqual(['resolved', 'PHX_CLOSED']);
    expect([asked.state, drain.state]).toEqual(['resolved', 'resolved']);
  });

  test('after the end answers at once, with nothing to tell', async () => {
    await using stage = await openSocket();
    await stage.socket.disconnect();
    const report = { settled: 0, unsent: 0, unanswered: 0, persisted: 0, forced: false };
    expect(await stage.socket.drain()).toEqual(report);
    expect(await stage.socket.closed).toEqual({ kind: 'requested', reason: null });
  });
});

test('what is logged of a socket, a channel or a push shows no secret', async () => {
  const script: Script = { join: () => ['ok', { token: SECRET }] };
  await using stage = await openSocket({
    script,
    options: {
      params: { token: SECRET },
      headers: { 'x-key': SECRET },
      credentials: { authToken: SECRET },
    },
  });
  const room = await stage.socket.join(TOPIC, { token: SECRET });
  stage.phoenix.push(TOPIC, 'said', { token: SECRET });
  const push = room.push('ask', { token: SECRET });
  await stage.quiet();
  for (const shown of [stage.socket, room, stage.socket.status, stage.socket.timeline(), push]) {
    expect(inspect(shown, { depth: 10, showHidden: true })).not.toContain(SECRET);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  }
  expect(JSON.parse(JSON.stringify(room))).toMatchObject({ topic: TOPIC, state: 'joined' });
  expect(inspect(stage.socket)).toContain(TOPIC);
});
