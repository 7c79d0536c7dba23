/** `receive`: the first message that matches, once, to whoever has waited longest, and never one that is lost. */

import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Channel, Socket } from '../../src/index.js';
import { connect } from '../../src/index.js';
import { Fate, failureOf } from '../support/fate.js';
import { RawServer } from '../support/raw-server.js';
import { OPCODES, rawFrame } from '../support/raw-frame.js';
import { openSocket, type SocketStage } from '../support/socket-stage.js';

const TOPIC = 'room:1';
const WAIT = 10_000;

type Room = { readonly stage: SocketStage; readonly room: Channel; readonly socket: Socket };

async function joined(): Promise<Room & AsyncDisposable> {
  const stage = await openSocket();
  const room = await stage.socket.join(TOPIC);
  return {
    stage,
    room,
    socket: stage.socket,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

/** Each with its number. */
async function say({ stage }: Room, ...events: readonly string[]): Promise<void> {
  for (const [n, event] of events.entries()) stage.phoenix.push(TOPIC, event, { n: n + 1 });
  await stage.quiet();
}

function numbers(messages: readonly { readonly payload: unknown }[]): readonly unknown[] {
  return messages.map(({ payload }) => (payload as { n: number }).n);
}

describe('a wait that cannot succeed', () => {
  test('rejects by its own timeout, and says what else there was', async () => {
    await using its = await joined();
    await say(its, 'other', 'other');
    const wait = new Fate(its.room.receive('said', undefined, { timeout: 50 }));
    await its.stage.pass(49);
    expect(wait.state).toBe('pending');
    await its.stage.pass(1);
    expect(wait.error).toMatchObject({
      code: 'PHX_RECEIVE_TIMEOUT',
      message: "receive 'said' of room:1: none came within 50 ms; 2 other messages wait",
    });
  });

  test('rejects after timeouts.receive when it has none of its own', async () => {
    await using stage = await openSocket({ options: { timeouts: { receive: '3s' } } });
    const room = await stage.socket.join(TOPIC);
    const waits = [new Fate(room.receive()), new Fate(stage.socket.receive())];
    await stage.pass(3000);
    expect(waits.map(({ code }) => code)).toEqual(['PHX_RECEIVE_TIMEOUT', 'PHX_RECEIVE_TIMEOUT']);
  });

  test('without a timeout waits as long as it takes', async () => {
    await using its = await joined();
    const wait = new Fate(its.room.receive({ timeout: false }));
    await its.stage.pass(24 * 60 * WAIT);
    expect(wait.state).toBe('pending');
    await say(its, 'said');
    expect(wait.value).toMatchObject({ event: 'said' });
  });

  test('rejects with the reason of its signal, which many may share', async () => {
    await using its = await joined();
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const waits = Array.from({ length: 20 }, () => new Fate(its.room.receive(options)));
    abort.abort(new Error('changed my mind'));
    await its.stage.quiet();
    expect(waits.map(({ error }) => error)).toEqual(waits.map(() => abort.signal.reason as Error));
    expect(await failureOf(its.room.receive(options))).toBe(abort.signal.reason);
    await say(its, 'said');
    expect(its.room.flush()).toHaveLength(1);
  });

  test('leaves nothing on its signal, however it ends', async () => {
    await using its = await joined();
    const { signal } = new AbortController();
    const waits = [its.room.receive({ signal }), its.room.receive({ signal, timeout: 50 })];
    const fates = waits.map((wait) => new Fate(wait));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await say(its, 'said');
    await its.stage.pass(50);
    expect(fates.map(({ code }) => code)).toEqual(['resolved', 'PHX_RECEIVE_TIMEOUT']);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('with an aborted signal takes nothing, though a message waits', async () => {
    await using its = await joined();
    await say(its, 'said');
    const signal = AbortSignal.abort('no');
    expect(await failureOf(its.room.receive({ signal }))).toBe('no');
    expect(its.room.flush()).toHaveLength(1);
  });

  test('rejects with what its own function throws, and the message goes on to the next', async () => {
    await using its = await joined();
    const oops = new Error('oops');
    const bad = new Fate(
      its.room.receive(() => {
        throw oops;
      }),
    );
    const good = new Fate(its.room.receive());
    await say(its, 'said');
    expect(bad.error).toBe(oops);
    expect(good.value).toMatchObject({ event: 'said' });
  });

  test('because its function throws at a message that waits leaves that where it was', async () => {
    await using its = await joined();
    await say(its, 'said');
    const oops = () => {
      throw new Error('oops');
    };
    expect(await failureOf(its.room.receive('said', oops))).toEqual(new Error('oops'));
    expect(await its.room.receive()).toMatchObject({ event: 'said' });
  });

  test.each<[string, readonly unknown[]]>([
    ['an option that does not exist', [{ event: 'said' }]],
    ['a timeout that is none', ['said', undefined, { timeout: 'soon' }]],
    ['a signal that is none', [{ signal: 7 }]],
    ['what is neither event nor function nor options', [7]],
    ['null', [null]],
  ])('rejects with PHX_BAD_OPTION for %s', async (_, given) => {
    await using its = await joined();
    const receive = its.room.receive.bind(its.room) as (...given: unknown[]) => Promise<unknown>;
    expect(await failureOf(receive(...given))).toMatchObject({ code: 'PHX_BAD_OPTION' });
  });
});

describe('a wait that can no longer succeed ends at once', () => {
  const ends: { readonly [how: string]: (room: Room) => unknown } = {
    'the channel is left': ({ room }) => room.leave(),
    'the socket disconnects': ({ socket }) => socket.disconnect(),
    'the socket drains': ({ socket }) => socket.drain(),
  };
  test.each(Object.entries(ends))('when %s', async (_, end) => {
    await using its = await joined();
    const wait = new Fate(its.room.receive({ timeout: false }));
    const ended = end(its);
    await its.stage.quiet();
    expect(wait.code).toBe('PHX_CLOSED');
    await ended;
    expect(await failureOf(its.room.receive())).toMatchObject({ code: 'PHX_CLOSED' });
  });

  test('when the reconnect policy gives up, with how the connection ended', async () => {
    await using stage = await openSocket({ options: { reconnect: false } });
    const room = await stage.socket.join(TOPIC);
    const waits = [new Fate(room.receive()), new Fate(stage.socket.receive())];
    stage.phoenix.kick(1011, 'oh no');
    await stage.quiet();
    for (const wait of waits) {
      expect(wait.error).toMatchObject({
        code: 'PHX_CLOSED',
        message: expect.stringMatching('gave up .peer 1011'),
      });
    }
    expect(await stage.socket.closed).toMatchObject({ kind: 'gaveUp', close: { code: 1011 } });
  });

  test('but the socket’s own goes on when a channel is left', async () => {
    await using its = await joined();
    const other = await its.socket.join('room:2');
    const wait = new Fate(its.socket.receive());
    await its.room.leave();
    expect(wait.state).toBe('pending');
    its.stage.phoenix.push(other.topic, 'said');
    await its.stage.quiet();
    expect(wait.value).toMatchObject({ topic: 'room:2' });
  });
});

describe('what is received', () => {
  test('is the first that matches, and the others stay in their order', async () => {
    await using its = await joined();
    await say(its, 'a', 'b', 'a', 'b');
    expect(await its.room.receive('b')).toMatchObject({ payload: { n: 2 } });
    expect(await its.room.receive(({ payload }) => payload !== null)).toMatchObject({ event: 'a' });
    expect(numbers(its.room.flush())).toEqual([3, 4]);
  });

  test('came before anybody asked, or comes after', async () => {
    await using its = await joined();
    await say(its, 'early');
    expect(await its.room.receive()).toMatchObject({ event: 'early' });
    const late = its.room.receive();
    await say(its, 'late');
    expect(await late).toEqual({ topic: TOPIC, event: 'late', payload: { n: 1 } });
  });

  test('is never given to two: the one that has waited longest has it', async () => {
    await using its = await joined();
    const waits = [1, 2, 3].map(() => new Fate(its.room.receive()));
    await say(its, 'a', 'b', 'c');
    expect(waits.map(({ value }) => value?.event)).toEqual(['a', 'b', 'c']);
    expect(its.socket.flush()).toEqual([]);
  });

  test('is the channel’s before it is the socket’s, and then is the other’s no more', async () => {
    await using its = await joined();
    const ofSocket = new Fate(its.socket.receive());
    const ofRoom = new Fate(its.room.receive());
    await say(its, 'a', 'b', 'c', 'd');
    expect([ofRoom.value?.event, ofSocket.value?.event]).toEqual(['a', 'b']);
    expect(await its.socket.receive()).toMatchObject({ event: 'c' });
    expect(await its.room.receive()).toMatchObject({ event: 'd' });
    expect([its.room.flush(), its.socket.flush()]).toEqual([[], []]);
  });

  test('is not what a function of another took while it was asked', async () => {
    await using its = await joined();
    await say(its, 'a', 'b');
    let taken: readonly unknown[] = [];
    const wait = its.room.receive(() => {
      taken = [...taken, ...its.room.flush()];
      return true;
    });
    await say(its, 'c');
    expect(await wait).toMatchObject({ event: 'c' });
    expect(taken).toHaveLength(2);
  });

  test('is the same after the connection was lost and the topic joined again', async () => {
    await using its = await joined();
    await say(its, 'before');
    const wait = new Fate(its.room.receive('after', undefined, { timeout: false }));
    its.stage.phoenix.cut();
    await its.stage.pass(WAIT);
    await say(its, 'after');
    expect(wait.value).toMatchObject({ event: 'after' });
    expect(await its.room.receive()).toMatchObject({ event: 'before' });
  });

  test('may still be taken after the socket has closed', async () => {
    await using its = await joined();
    await say(its, 'said');
    await its.socket.disconnect();
    expect(await its.room.receive()).toMatchObject({ event: 'said' });
    expect(await failureOf(its.room.receive())).toMatchObject({ code: 'PHX_CLOSED' });
  });

  test('is gone from both inboxes when its channel is left', async () => {
    await using its = await joined();
    await say(its, 'said');
    await its.room.leave();
    expect([its.room.flush(), its.socket.flush()]).toEqual([[], []]);
  });
});

describe('nothing is lost that comes', () => {
  test('right behind the join’s reply, in one segment', async () => {
    await using server = await RawServer.start();
    const connecting = connect(server.url, { websocket: { closeTimeout: 50 } });
    const peer = await server.upgraded();
    await using socket = await connecting;
    const joining = socket.join(TOPIC);
    const [joinRef] = JSON.parse((await peer.frames.next()).payload.toString()) as [string];
    const reply = [joinRef, joinRef, TOPIC, 'phx_reply', { status: 'ok', response: {} }];
    const said = ['a', 'b'].map((event) => [null, null, TOPIC, event, {}]);
    const frames = [reply, ...said].map((message) =>
      rawFrame(OPCODES.text, JSON.stringify(message)),
    );
    peer.socket.write(Buffer.concat(frames));
    const room = await joining;
    expect([await room.receive(), await room.receive()]).toMatchObject([
      { event: 'a' },
      { event: 'b' },
    ]);
    peer.socket.end();
    await socket.disconnect();
  });

  test('with a push’s reply in one segment', async () => {
    await using its = await joined();
    its.stage.phoenix.script = {
      push: () => {
        its.stage.phoenix.push(TOPIC, 'before');
        return ['ok', {}];
      },
    };
    await its.room.push('ask').ok();
    expect(await its.room.receive()).toMatchObject({ event: 'before' });
  });
});
