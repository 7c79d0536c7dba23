/**
 * The traps of the two clients this one descends from, each by its number in the notes on them: 3.6 is
 * phoenix_gen_socket_client, 4.6 is Slipstream. Other files cover most of them in depth; here each one has its name.
 */

import { describe, expect, test } from 'vitest';
import { GenSocketClient, type StopReason } from '../../src/index.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

async function joined(script: Script = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join('room:1', { first: true });
  await sim.quiet();
  return sim;
}

describe('phoenix_gen_socket_client', () => {
  test('trap 3.6.1: connect while a transport exists does nothing, or moves to the other endpoint', async () => {
    await using sim = await joined();
    sim.worker.connect();
    sim.worker.connect('ws://phoenix/socket');
    await sim.quiet();
    expect(sim.dialedAt).toHaveLength(1);

    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(0);
    expect(sim.phoenix.dials[1]?.request.url.host).toBe('elsewhere');
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('trap 3.6.2: a transport that cannot start is a failed attempt like any other', async () => {
    const { transport } = memoryTransport();
    let dials = 0;
    const dial: typeof transport.dial = () => {
      dials += 1;
      throw new Error('no route');
    };
    const options = { transports: [{ name: 'broken', dial }] } as const;
    await using sim = await simulate(new SimulatedWorker(), { options });
    await sim.pass(1500);

    expect(dials).toBeGreaterThan(1);
    expect(sim.given('handleDisconnected')[0]).toMatchObject({
      attempt: 1,
      close: { reason: expect.stringContaining('no route') as string },
    });
    expect(sim.client.status.state).not.toBe('stopped');
  });

  test('trap 3.6.3: terminate sees the worker’s own state, and why', async () => {
    const last: unknown[] = [];
    class Counting extends SimulatedWorker {
      messages = 0;
      override handleMessage(): void {
        this.messages += 1;
      }
      override terminate(reason: StopReason): void {
        last.push(this.messages, reason);
      }
    }
    await using sim = await simulate(new Counting());
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.push('room:1', 'said');
    await sim.quiet();
    await sim.client.stop('done');
    expect(last).toEqual([1, { kind: 'requested', reason: 'done' }]);
  });

  test('trap 3.6.4: a late reply to an older join does not make the topic joined', async () => {
    await using sim = await joined({ join: () => null });
    await sim.pass(10_500);
    const [older, newer] = sim.phoenix.sent('phx_join');
    sim.phoenix.reply(older!, OK);
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(false);

    sim.phoenix.reply(newer!, OK);
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('trap 3.6.4: a second join of a topic that is joining is not sent', async () => {
    await using sim = await joined({ join: () => null });
    sim.worker.join('room:1', { second: true });
    await sim.quiet();
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });

  test('trap 3.6.5: a join reply that is neither ok nor error is a refusal', async () => {
    await using sim = await joined({ join: () => ['maybe', {}] });
    expect(sim.given('handleJoinError')).toMatchObject([{ error: { code: 'PHX_JOIN_REFUSED' } }]);
  });

  test('trap 3.6.6: topics lost with the socket need no remembering: they are joined again', async () => {
    await using sim = await joined();
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.given('handleJoined')).toMatchObject([{ gap: null }, { gap: { topic: 'room:1' } }]);
    expect(sim.given('handleChannelClosed')).toEqual([]);
  });

  test('trap 3.6.7: a peer that is half open is found by its heartbeat', async () => {
    await using sim = await joined({ heartbeat: () => null });
    await sim.pass(35_000);
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'heartbeatTimeout' } },
    ]);
  });

  test('trap 3.6.8: a write that fails ends the connection, and the push is told', async () => {
    const { transport, server } = memoryTransport();
    let isBroken = false;
    const breakable: typeof transport = {
      name: 'breakable',
      dial: (request, sink) => {
        const connection = transport.dial(request, sink);
        return Object.assign(Object.create(connection) as typeof connection, {
          send: (frame: string | Uint8Array) => {
            if (isBroken) throw new Error('EPIPE');
            connection.send(frame);
          },
        });
      },
    };
    await using sim = await simulate(new SimulatedWorker(), {
      options: { transports: [breakable], reconnect: false },
    });
    const session = (await server.dials.next()).accept();
    sim.worker.join('room:1');
    const join = JSON.parse(String(await session.received.next())) as unknown[];
    const reply = { status: 'ok', response: {} };
    session.send(JSON.stringify([join[0], join[1], 'room:1', 'phx_reply', reply]));
    await sim.quiet();
    isBroken = true;
    const push = sim.worker.push('room:1', 'ping').outcome();
    await sim.quiet();

    await expect(push).resolves.toMatchObject({ ok: false, error: { code: 'PHX_PUSH_LOST' } });
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: { cause: 'network' } }]);
  });

  test('trap 3.6.9: a malformed frame is counted, and ends nothing', async () => {
    await using sim = await joined();
    for (const frame of ['{', '[]', 'null', new Uint8Array([9])]) sim.phoenix.sendRaw(frame);
    sim.phoenix.push('room:1', 'said');
    await sim.quiet();
    expect(sim.telemetry.filter(({ name }) => name === 'frame.misread')).toHaveLength(4);
    expect(sim.story.at(-1)).toBe('handleMessage room:1 said');
  });

  test('trap 3.6.10: a connection that ends without a Close frame is told', async () => {
    await using sim = await joined();
    sim.phoenix.cut();
    await sim.quiet();
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { code: 1006, cause: 'peer' } },
    ]);
  });
});

describe('Slipstream', () => {
  test('trap 4.6.1: a disconnect says goodbye with a Close frame', async () => {
    await using sim = await joined();
    sim.worker.disconnect();
    await sim.quiet();
    await expect(sim.phoenix.sessions[0]?.closed).resolves.toEqual({ code: 1000, reason: '' });
  });

  test('trap 4.6.2: a topic that the server closed is told as closed, not as left, and joined again', async () => {
    await using sim = await joined();
    sim.phoenix.close('room:1');
    await sim.pass(500);
    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'closed', retryIn: 500 }]);
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('trap 4.6.3: a phx_error with an unknown ref ends nothing', async () => {
    await using sim = await joined();
    sim.phoenix.sendRaw(JSON.stringify(['99', '99', 'room:1', 'phx_error', {}]));
    sim.phoenix.sendRaw(JSON.stringify(['99', '99', 'room:9', 'phx_error', {}]));
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
    expect(sim.client.status.state).toBe('connected');
  });

  test('trap 4.6.4: a join of a topic that was closed is sent once, with its new params', async () => {
    await using sim = await joined();
    sim.phoenix.close('room:1');
    await sim.quiet();
    sim.worker.join('room:1', { second: true });
    sim.worker.join('room:1', { third: true });
    await sim.pass(500);
    expect(sim.phoenix.sent('phx_join').map(({ payload }) => payload)).toEqual([
      { first: true },
      { third: true },
    ]);
  });

  test('trap 4.6.5: two connects make one connection', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { reconnect: false } });
    sim.phoenix.cut();
    await sim.quiet();
    sim.worker.connect();
    sim.worker.connect();
    await sim.pass(60_000);
    expect(sim.dialedAt).toHaveLength(2);
  });

  test('trap 4.6.6: a join while disconnected is remembered', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
    sim.worker.join('room:1');
    await sim.pass(60_000);
    sim.worker.connect();
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('trap 4.6.7: topics joined at run time come back after a reconnect', async () => {
    await using sim = await joined();
    for (const topic of ['room:2', 'room:3']) sim.worker.join(topic);
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(0);
    const topics = sim.phoenix.sent('phx_join').map(({ topic }) => topic);
    expect(topics.slice(3)).toEqual(['room:1', 'room:2', 'room:3']);
  });

  test('trap 4.6.8: an answer to another heartbeat is no answer', async () => {
    await using sim = await joined({
      heartbeat: ({ session }) => {
        const reply = { status: 'ok', response: {} };
        session.send(JSON.stringify([null, 'another', 'phoenix', 'phx_reply', reply]));
        return null;
      },
    });
    // The stray answer is a frame, which excuses the silence twice.
    await sim.pass(55_000);
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'heartbeatTimeout' } },
    ]);
  });

  test('trap 4.6.9: an upgrade that nobody answers is given up', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: { dial: () => null } });
    await sim.pass(10_000);
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: { cause: 'connectTimeout' } }]);
  });

  test('trap 4.6.10: a connect without any endpoint is refused, and ends nothing', async () => {
    class Homeless extends GenSocketClient {
      connectNow(): void {
        this.connect();
      }
    }
    const worker = new Homeless();
    await using client = worker.start({ autoConnect: false });
    expect(() => {
      worker.connectNow();
    }).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    expect(client.status.state).toBe('disconnected');
  });

  test('trap 4.6.11: join_ref is on every push and on the leave', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'ping');
    sim.worker.leave('room:1');
    await sim.quiet();
    const [join] = sim.phoenix.sent('phx_join');
    const others = [...sim.phoenix.sent('ping'), ...sim.phoenix.sent('phx_leave')];
    expect(others.map(({ joinRef }) => joinRef)).toEqual([join?.ref, join?.ref]);
  });

  test('trap 4.6.11: joins that keep failing leave nothing behind', async () => {
    await using sim = await joined({ join: () => refusal('full') });
    await sim.pass(1000);
    const before = sim.clock.pending;
    await sim.pass(3_600_000);
    expect(sim.phoenix.sent('phx_join').length).toBeGreaterThan(10);
    expect(sim.clock.pending).toBe(before);
    expect(sim.client.status.channels.size).toBe(1);
  });

  test('trap 4.6.11: a binary broadcast is a message', async () => {
    await using sim = await joined();
    const words = [...Buffer.from('room:1said')];
    sim.phoenix.sendRaw(new Uint8Array([2, 6, 4, ...words, 1, 2, 3]));
    await sim.quiet();
    expect(sim.given('handleMessage')).toEqual([
      { topic: 'room:1', event: 'said', payload: new Uint8Array([1, 2, 3]) },
    ]);
  });
});
