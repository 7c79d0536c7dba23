/** Slipstream's scripting tutorial, line by line, against a real server. */

import { expect, test } from 'vitest';
import { connect, hasCode } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';

test('the tutorial can be followed from top to bottom', async () => {
  await using phoenix = await PhoenixDouble.start(seedChannels());
  const socket = await connect(phoenix.url);
  const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' });
  expect(lobby.response).toEqual({});

  expect(lobby.push('quicksand', { a: 'b' }).ref).toBe('2');
  expect(await lobby.push('ping', {}).reply()).toEqual({
    status: 'ok',
    response: { pong: 'pong' },
  });
  expect(await lobby.push('ping').ok()).toEqual({ pong: 'pong' });

  await lobby.push('push to me').sent();
  const { payload } = await lobby.receive('foo', { bar: 'baz' });
  expect(payload).toEqual({ bar: 'baz' });

  lobby.push('push to me');
  const any = await socket.receive();
  expect(any).toEqual({ topic: 'rooms:lobby', event: 'foo', payload: { bar: 'baz' } });

  lobby.push('push to me');
  for await (const message of lobby.messages('foo')) {
    expect(message.payload).toEqual({ bar: 'baz' });
    break;
  }

  lobby.push('push to me');
  await lobby.push('ping').ok();
  expect(socket.flush()).toEqual([{ topic: 'rooms:lobby', event: 'foo', payload: { bar: 'baz' } }]);
  expect(lobby.flush()).toEqual([]);

  const error = await lobby
    .push('quicksand', {}, { timeout: 20 })
    .ok()
    .catch((e: unknown) => e);
  expect(hasCode(error, 'PHX_PUSH_TIMEOUT')).toBe(true);

  await lobby.leave();
  expect(lobby.status.state).toBe('closed');
  await socket.disconnect();
  expect(await socket.closed).toEqual({ kind: 'requested', reason: null });
  expect(socket.status.state).toBe('stopped');
});
