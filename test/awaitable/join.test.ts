/** `socket.join`: the first failure is the end of it, and once it has been joined a topic is wanted until it is left. */

import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { JoinParams } from '../../src/index.js';
import { Fate, failureOf } from '../support/fate.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { openSocket } from '../support/socket-stage.js';
import { begin, seen, silent, TOPIC } from '../support/topic-stage.js';

const JOIN_LIMIT = 10_000;
const LONG = 120_000;

describe('a join that fails', () => {
  test('because it is refused rejects with what the server said, and is not tried again', async () => {
    await using stage = await openSocket({ script: { join: () => refusal('full') } });
    const join = begin(stage);
    await stage.quiet();
    expect(join.error).toMatchObject({
      code: 'PHX_JOIN_REFUSED',
      topic: TOPIC,
      response: { reason: 'full' },
    });
    await stage.pass(LONG);
    expect(seen(stage)).toEqual(['phx_join']);
    expect(stage.socket.status.channels.size).toBe(0);
  });

  test('because the channel crashes before it answers rejects, and is not tried again', async () => {
    await using stage = await openSocket({ script: silent });
    const join = begin(stage);
    await stage.quiet();
    stage.phoenix.crash(TOPIC, stage.phoenix.received.at(-1));
    await stage.pass(LONG);
    expect(join.code).toBe('PHX_CHANNEL_CRASHED');
    expect(seen(stage)).toEqual(['phx_join']);
  });

  test('because nobody answers is left, so that the server does not keep it', async () => {
    await using stage = await openSocket({ script: silent });
    const join = begin(stage);
    await stage.pass(JOIN_LIMIT);
    expect(join.code).toBe('PHX_JOIN_TIMEOUT');
    expect(seen(stage)).toEqual(['phx_join', 'phx_leave']);
    await stage.pass(LONG);
    expect(seen(stage)).toEqual(['phx_join', 'phx_leave']);
  });

  test('late in its answer stays failed, and what the server says on the topic is nobody’s', async () => {
    await using stage = await openSocket({ script: { join: () => null, leave: () => null } });
    const join = begin(stage);
    await stage.pass(JOIN_LIMIT);
    const [asked] = stage.phoenix.sent('phx_join');
    stage.phoenix.reply(asked!, OK);
    stage.phoenix.push(TOPIC, 'said');
    await stage.quiet();
    expect(join.code).toBe('PHX_JOIN_TIMEOUT');
    expect(stage.socket.flush()).toEqual([]);
    await stage.pass(LONG);
    expect(stage.socket.status.channels.size).toBe(0);
  });

  test('because the connection is lost rejects, and is not tried again on the next one', async () => {
    await using stage = await openSocket({ script: silent });
    const join = begin(stage);
    await stage.quiet();
    stage.phoenix.cut();
    await stage.pass(LONG);
    expect(join.code).toBe('PHX_JOIN_LOST');
    expect(stage.phoenix.sessions).toHaveLength(2);
    expect(seen(stage)).toEqual(['phx_join']);
  });

  test('for want of a connection rejects by its timeout', async () => {
    await using stage = await openSocket();
    stage.phoenix.script = { dial: () => ({ status: 503 }) };
    stage.phoenix.cut();
    await stage.quiet();
    const join = new Fate(stage.socket.join(TOPIC, {}, { timeout: 200 }));
    await stage.pass(200);
    expect(join.error).toMatchObject({ code: 'PHX_JOIN_TIMEOUT', response: null });
    stage.phoenix.script = {};
    await stage.pass(LONG);
    expect(seen(stage)).toEqual([]);
  });

  test.each<[string, JoinParams<unknown>]>([
    [
      'throws',
      () => {
        throw new Error('no cursor');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no cursor'))],
  ])('because its params function %s rejects with that as the cause', async (_, params) => {
    await using stage = await openSocket();
    const error = await failureOf(stage.socket.join(TOPIC, params));
    expect(error).toMatchObject({ code: 'PHX_JOIN_PARAMS', cause: new Error('no cursor') });
    await stage.pass(LONG);
    expect(seen(stage)).toEqual([]);
  });

  test('may be tried again at once, and gives another channel then', async () => {
    const script: Script = { join: (_, count) => (count === 1 ? refusal('full') : OK) };
    await using stage = await openSocket({ script });
    await failureOf(stage.socket.join(TOPIC));
    const room = await stage.socket.join(TOPIC, { again: true });
    expect(room.status.state).toBe('joined');
    expect(stage.phoenix.sent('phx_join').at(-1)?.payload).toEqual({ again: true });
  });

  test('fails for all who asked, and each may ask again', async () => {
    const script: Script = { join: (_, count) => (count === 1 ? refusal('full') : OK) };
    await using stage = await openSocket({ script });
    const ask = () => stage.socket.join(TOPIC).catch(() => stage.socket.join(TOPIC));
    const [one, other] = await Promise.all([ask(), ask()]);
    expect(one).toBe(other);
    expect(seen(stage)).toEqual(['phx_join', 'phx_join']);
  });
});

describe('what cannot be joined', () => {
  test.each<[string, unknown, unknown]>([
    ['an empty topic', '', {}],
    ['the topic of the protocol itself', 'phoenix', {}],
    ['what is no name', 7, {}],
    ['an option that does not exist', TOPIC, { retry: true }],
    ['a timeout that is none', TOPIC, { timeout: '5 sec' }],
  ])('%s rejects with PHX_BAD_OPTION, and nothing has happened', async (_, topic, options) => {
    await using stage = await openSocket();
    const error = await failureOf(stage.socket.join(topic as string, {}, options as object));
    expect(error).toMatchObject({ code: 'PHX_BAD_OPTION' });
    await stage.quiet();
    expect(stage.phoenix.sent('phx_join')).toEqual([]);
    expect(stage.socket.status.channels.size).toBe(0);
    expect(inspect(stage.socket)).toContain('topics: []');
  });

  test('a topic of a channel that is joined keeps that channel', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const options = { timeout: -1 };
    expect(await failureOf(stage.socket.join(TOPIC, {}, options))).toMatchObject({
      code: 'PHX_BAD_OPTION',
    });
    expect(await stage.socket.join(TOPIC)).toBe(room);
  });
});

describe('a topic that is wanted', () => {
  test('is joined again after a loss, with params that were given later', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC, { cursor: 1 });
    expect(await stage.socket.join(TOPIC, { cursor: 2 })).toBe(room);
    expect(stage.phoenix.sent('phx_join')).toHaveLength(1);
    stage.phoenix.cut();
    await stage.pass(LONG);
    expect(room.status.state).toBe('joined');
    expect(stage.phoenix.sent('phx_join').map(({ payload }) => payload)).toEqual([
      { cursor: 1 },
      { cursor: 2 },
    ]);
  });

  test('tells what the server answered to the newest join, and the gap before it', async () => {
    await using stage = await openSocket({ script: { join: (_, count) => ['ok', { count }] } });
    const room = await stage.socket.join(TOPIC);
    expect([room.response, room.status.gap]).toEqual([{ count: 1 }, null]);
    stage.phoenix.crash(TOPIC);
    await stage.pass(LONG);
    expect(room.response).toEqual({ count: 2 });
    expect(room.status.gap).toMatchObject({ topic: TOPIC });
  });

  test('is one channel for two who join at once', async () => {
    await using stage = await openSocket();
    const [one, other] = await Promise.all([
      stage.socket.join(TOPIC, { n: 1 }),
      stage.socket.join(TOPIC, { n: 2 }),
    ]);
    expect(one).toBe(other);
    expect(stage.phoenix.sent('phx_join')).toHaveLength(1);
  });

  test('that is to be joined again after a crash may be waited for by another join', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.crash(TOPIC);
    await stage.quiet();
    expect(room.status.state).toBe('errored');
    const join = begin(stage);
    await stage.quiet();
    expect(join.state).toBe('pending');
    await stage.pass(JOIN_LIMIT);
    expect(join.value).toBe(room);
  });

  test('stays wanted when a later join of it fails', async () => {
    const script: Script = { join: (_, count) => (count === 2 ? refusal('busy') : OK) };
    await using stage = await openSocket({ script });
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.crash(TOPIC);
    const join = begin(stage);
    await stage.pass(LONG);
    expect(join.code).toBe('PHX_JOIN_REFUSED');
    expect(room.status.state).toBe('joined');
    expect(await stage.socket.join(TOPIC)).toBe(room);
  });
});
