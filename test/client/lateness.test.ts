/** What comes late, or from the worker's own parts in a way that nobody expects, ends nothing that need not end. */

import { describe, expect, test } from 'vitest';
import { type Credentials, type Transport, v2 } from '../../src/index.js';
import { Reporter } from '../../src/telemetry/telemetry.js';
import type { Received, Script } from '../support/memory-phoenix.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

describe('a heartbeat that is answered late', () => {
  test('is answered all the same, while other frames show that the server lives', async () => {
    const asked: Received[] = [];
    const script: Script = {
      heartbeat: (message) => {
        asked.push(message);
        return null;
      },
    };
    await using sim = await simulate(new SimulatedWorker(), { script });
    sim.worker.join('room:1');
    await sim.pass(25_000);
    for (let beat = 0; beat < 6; beat += 1) {
      await sim.pass(5000);
      sim.phoenix.broadcast('room:1', 'said');
      await sim.pass(7000);
      const [first] = asked.splice(0);
      if (first) sim.phoenix.reply(first, ['ok', {}]);
      await sim.pass(25_000);
    }
    expect(sim.given('handleDisconnected')).toEqual([]);
  });
});

describe('a serializer of the user', () => {
  test('that throws on a heartbeat ends the session, and the worker comes back', async () => {
    const serializer = {
      ...v2,
      encode: (message: Parameters<typeof v2.encode>[0]) => {
        if (message.event === 'heartbeat') throw new TypeError('cannot');
        return v2.encode(message);
      },
    };
    await using sim = await simulate(new SimulatedWorker(), { options: { serializer } });
    await sim.pass(26_000);
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: { cause: 'network' } }]);
    expect(sim.given('handleConnected')).toHaveLength(2);
  });
});

describe('a transport of the user', () => {
  test.each(['says nothing', 'throws'])(
    'that %s when it is hung up holds no stop up',
    async (how) => {
      const hangUp = () => {
        if (how === 'throws') throw new Error('cannot');
      };
      const connection = { bufferedAmount: 0, close: hangUp, terminate: hangUp };
      const idle = { send: () => undefined, pause: () => undefined, resume: () => undefined };
      const transport: Transport = {
        name: 'mute',
        dial: (_, sink) => {
          sink.opened();
          return { ...connection, ...idle };
        },
      };
      await using sim = await simulate(new SimulatedWorker(), {
        options: { transports: [transport] },
      });
      const stopped = sim.client.stop();
      await sim.pass(5000);
      await expect(stopped).resolves.toMatchObject({ kind: 'requested' });
    },
  );
});

describe('a callback', () => {
  test('that returns a thenable of another making is awaited', async () => {
    const settled: (() => void)[] = [];
    class Patient extends SimulatedWorker {
      override handleConnected(): Promise<void> {
        const thenable = { then: (done: () => void) => void settled.push(done) };
        return thenable as unknown as Promise<void>;
      }
    }
    await using sim = await simulate(new Patient());
    sim.worker.join('room:1');
    await sim.quiet();
    expect(sim.given('handleJoined')).toEqual([]);
    for (const settle of settled) settle();
    await sim.quiet();
    expect(sim.given('handleJoined')).toHaveLength(1);
  });
});

describe('telemetry', () => {
  test('that rejects hurts nobody', async () => {
    const telemetry = { fact: () => Promise.reject(new Error('no')) as unknown as void };
    const environment = new Reporter(telemetry, () => 0);
    environment.fact('message.stale', { topic: 'room:1' });
    await Promise.resolve();
    expect(environment.isHeard).toBe(true);
  });
});

describe('a topic that is wanted twice', () => {
  test('keeps the terms of its first join when the second gives none', async () => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.join('room:1', { v: 1 }, { rejoin: false });
    await sim.quiet();
    sim.worker.join('room:1', { v: 2 });
    sim.phoenix.crash('room:1');
    await sim.pass(60_000);
    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'crashed', retryIn: null }]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });
});

describe('init', () => {
  test('may wait for its own join: the connection does not wait for init', async () => {
    class Waiter extends SimulatedWorker {
      joinedAs: unknown = null;

      override async init(): Promise<void> {
        this.joinedAs = await this.join('room:1').outcome();
      }
    }
    const worker = new Waiter();
    await using sim = await simulate(worker);
    expect(worker.joinedAs).toEqual({ ok: true, response: {} });
    expect(sim.phoenix.dials).toHaveLength(1);
  });
});

describe('credentials that can never be sent', () => {
  test.each([
    ['nothing', undefined, /^credentials gave what cannot be sent/],
    ['a token that is no text', { authToken: 7 }, /authToken is a number: write text/],
    ['a header with a line break', { headers: { 'x-a': 'a\nb' } }, /no HTTP header/],
  ])('end the attempts: %s', async (_, given, reason) => {
    const credentials = () => given as unknown as Credentials;
    await using sim = await simulate(new SimulatedWorker(), { options: { credentials } });
    await sim.pass(60_000);
    expect(sim.given('handleDisconnected')).toMatchObject([
      { retryIn: null, close: { cause: 'credentials', reason: expect.stringMatching(reason) } },
    ]);
    await expect(sim.client.stopped).resolves.toMatchObject({ kind: 'gaveUp' });
  });
});

describe('a command', () => {
  test.each<[string, (worker: SimulatedWorker) => unknown]>([
    [
      'a misspelt option of a join',
      (worker) => worker.join('room:1', {}, { timeOut: 5 } as object),
    ],
    [
      'a misspelt option of a push',
      (worker) => worker.push('a', 'b', {}, { timeOut: 5 } as object),
    ],
    [
      'a time to live that is volatile',
      (worker) => worker.push('a', 'b', {}, { delivery: 'volatile', ttl: 5 } as object),
    ],
    ['a topic that is no text', (worker) => worker.join(undefined as unknown as string)],
    ['an event that is no text', (worker) => worker.push('a', {} as unknown as string)],
  ])('refuses %s at once', async (_, command) => {
    const worker = new SimulatedWorker();
    await using sim = await simulate(worker);
    expect(() => command(worker)).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    expect(sim.phoenix.received).toEqual([]);
  });
});

describe('a channel that crashes after each join', () => {
  test('is joined at most once a second from the sixth time on, even by a policy without a delay', async () => {
    const options = { rejoin: { delays: [0], jitter: 'none' } } as const;
    await using sim = await simulate(new SimulatedWorker(), { options });
    sim.worker.join('room:1');
    await sim.quiet();
    for (let crash = 0; crash < 20; crash += 1) {
      sim.phoenix.crash('room:1');
      await sim.pass(0);
    }
    const before = sim.phoenix.sent('phx_join').length;
    expect(before).toBeLessThan(8);
    await sim.pass(999);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(before);
    await sim.pass(1);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(before + 1);
  });
});
