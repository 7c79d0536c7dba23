/** `simulateSocket`: a script under test, with the test as its server. */

import { describe, expect, test } from 'vitest';
import type { Socket } from '../../src/index.js';
import { simulateSocket } from '../../src/testing/index.js';
import { Fate, failureOf } from '../support/fate.js';

type Rooms = {
  'room:*': {
    join(params: { name: string }): { online: number };
    pushes: { shout(payload: { body: string }): { heard: number } };
    events: { shout: { body: string } };
  };
};

async function chat(socket: Socket<Rooms>): Promise<string> {
  const room = await socket.join('room:lobby', { name: 'ann' });
  const { heard } = await room.push('shout', { body: 'hi' }).ok();
  const { payload } = await room.receive('shout');
  return `${heard} of ${room.response.online} heard it, and one said ${payload.body}`;
}

describe('a script', () => {
  test('runs against the test as it would against a server', async () => {
    await using server = simulateSocket<Rooms>({ params: { token: 't' } });
    const { url } = await server.acceptConnect();
    expect(url.searchParams.get('token')).toBe('t');
    const said = chat(await server.socket);
    await (await server.expectJoin('room:lobby', { name: 'ann' })).reply({ online: 3 });
    await (await server.expectPush('room:lobby', 'shout', { body: 'hi' })).reply({ heard: 2 });
    const payload = { body: 'hello' };
    await server.pushMessage({ topic: 'room:lobby', event: 'shout', payload });
    expect(await said).toBe('2 of 3 heard it, and one said hello');
  });

  test('makes up repeatable keys for its confirmed pushes', async () => {
    await using server = simulateSocket<Rooms>();
    await server.acceptConnect();
    const joining = (await server.socket).join('room:lobby', { name: 'ann' });
    await (await server.expectJoin('room:lobby')).reply({ online: 1 });
    const room = await joining;
    const shout = new Fate(room.push('shout', { body: 'hi' }, { delivery: 'confirmed' }).ok());
    const payload = { body: 'hi', idempotency_key: 'key-1' };
    await (await server.expectPush('room:lobby', 'shout', payload)).reply({ heard: 2 });
    expect(shout.state).toBe('resolved');
  });

  test('is told in no time that nothing came', async () => {
    await using server = simulateSocket<Rooms>();
    await server.acceptConnect();
    const fate = new Fate(chat(await server.socket));
    await (await server.expectJoin('room:lobby')).reply({ online: 1 });
    await (await server.expectPush('room:lobby', 'shout')).reply({ heard: 0 });
    await server.clock.advance('9s');
    expect(fate.state).toBe('pending');
    await server.clock.advance('1s');
    expect(fate.code).toBe('PHX_RECEIVE_TIMEOUT');
  });

  test('goes on over a lost connection', async () => {
    await using server = simulateSocket<Rooms>();
    await server.acceptConnect();
    const fate = new Fate(chat(await server.socket));
    await (await server.expectJoin('room:lobby')).reply({ online: 1 });
    await (await server.expectPush('room:lobby', 'shout')).reply({ heard: 0 });
    await server.disconnect({ code: 1012 });
    await server.acceptConnect();
    await (await server.expectJoin('room:lobby')).reply({ online: 1 });
    const payload = { body: 'again' };
    await server.pushMessage({ topic: 'room:lobby', event: 'shout', payload });
    expect(fate.state).toBe('resolved');
  });
});

describe('a connection', () => {
  test('that is refused rejects, and the next expectation says why nothing comes', async () => {
    await using server = simulateSocket();
    await server.refuseConnect({ status: 403 });
    expect(await failureOf(server.socket)).toMatchObject({ code: 'PHX_UPGRADE_REFUSED' });
    expect(String(await failureOf(server.acceptConnect()))).toContain('HTTP status 403');
  });

  test('that is refused, and that nobody asks about, disturbs nobody', async () => {
    await using server = simulateSocket();
    await server.refuseConnect({ status: 403 });
  });

  test('is tried again by the clock of the test', async () => {
    await using server = simulateSocket({ retry: true, reconnect: { min: '5s', jitter: 'none' } });
    await server.refuseConnect({ status: 404 });
    await server.expectNothing('4.9s');
    await server.clock.advance('100ms');
    await server.acceptConnect();
    expect(await server.socket).toMatchObject({ status: { state: 'connected' } });
  });

  test('that the script ends is there to be expected', async () => {
    await using server = simulateSocket();
    await server.acceptConnect();
    void (await server.socket).disconnect();
    expect(await server.expectDisconnect()).toMatchObject({ code: 1000 });
  });

  test('that is not open yet is given up in the end, or by a signal of its own', async () => {
    const left = simulateSocket();
    await left[Symbol.asyncDispose]();
    await expect(left.socket).rejects.toThrow('abort');
    const abort = new AbortController();
    await using server = simulateSocket({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(server.socket).rejects.toThrow('enough');
  });

  test('with an option that does not exist rejects', async () => {
    await using server = simulateSocket({ reconect: false } as object);
    expect(await failureOf(server.socket)).toMatchObject({ code: 'PHX_BAD_OPTION' });
  });
});
