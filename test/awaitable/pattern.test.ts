/** Patterns: a payload with as many of its fields as matter. */

import { describe, expect, test } from 'vitest';
import { connect, type Match } from '../../src/index.js';
import { PhoenixDouble } from '../../src/testing/index.js';
import { Fate } from '../support/fate.js';
import { openSocket } from '../support/socket-stage.js';

const TOPIC = 'room:1';

type Pattern = Match<unknown>;

describe('a pattern', () => {
  const message = {
    id: 7,
    by: { name: 'ann', tags: ['a', 'b'], none: null },
    list: [{ n: 1 }, { n: 2 }],
  };
  const like: readonly [string, unknown][] = [
    ['nothing', {}],
    ['a field', { id: 7 }],
    ['a field of a field', { by: { name: 'ann' } }],
    ['an array', { by: { tags: ['a', 'b'] } }],
    ['an array whose members are alike', { list: [{ n: 1 }, {}] }],
    ['null', { by: { none: null } }],
    ['a function of a field', { id: (id: unknown) => id === 7 }],
    ['a function of the payload', (payload: typeof message) => payload.by.tags.length === 2],
    ['a function that answers as JavaScript does', ({ by }: typeof message) => by.name],
  ];
  test.each(like)('of %s matches', async (_, match) => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.push(TOPIC, 'said', message);
    expect(await room.receive('said', match as Pattern)).toMatchObject({ payload: message });
  });

  const unlike: readonly [string, unknown][] = [
    ['another value', { id: 8 }],
    ['a value of another type', { id: '7' }],
    ['a name of the prototype', { constructor: Object }],
    ['a shorter array', { by: { tags: ['a'] } }],
    ['an object for an array', { list: { 0: {} } }],
    ['an array for an object', { by: [] }],
    ['an object for null', { by: { none: {} } }],
    ['a function that says no', { id: () => false }],
    ['bytes', new Uint8Array()],
  ];
  test.each(unlike)('of %s does not match', async (_, match) => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.push(TOPIC, 'said', message);
    const wait = new Fate(room.receive('said', match as Pattern, { timeout: 1 }));
    await stage.pass(1);
    expect(wait.code).toBe('PHX_RECEIVE_TIMEOUT');
  });

  test('of bytes matches the same bytes, over a real connection', async () => {
    await using phoenix = await PhoenixDouble.start({
      [TOPIC]: { handle: { send: (bytes, channel) => channel.push('bytes', bytes) } },
    });
    await using socket = await connect(phoenix.url);
    const room = await socket.join(TOPIC);
    for (const byte of [1, 2]) room.push('send', new Uint8Array([byte, byte]));
    const found = await room.receive('bytes', new Uint8Array([2, 2]));
    expect(found.payload).toEqual(new Uint8Array([2, 2]));
    expect(await room.receive('bytes', Buffer.from([1, 1]))).toMatchObject({ event: 'bytes' });
  });
});

test('options that stand in the place of a payload are told apart at the deadline', async () => {
  await using stage = await openSocket();
  const room = await stage.socket.join(TOPIC);
  const wait = new Fate(room.receive('said', { timeout: 300 }));
  await stage.pass(10_000);
  expect(wait.error).toMatchObject({
    code: 'PHX_RECEIVE_TIMEOUT',
    message: expect.stringContaining("'said' that matches { timeout } (options stand third)"),
  });
});
