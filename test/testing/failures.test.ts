/** An expectation that fails says what was expected, what the client did instead, and what to do. */

import { AssertionError } from 'node:assert';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { simulate } from 'gen-socket-client/testing';
import type { WireMessage } from 'gen-socket-client';
import { v2 } from 'gen-socket-client';
import { RoomWorker } from './room-worker.js';

/** The error with which the verb rejects; its message, if it is the one of a failed expectation. */
async function failure(verb: Promise<unknown>): Promise<string> {
  const error: unknown = await verb.then(
    () => new Error('it resolved'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AssertionError);
  return (error as AssertionError).message;
}

async function inRoom(worker = new RoomWorker('room:1')) {
  const server = simulate(worker);
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  return server;
}

describe('when the client did nothing', () => {
  test('a second dial is not there, and the next timer is named', async () => {
    await using server = simulate(new RoomWorker());
    await server.refuseConnect({ status: 503, headers: { 'retry-after': '60' } });
    await server.clock.advance('57s');
    expect(await failure(server.acceptConnect())).toBe(
      'expected a dial, and the client did nothing\n' +
        'it is not connected; if it waits for time to pass, advance the clock: the next timer is due in 3000 ms',
    );
    expect(await failure(server.refuseConnect({ status: 500 }))).toContain('expected a dial');
  });

  test('neither a join, nor a push, a leave or a hang-up is there', async () => {
    await using server = await inRoom();
    expect(await failure(server.expectPush('room:1', 'say', { body: 'x' }))).toBe(
      "expected a push of 'say' to 'room:1' with { body: 'x' }, and the client did nothing\n" +
        'it is connected; if it waits for time to pass, advance the clock: the next timer is due in 5000 ms',
    );
    expect(await failure(server.expectJoin('room:1'))).toContain("a join of 'room:1', and");
    expect(await failure(server.expectLeave('room:1'))).toContain("a leave of 'room:1', and");
    expect(await failure(server.expectDisconnect())).toContain('expected the client to hang up');
  });

  test('a client that waits for no timer is said to wait for nothing', async () => {
    await using server = simulate(new RoomWorker(), { autoConnect: false });
    expect(await failure(server.acceptConnect())).toContain(
      'it is not connected, and no timer is set: nothing will happen by itself',
    );
  });
});

describe('when the client did something else', () => {
  test('all that is unclaimed is listed in order, with payloads and params', async () => {
    await using server = await inRoom();
    server.client.notify({ push: 'room:1', event: 'say', payload: { body: 'y' } });
    server.client.notify({ join: 'room:2', params: { as: 'guest' } });
    server.client.notify({ leave: 'room:1' });
    const message = await failure(server.expectPush('room:1', 'say', { body: 'x' }));
    expect(message).toContain(
      'and the client only\n' +
        "  pushed 'say' to 'room:1' with { body: 'y' }\n" +
        "  joined 'room:2' with { as: 'guest' }\n" +
        "  left 'room:1'\n",
    );
  });

  test('a hang-up is listed with its code, behind what was said before it', async () => {
    await using server = await inRoom();
    for (const event of ['a', 'b', 'c']) server.client.notify({ push: 'room:1', event });
    server.client.notify({ do: 'disconnect' });
    expect(await failure(server.expectJoin('room:1'))).toContain(
      "pushed 'c' to 'room:1' with {}\n  hung up with code 1000\n",
    );
  });

  test('a dial is listed without what may be a secret, and asks to be answered first', async () => {
    const credentials = { params: { token: 'secret' } };
    await using server = simulate(new RoomWorker('room:1'), { credentials });
    const message = await failure(server.expectJoin('room:1'));
    expect(message).toContain('dialled ws://simulated.invalid/socket/websocket?token=***&vsn=***');
    expect(message).toContain('answer its dial first: acceptConnect or refuseConnect');
  });

  test('a list that is long is cut', async () => {
    await using server = await inRoom();
    for (let n = 0; n < 25; n += 1) {
      server.client.notify({ push: 'room:1', event: 'say', payload: { n } });
    }
    const message = await failure(server.expectPush('room:1', 'shout'));
    expect(message).toContain('{ n: 19 }\n  and 5 more\n');
  });
});

describe('a push to a room that is being joined', () => {
  test('is not there before the join is answered, and the error says so', async () => {
    await using server = simulate(new RoomWorker('room:1'));
    await server.acceptConnect();
    server.client.notify({ push: 'room:1', event: 'say' });
    const remedy = "answer the join of 'room:1' first: expectJoin it, and reply";
    expect(await failure(server.expectPush('room:1', 'say'))).toContain(remedy);
    const join = await server.expectJoin('room:1');
    expect(await failure(server.expectPush('room:1', 'say'))).toContain(remedy);
    await join.reply();
    await server.expectPush('room:1', 'say');
  });
});

describe('a worker that has stopped', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('by its own fault is said to have, with the error that ended it', async () => {
    class Clumsy extends RoomWorker {
      override handleMessage() {
        throw new Error('fell over');
      }
    }
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await using server = await inRoom(new Clumsy('room:1'));
    await server.pushMessage({ topic: 'room:1', event: 'said', payload: {} });
    expect(await failure(server.expectPush('room:1', 'say'))).toContain(
      'it has stopped: handleMessage failed: fell over',
    );
    expect(warned).toHaveBeenCalledOnce();
  });

  test('because it was asked to, or gave up, is said to have', async () => {
    await using server = await inRoom();
    await server.client.stop('enough');
    expect(await failure(server.acceptConnect())).toContain(
      'it has stopped: it was asked to (enough)',
    );
    await using other = simulate(new RoomWorker(), { reconnect: { attempts: 1 } });
    await other.refuseConnect({ status: 404 });
    expect(await failure(other.acceptConnect())).toContain('it gave up after refused 404');
  });
});

describe('expectNothing', () => {
  test('fails when something is unclaimed, and passes no time', async () => {
    await using server = await inRoom();
    const { now } = server.clock;
    server.client.notify({ push: 'room:1', event: 'say' });
    expect(await failure(server.expectNothing('1m'))).toBe(
      "expected nothing within 60000 ms, and the client\n  pushed 'say' to 'room:1' with {}\n" +
        'expect these first: what nobody has claimed waits',
    );
    expect(server.clock.now).toBe(now);
  });

  test('fails at the moment when the client does something', async () => {
    await using server = await inRoom();
    await server.crash('room:1');
    const { now } = server.clock;
    expect(await failure(server.expectNothing('1m'))).toContain("joined 'room:1'");
    expect(server.clock.now - now).toBe(500);
  });
});

describe('what cannot be done', () => {
  test('a message for a topic that is not joined is refused', async () => {
    await using server = simulate(new RoomWorker('room:1'));
    const message = { topic: 'room:1', event: 'said', payload: {} };
    const first = "'room:1' is not joined: expectJoin it, and reply, first";
    await expect(server.pushMessage(message)).rejects.toThrow(first);
    await server.acceptConnect();
    const answer = "'room:1' is not joined: answer the join of 'room:1' first";
    await expect(server.pushMessage(message)).rejects.toThrow(answer);
    await (await server.expectJoin('room:1')).refuse();
    await expect(server.pushMessage(message)).rejects.toThrow(first);
    await expect(server.crash('room:1')).rejects.toThrow(first);
    await expect(server.close('room:1')).rejects.toThrow(first);
  });

  test('a topic that has crashed, closed or been cut off is joined no more', async () => {
    const worker = new RoomWorker('room:1', 'room:2', 'room:3');
    await using server = simulate(worker);
    await server.acceptConnect();
    for (const topic of ['room:1', 'room:2', 'room:3']) {
      await (await server.expectJoin(topic)).reply();
    }
    await server.crash('room:1');
    await expect(server.crash('room:1')).rejects.toThrow("'room:1' is not joined");
    await server.close('room:2');
    await expect(server.close('room:2')).rejects.toThrow("'room:2' is not joined");
    await server.disconnect();
    await expect(server.crash('room:3')).rejects.toThrow("'room:3' is not joined");
  });

  test('what Phoenix cannot encode is refused', async () => {
    await using server = await inRoom();
    const message = { topic: 'room:1', event: 'said', payload: 'text' };
    await expect(server.pushMessage(message)).rejects.toThrow('must be an object or bytes');
  });

  test('there is nothing to disconnect before a connection is open', async () => {
    await using server = simulate(new RoomWorker());
    const remedy = 'there is no connection to end: acceptConnect first';
    await expect(server.disconnect()).rejects.toThrow(remedy);
    await server.acceptConnect();
    await server.disconnect();
    await expect(server.disconnect()).rejects.toThrow(remedy);
  });

  test('a second answer, and one that comes too late, are refused', async () => {
    await using server = await inRoom();
    for (const event of ['a', 'b', 'c']) server.client.notify({ push: 'room:1', event });
    const answered = await server.expectPush('room:1', 'a');
    await answered.reply();
    await expect(answered.refuse()).rejects.toThrow(
      "the push of 'a' to 'room:1' was answered before: answer it once",
    );
    const crashed = await server.expectPush('room:1', 'b');
    await server.crash('room:1');
    await expect(crashed.reply()).rejects.toThrow(
      "the push of 'b' to 'room:1' cannot be answered, because its channel has ended",
    );
    await server.clock.advance('1s');
    const join = await server.expectJoin('room:1');
    await server.disconnect();
    await expect(join.reply()).rejects.toThrow(
      "the join of 'room:1' cannot be answered, because the connection that brought it has ended",
    );
  });

  test('a protocol that is not Phoenix’s is not accepted', async () => {
    const encode = (message: WireMessage) => JSON.stringify(message);
    const serializer = { vsn: '9.0.0', encode, decode: v2.decode };
    await using server = simulate(new RoomWorker(), { serializer });
    await expect(server.acceptConnect()).rejects.toThrow(
      'the client speaks version 9.0.0: a simulation speaks 1.0.0 and 2.0.0',
    );
  });

  test('options that cannot be right are refused before anything has started', async () => {
    const worker = new RoomWorker();
    expect(() => simulate(worker, { url: 'no url' })).toThrow('is no absolute URL');
    await using server = simulate(worker);
    await expect(server.clock.advance(-1)).rejects.toMatchObject({ code: 'PHX_BAD_OPTION' });
    await expect(server.expectNothing('1 minute' as '1m')).rejects.toThrow('within is 1 minute');
    expect(() => simulate(worker)).toThrow('this worker was started before');
  });
});
