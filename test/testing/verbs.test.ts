/** Each verb of a simulation does to the worker what a server would, and is done when it resolves. */

import { describe, expect, test } from 'vitest';
import type { TelemetryFact } from 'gen-socket-client';
import { simulate } from 'gen-socket-client/testing';
import { RoomWorker } from './room-worker.js';

describe.each(['v2', 'v1'] as const)('over the serializer %s', (serializer) => {
  /** Connected, and a member of the room. */
  async function inRoom(worker: RoomWorker) {
    const server = simulate(worker, { serializer });
    await server.acceptConnect();
    await (await server.expectJoin('room:1')).reply({ welcome: true });
    return server;
  }

  test('a worker connects, joins, and is told of both when the verbs resolve', async () => {
    const worker = new RoomWorker('room:1');
    await using server = await inRoom(worker);
    expect(worker.told).toEqual([
      ['connected', 1],
      ['joined', 'room:1', { welcome: true }],
    ]);
    expect(server.client.status.state).toBe('connected');
    await server.expectNothing();
  });

  test('a message of the server is handled when pushMessage resolves', async () => {
    const worker = new RoomWorker('room:1');
    await using server = await inRoom(worker);
    await server.pushMessage({ topic: 'room:1', event: 'said', payload: { body: 'hello' } });
    expect(worker.told.at(-1)).toEqual(['message', 'room:1', 'said', { body: 'hello' }]);
  });

  test('a push is replied to, or refused, or left without an answer', async () => {
    const worker = new RoomWorker('room:1');
    await using server = await inRoom(worker);
    for (const event of ['a', 'b', 'c']) server.client.notify({ push: 'room:1', event });
    await (await server.expectPush('room:1', 'a')).reply({ fine: 1 });
    expect(worker.told.at(-1)).toEqual(['reply', 'a', 'ok', { fine: 1 }]);
    await (await server.expectPush('room:1', 'b')).refuse({ reason: 'no' });
    expect(worker.told.at(-1)).toEqual(['reply', 'b', 'error', { reason: 'no' }]);
    await server.expectPush('room:1', 'c');
    await server.expectNothing('1m');
  });

  test('a channel that crashes is joined again when its delay has passed', async () => {
    const worker = new RoomWorker('room:1');
    await using server = await inRoom(worker);
    await server.crash('room:1');
    expect(worker.told.at(-1)).toEqual(['closed', 'room:1', 'crashed', 500]);
    await server.expectNothing(499);
    await server.clock.advance(1);
    await (await server.expectJoin('room:1', { since: 7 })).reply();
    await server.pushMessage({ topic: 'room:1', event: 'said', payload: {} });
    expect(worker.told.slice(-2)).toEqual([
      ['joined', 'room:1', {}],
      ['message', 'room:1', 'said', {}],
    ]);
  });

  test('a channel that the server closes is told as closed', async () => {
    const worker = new RoomWorker('room:1');
    await using server = await inRoom(worker);
    await server.close('room:1');
    expect(worker.told.at(-1)).toEqual(['closed', 'room:1', 'closed', 500]);
  });

  test('a topic is left, and may be joined again', async () => {
    const worker = new RoomWorker('room:1');
    await using server = await inRoom(worker);
    server.client.notify({ leave: 'room:1' });
    await server.expectLeave('room:1');
    expect(worker.told.at(-1)).toEqual(['closed', 'room:1', 'left', null]);
    server.client.notify({ join: 'room:1' });
    await (await server.expectJoin('room:1')).reply();
    expect(worker.told.at(-1)).toEqual(['joined', 'room:1', {}]);
  });

  test('a join that is refused is tried again when its delay has passed', async () => {
    const worker = new RoomWorker('room:1');
    await using server = simulate(worker, { serializer });
    await server.acceptConnect();
    await (await server.expectJoin('room:1')).refuse({ reason: 'full' });
    expect(worker.told.at(-1)).toEqual(['not joined', 'room:1', 'PHX_JOIN_REFUSED', 500]);
    await server.clock.advance('0.5s');
    await (await server.expectJoin('room:1')).reply();
    expect(worker.told.at(-1)).toEqual(['joined', 'room:1', {}]);
  });
});

test('a dial is shown with what the client came with', async () => {
  await using server = simulate(new RoomWorker(), {
    url: 'wss://example.com/socket',
    params: { user: 'robin' },
    headers: { 'x-trace': '1' },
    credentials: () => ({ authToken: 'secret' }),
  });
  const { url, headers, authToken } = await server.acceptConnect();
  expect(url.href).toBe('wss://example.com/socket/websocket?user=robin&vsn=2.0.0');
  expect(headers).toEqual({ 'x-trace': '1' });
  expect(authToken).toBe('secret');
});

test('a dial needs no url, and a worker that names its endpoint is followed', async () => {
  class Elsewhere extends RoomWorker {
    override init() {
      return 'wss://elsewhere.example/socket';
    }
  }
  await using anywhere = simulate(new RoomWorker());
  expect((await anywhere.acceptConnect()).authToken).toBeNull();
  await using elsewhere = simulate(new Elsewhere());
  expect((await elsewhere.acceptConnect()).url.host).toBe('elsewhere.example');
});

test('a dial that is refused with Retry-After is made again when that has passed, and not before', async () => {
  const worker = new RoomWorker();
  await using server = simulate(worker);
  await server.refuseConnect({ status: 503, headers: { 'Retry-After': '60' } });
  expect(worker.told.at(-1)).toEqual(['disconnected', 503, 'Service Unavailable', 60_000]);
  await server.expectNothing('59s');
  await server.clock.advance('1s');
  await server.acceptConnect();
  expect(worker.told.at(-1)).toEqual(['connected', 2]);
});

test('a lost connection is dialled again, and its topics are joined again', async () => {
  const worker = new RoomWorker('room:1');
  await using server = simulate(worker);
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  await server.disconnect();
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  expect(worker.told.slice(2)).toEqual([
    ['disconnected', 1006, expect.any(String), 0],
    ['connected', 2],
    ['joined', 'room:1', {}],
  ]);
});

test('a connection is closed with the code and the reason of the server', async () => {
  const worker = new RoomWorker();
  await using server = simulate(worker);
  await server.acceptConnect();
  await server.disconnect({ code: 1012, reason: 'restart' });
  expect(worker.told.at(-1)).toEqual(['disconnected', 1012, 'restart', 0]);
});

test('a client that hangs up is expected, and a server that does is not', async () => {
  await using server = simulate(new RoomWorker());
  await server.acceptConnect();
  await server.disconnect({ code: 1001 });
  await server.acceptConnect();
  await server.expectNothing();
  server.client.notify({ do: 'disconnect' });
  expect(await server.expectDisconnect()).toEqual({
    cause: 'requested',
    code: 1000,
    reason: '',
    status: null,
  });
  await server.expectNothing('1h');
});

test('what the client does in one breath is claimed in any order', async () => {
  await using server = simulate(new RoomWorker('room:1', 'room:2', 'room:3'));
  await server.acceptConnect();
  for (const topic of ['room:3', 'room:1', 'room:2']) {
    const join = await server.expectJoin(topic);
    expect(join).toMatchObject({ topic, params: { since: 7 } });
    await join.reply();
  }
  for (const body of ['a', 'b', 'c', 'b']) {
    server.client.notify({ push: 'room:2', event: 'say', payload: { body } });
  }
  await server.expectPush('room:2', 'say', { body: 'b' });
  for (const body of ['a', 'c', 'b']) {
    expect((await server.expectPush('room:2', 'say')).payload).toEqual({ body });
  }
  await server.expectNothing();
});

test('several topics may live on several sockets', async () => {
  const worker = new RoomWorker('room:1', 'room:2');
  await using server = simulate(worker, { maxChannelsPerSocket: 1 });
  await server.acceptConnect();
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  await (await server.expectJoin('room:2')).reply();
  await server.pushMessage({ topic: 'room:1', event: 'one', payload: {} });
  await server.pushMessage({ topic: 'room:2', event: 'two', payload: {} });
  expect(worker.told.slice(-2)).toEqual([
    ['message', 'room:1', 'one', {}],
    ['message', 'room:2', 'two', {}],
  ]);
  await server.disconnect();
  await server.acceptConnect();
  await server.acceptConnect();
});

test('bytes go both ways', async () => {
  const worker = new RoomWorker('room:1');
  await using server = simulate(worker);
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  const bytes = Uint8Array.of(0, 1, 255);
  server.client.notify({ push: 'room:1', event: 'upload', payload: bytes });
  const push = await server.expectPush('room:1', 'upload', bytes);
  await push.reply(Uint8Array.of(7));
  await server.pushMessage({ topic: 'room:1', event: 'download', payload: bytes });
  expect(worker.told.slice(-2)).toEqual([
    ['reply', 'upload', 'ok', Uint8Array.of(7)],
    ['message', 'room:1', 'download', bytes],
  ]);
});

test('a join that nobody claimed in time gives way to the next one', async () => {
  const worker = new RoomWorker('room:1');
  await using server = simulate(worker);
  await server.acceptConnect();
  await server.clock.advance('20s');
  expect(worker.told.at(-1)).toEqual(['not joined', 'room:1', 'PHX_JOIN_TIMEOUT', 500]);
  await server.clock.advance('1s');
  await (await server.expectJoin('room:1')).reply();
  expect(worker.told.at(-1)).toEqual(['joined', 'room:1', {}]);
  await server.expectNothing();
});

test('a join that was cut off with its connection gives way to the next one', async () => {
  await using server = simulate(new RoomWorker('room:1'));
  await server.acceptConnect();
  await server.disconnect();
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  await server.expectNothing();
});

test('a join that was cut off with its connection is nothing that the client still wants', async () => {
  await using server = simulate(new RoomWorker('room:1'));
  await server.acceptConnect();
  await server.disconnect();
  await server.refuseConnect({ status: 503, headers: { 'retry-after': '60' } });
  await server.expectNothing('59s');
});

test('a client that cannot keep up may hang up without a Close frame', async () => {
  class Stuck extends RoomWorker {
    override handleMessage(): Promise<void> {
      return new Promise(() => undefined);
    }
  }
  const inbox = { messages: 1, whenFull: 'disconnect' } as const;
  await using server = simulate(new Stuck('room:1'), { inbox });
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  for (let n = 0; n < 3; n += 1) {
    await server.pushMessage({ topic: 'room:1', event: 'said', payload: { n } });
  }
  await server.clock.advance('5s');
  expect(await server.expectDisconnect()).toMatchObject({ cause: 'requested', code: 1006 });
});

test('options of production are taken as they are, and their listeners told in simulated time', async () => {
  const facts: TelemetryFact[] = [];
  const telemetry = { fact: (fact: TelemetryFact) => void facts.push(fact) };
  const transports = ['websocket'] as const;
  await using server = simulate(new RoomWorker(), {
    url: 'wss://x.invalid',
    transports,
    telemetry,
  });
  await server.acceptConnect();
  expect(new Set(facts.map(({ at }) => at))).toEqual(new Set([server.clock.now]));
});

test('a dial that nobody answered is given up, and the next one is there to be answered', async () => {
  const worker = new RoomWorker();
  await using server = simulate(worker);
  await server.clock.advance('10s');
  expect(worker.told.at(-1)).toMatchObject(['disconnected', 1006, expect.any(String), 0]);
  await server.acceptConnect();
  await server.expectNothing();
});

test('draws of chance are as the test says', async () => {
  const worker = new RoomWorker();
  await using server = simulate(worker, { random: () => 0.5 });
  await server.acceptConnect();
  await server.disconnect();
  expect(worker.told.at(-1)).toEqual(['disconnected', 1006, expect.any(String), 250]);
});
