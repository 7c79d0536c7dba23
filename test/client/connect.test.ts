/** Connecting, moving and disconnecting by command. */

import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/index.js';
import type { Script } from '../support/memory-phoenix.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

const DEAF: Script = { dial: () => null };
const REFUSING: Script = { dial: () => ({ status: 502 }) };

const REQUESTED = { cause: 'requested', code: 1000, reason: 'disconnect', status: null };

describe('connect', () => {
  test.each<[string, Endpoint | undefined]>([
    ['no endpoint', undefined],
    ['the same endpoint', 'ws://phoenix/socket'],
    ['the same endpoint in other words', { url: new URL('http://phoenix:80/socket/websocket') }],
  ])('with %s does nothing while connected', async (_, endpoint) => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.connect(endpoint);
    await sim.pass(60_000);

    expect(sim.dialedAt).toEqual([0]);
    expect(sim.story).toEqual(['init', 'handleConnected']);
  });

  test('does nothing while a dial is under way', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: DEAF });
    sim.worker.connect();
    sim.worker.connect('ws://phoenix/socket');
    await sim.pass(9999);

    expect(sim.dialedAt).toEqual([0]);
  });

  test('to another endpoint moves there, and takes the topics along', async () => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.join('room:1');
    await sim.quiet();
    const closed = sim.phoenix.sessions[0]?.closed;
    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(0);

    await expect(closed).resolves.toEqual({ code: 1000, reason: '' });
    expect(sim.phoenix.dials.map(({ request }) => request.url.host)).toEqual([
      'phoenix',
      'elsewhere',
    ]);
    expect(sim.story).toEqual([
      'init',
      'handleConnected',
      'handleJoined room:1',
      'handleDisconnected',
      'handleConnected',
      'handleJoined room:1',
    ]);
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: REQUESTED, retryIn: null }]);
  });

  test('to the same endpoint with other params moves there', async () => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.connect({ url: 'ws://phoenix/socket', params: { token: 'new' } });
    await sim.pass(0);

    expect(sim.phoenix.dials.map(({ request }) => request.url.searchParams.get('token'))).toEqual([
      null,
      'new',
    ]);
  });

  test('to another endpoint while a dial is under way gives that dial up', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: DEAF });
    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(0);

    expect(sim.phoenix.dials.map(({ request }) => request.signal.aborted)).toEqual([true, false]);
    expect(sim.phoenix.dials[1]?.request.url.host).toBe('elsewhere');
  });

  test('to what is no endpoint is refused, and changes nothing', async () => {
    await using sim = await simulate(new SimulatedWorker());
    expect(() => {
      sim.worker.connect('elsewhere');
    }).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    expect(() => {
      sim.worker.connect({ url: 'ws://phoenix/socket', params: { since: NaN } });
    }).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    await sim.pass(60_000);

    expect(sim.client.status.state).toBe('connected');
    expect(sim.dialedAt).toEqual([0]);
  });

  test('without any endpoint is refused with the remedy', async () => {
    const options = { autoConnect: false, url: undefined } as object;
    await using sim = await simulate(new SimulatedWorker(), { options });
    expect(() => {
      sim.worker.connect();
    }).toThrow('there is no url to connect to: give the option url, or an endpoint');
  });

  test('while it backs off dials at once', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: REFUSING, chance: 0.9 });
    sim.worker.connect();
    await sim.pass(0);

    expect(sim.dialedAt).toEqual([0, 0]);
  });
});

describe('disconnect', () => {
  test('ends the connection until the next connect, and keeps the topics wanted', async () => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.join('room:1');
    await sim.quiet();
    sim.worker.disconnect();
    await sim.pass(600_000);
    expect(sim.dialedAt).toEqual([0]);
    expect(sim.client.status).toMatchObject({ state: 'disconnected', close: REQUESTED });
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: REQUESTED, retryIn: null }]);

    sim.worker.connect();
    await sim.quiet();
    expect(sim.story.slice(-2)).toEqual(['handleConnected', 'handleJoined room:1']);
  });

  test('while it backs off ends the attempts', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: REFUSING, chance: 0.9 });
    sim.worker.disconnect();
    await sim.pass(600_000);

    expect(sim.dialedAt).toEqual([0]);
    expect(sim.client.status.state).toBe('disconnected');
  });

  test('while a dial is under way gives it up, and is told', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: DEAF });
    sim.worker.disconnect();
    await sim.pass(600_000);

    expect(sim.phoenix.dials[0]?.request.signal.aborted).toBe(true);
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: REQUESTED, retryIn: null }]);
  });

  test('does not end the worker: it may connect again', async () => {
    class Restless extends SimulatedWorker {
      override handleDisconnected(): void {
        this.connect();
      }
    }
    await using sim = await simulate(new Restless());
    sim.worker.disconnect();
    await sim.pass(0);

    expect(sim.story).toEqual(['init', 'handleConnected', 'handleDisconnected', 'handleConnected']);
  });

  test('and connect in a loop slow down to one dial a second', async () => {
    class Restless extends SimulatedWorker {
      override handleConnected(): void {
        this.disconnect();
        this.connect();
      }
    }
    await using sim = await simulate(new Restless());
    await sim.pass(10_000);

    expect(sim.dialedAt.filter((at) => at === 0)).toHaveLength(5);
    expect(sim.dialedAt.slice(5)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((s) => s * 1000));
  });
});

describe('status', () => {
  test('follows the life of the connection and of the channels', async () => {
    await using sim = await simulate(new SimulatedWorker(), { chance: 0.5 });
    sim.worker.join('room:1');
    await sim.quiet();
    const { since } = sim.client.status;
    expect(sim.client.status).toMatchObject({ state: 'connected', attempt: 0, close: null });
    expect(sim.client.status.channels.get('room:1')).toEqual({
      state: 'joined',
      since,
      error: null,
      gap: null,
    });

    await sim.pass(30_000);
    sim.phoenix.kick(1011, 'oops');
    await sim.quiet();
    const status = sim.client.status;
    expect(status).toMatchObject({
      state: 'backingOff',
      attempt: 1,
      close: { cause: 'peer', code: 1011, reason: 'oops', status: null },
    });
    expect(status.since.getTime() - since.getTime()).toBe(30_000);
    expect(status.channels.get('room:1')).toMatchObject({ state: 'joining' });
  });
});
