/** `messages()`, `flush` and the bound of the inbox: many readers, none of them sees what another has had. */

import { describe, expect, test } from 'vitest';
import type { Channel, Message } from '../../src/index.js';
import { Fate, failureOf } from '../support/fate.js';
import { openSocket, type SocketScene, type SocketStage } from '../support/socket-stage.js';

const TOPIC = 'room:1';
const LONG = 120_000;

async function joined(scene: SocketScene = {}): Promise<{ stage: SocketStage; room: Channel }> {
  const stage = await openSocket(scene);
  return { stage, room: await stage.socket.join(TOPIC) };
}

async function say(stage: SocketStage, from: number, to: number, topic = TOPIC): Promise<void> {
  for (let n = from; n <= to; n += 1) stage.phoenix.push(topic, 'said', { n });
  await stage.quiet();
}

function numbers(messages: readonly Message[]): readonly unknown[] {
  return messages.map(({ payload }) => (payload as { n: number }).n);
}

/** Reads until it ends; what it threw is thrown. */
async function readAll(reader: AsyncIterable<Message>): Promise<readonly Message[]> {
  const read: Message[] = [];
  for await (const message of reader) read.push(message);
  return read;
}

describe('a reader', () => {
  test('takes what waits, then what comes, and leaves the rest when it breaks off', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    await say(stage, 1, 2);
    const read: Message[] = [];
    const reading = (async () => {
      for await (const message of room.messages()) {
        read.push(message);
        if (read.length === 3) break;
      }
    })();
    await say(stage, 3, 5);
    await reading;
    expect(numbers(read)).toEqual([1, 2, 3]);
    expect(numbers(room.flush())).toEqual([4, 5]);
  });

  test('of an event leaves the others where they are', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    await say(stage, 1, 1);
    stage.phoenix.push(TOPIC, 'foo');
    await stage.quiet();
    for await (const message of room.messages('foo')) {
      expect(message.event).toBe('foo');
      break;
    }
    expect(numbers(room.flush())).toEqual([1]);
  });

  test('beside others gets what they do not, and together they get all', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    const readers = [
      readAll(room.messages()),
      readAll(room.messages()),
      readAll(stage.socket.messages()),
    ];
    await say(stage, 1, 20);
    await stage.socket.disconnect();
    const read = (await Promise.all(readers)).map(numbers);
    expect(read.flat().sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_each, index) => index + 1),
    );
    for (const each of read) expect(each).toEqual([...each].sort((a, b) => Number(a) - Number(b)));
  });

  test('may ask for several at once, and they come in order', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    const reader = room.messages();
    const asked = [1, 2, 3].map(() => reader.next());
    await say(stage, 1, 3);
    const results = await Promise.all(asked);
    expect(results.map(({ value }) => value?.payload)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('that returns while it waits has done, and takes nothing', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    const reader = room.messages();
    const next = reader.next();
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    await say(stage, 1, 1);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(room.flush()).toHaveLength(1);
  });

  test('has no deadline, and goes on over a loss', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    const next = new Fate(room.messages().next());
    await stage.pass(LONG);
    stage.phoenix.cut();
    await stage.pass(LONG);
    expect(next.state).toBe('pending');
    await say(stage, 1, 1);
    expect(next.value).toMatchObject({ done: false, value: { payload: { n: 1 } } });
  });

  test('ends when the channel is left', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    const read = readAll(room.messages());
    await say(stage, 1, 2);
    await room.leave();
    expect(numbers(await read)).toEqual([1, 2]);
    expect(await readAll(room.messages())).toEqual([]);
  });

  test('begun when the socket has closed gives what still waits, and ends', async () => {
    const { stage, room } = await joined();
    await say(stage, 1, 2);
    await stage.socket.drain();
    expect(numbers(await readAll(stage.socket.messages()))).toEqual([1, 2]);
    expect(await readAll(room.messages())).toEqual([]);
    await stage[Symbol.asyncDispose]();
  });

  test('throws why when the rejoin policy gives the channel up; the socket’s goes on', async () => {
    const { stage, room } = await joined({ options: { rejoin: false } });
    await using _ = stage;
    const failed = failureOf(readAll(room.messages()));
    const ofSocket = new Fate(stage.socket.messages().next());
    stage.phoenix.crash(TOPIC);
    expect(await failed).toMatchObject({
      code: 'PHX_CLOSED',
      message: expect.stringMatching('crashed'),
    });
    expect(ofSocket.state).toBe('pending');
  });

  test('throws why when the reconnect policy gives the socket up, and then has ended', async () => {
    const { stage } = await joined({ options: { reconnect: false } });
    const reader = stage.socket.messages();
    const failed = failureOf(reader.next());
    stage.phoenix.cut();
    expect(await failed).toMatchObject({ code: 'PHX_CLOSED' });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    await stage[Symbol.asyncDispose]();
  });
});

describe('flush', () => {
  test('takes all that waits, of the channel or of all channels, in the order of arrival', async () => {
    const { stage, room } = await joined();
    await using _ = stage;
    await stage.socket.join('room:2');
    await say(stage, 1, 1, 'room:2');
    await say(stage, 2, 2);
    await say(stage, 3, 3, 'room:2');
    expect(numbers(room.flush())).toEqual([2]);
    await say(stage, 4, 4);
    expect(numbers(stage.socket.flush())).toEqual([1, 3, 4]);
    expect([room.flush(), stage.socket.flush()]).toEqual([[], []]);
  });
});

describe('an inbox that nobody reads', () => {
  const small = { options: { inbox: { messages: 3 } } } as const;

  test('keeps the newest of each topic, and counts exactly what it lost', async () => {
    const { stage, room } = await joined(small);
    await using _ = stage;
    const other = await stage.socket.join('room:2');
    await say(stage, 1, 1, 'room:2');
    await say(stage, 1, 10);
    expect([room.dropped, other.dropped, stage.socket.dropped]).toEqual([7, 0, 7]);
    expect(numbers(room.flush())).toEqual([8, 9, 10]);
    expect(numbers(other.flush())).toEqual([1]);
    await say(stage, 11, 14);
    expect([room.dropped, numbers(stage.socket.flush())]).toEqual([8, [12, 13, 14]]);
  });

  test('tells telemetry once, and again after something was taken', async () => {
    const { stage, room } = await joined(small);
    await using _ = stage;
    const told = () => stage.telemetry.filter(({ name }) => name === 'inbox.shed').length;
    await say(stage, 1, 10);
    expect(told()).toBe(1);
    await room.receive();
    await say(stage, 11, 20);
    expect(told()).toBe(2);
    expect(stage.telemetry.find(({ name }) => name === 'inbox.shed')).toMatchObject({
      topic: TOPIC,
    });
  });

  test('breaks the connection when that is its policy, each time it is full', async () => {
    const { stage, room } = await joined({
      options: { inbox: { messages: 3, whenFull: 'disconnect' } },
    });
    await using _ = stage;
    await say(stage, 1, 3);
    expect(stage.socket.status.state).toBe('connected');
    await say(stage, 4, 4);
    expect(stage.socket.status).toMatchObject({
      state: 'backingOff',
      close: { cause: 'inboxFull' },
    });
    await stage.pass(LONG);
    expect(room.status).toMatchObject({ state: 'joined', gap: { topic: TOPIC } });
    await say(stage, 5, 5);
    expect(stage.socket.status.state).toBe('backingOff');
    await stage.pass(LONG);
    expect(numbers(room.flush())).toEqual([3, 4, 5]);
    await say(stage, 6, 6);
    expect(stage.socket.status.state).toBe('connected');
  });
});
