/** What others ask of a running worker, and tell it. */

import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.js';
import type { Client } from '../../src/client/handle.js';
import { OK } from '../support/memory-phoenix.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Request = 'now' | 'later' | 'push' | 'deferred push' | 'throw' | 'hang' | 'defer';

class Answering extends SimulatedWorker {
  readonly handled: unknown[] = [];

  override init(): void {
    this.join('room:1');
  }

  override handleInfo(info: unknown): void | Promise<void> {
    this.handled.push(info);
  }

  override handleCall(request: Request): unknown {
    this.handled.push(request);
    switch (request) {
      case 'now':
        return 1;
      case 'later':
        return Promise.resolve(2);
      case 'push':
        return this.push('room:1', 'ask', {});
      case 'deferred push':
        return Promise.resolve(this.push('room:1', 'ask', {}));
      case 'throw':
        throw new TypeError('no such thing');
      case 'hang':
        return new Promise(() => undefined);
      case 'defer':
        return this.defer(() => Promise.reject(new RangeError('too far')));
    }
  }
}

function ask(client: Client, request: Request, timeout?: number): Promise<unknown> {
  const options = timeout === undefined ? {} : { timeout };
  return client.call(request, options).catch((error: unknown) => error);
}

describe('a call', () => {
  test.each([
    ['now', 1],
    ['later', 2],
  ] as const)('is answered with what handleCall returns: %s', async (request, answer) => {
    await using sim = await simulate(new Answering());
    expect(await ask(sim.client, request)).toBe(answer);
  });

  test.each(['push', 'deferred push'] as const)(
    'is answered when the push is, and holds nothing up meanwhile: %s',
    async (request) => {
      await using sim = await simulate(new Answering());
      const answer = ask(sim.client, request);
      await sim.quiet();
      expect(await ask(sim.client, 'now')).toBe(1);
      const [push] = sim.phoenix.sent('ask');
      if (push === undefined) throw new Error('nothing was pushed');
      sim.phoenix.reply(push, ['ok', { price: 3 }]);
      expect(await answer).toEqual({ price: 3 });
    },
  );

  test('is refused with the error of the push it waits for', async () => {
    await using sim = await simulate(new Answering(), { script: { push: () => ['error', {}] } });
    const refused = await ask(sim.client, 'push');
    expect(hasCode(refused, 'PHX_PUSH_REFUSED')).toBe(true);
    expect(sim.client.status.state).toBe('connected');
  });

  test('is refused with what handleCall throws, and nothing else happens', async () => {
    await using sim = await simulate(new Answering());
    expect(await ask(sim.client, 'throw')).toEqual(new TypeError('no such thing'));
    expect(await ask(sim.client, 'now')).toBe(1);
    expect(sim.telemetry.map(({ name }) => name)).not.toContain('callback.failed');
  });

  test('that a deferred work fails is refused with its cause', async () => {
    await using sim = await simulate(new Answering());
    const refused = await ask(sim.client, 'defer');
    expect(hasCode(refused, 'PHX_CALLBACK_FAILED') && refused.cause).toEqual(
      new RangeError('too far'),
    );
    expect(sim.client.status.state).toBe('connected');
  });

  test('that nobody answers is given up after 5 s, or its own timeout', async () => {
    await using sim = await simulate(new Answering());
    const hanging = ask(sim.client, 'hang');
    const waiting = ask(sim.client, 'now', 1000);
    await sim.pass(1000);
    expect(hasCode(await waiting, 'PHX_CALL_TIMEOUT')).toBe(true);
    await sim.pass(3999);
    let isOver = false;
    void hanging.then(() => (isOver = true));
    await sim.quiet();
    expect(isOver).toBe(false);
    await sim.pass(1);
    expect(hasCode(await hanging, 'PHX_CALL_TIMEOUT')).toBe(true);
  });

  test('that is late before its turn is not handled any more', async () => {
    const worker = new (class extends Answering {
      override handleInfo(): Promise<void> {
        return this.push('room:1', 'ask', {})
          .outcome()
          .then(() => undefined);
      }
    })();
    await using sim = await simulate(worker);
    sim.client.notify('waits 10 s for a reply');
    const late = ask(sim.client, 'now', 1000);
    await sim.pass(10_000);
    expect(hasCode(await late, 'PHX_CALL_TIMEOUT')).toBe(true);
    expect(worker.handled).toEqual([]);
  });

  test('to a worker that has no handleCall says so', async () => {
    await using sim = await simulate(new SimulatedWorker());
    const refused = await sim.client.call('anything').catch((error: unknown) => error);
    expect(hasCode(refused, 'PHX_BAD_OPTION') && refused.message).toMatch(/override handleCall/);
  });

  test('that its own worker awaits ends in time', async () => {
    const worker = new (class extends Answering {
      outcome: unknown = null;
      client: Client | null = null;
      override async handleMessage(): Promise<void> {
        this.outcome = await this.client?.call('now').catch((error: unknown) => error);
      }
    })();
    await using sim = await simulate(worker);
    worker.client = sim.client;
    sim.phoenix.push('room:1', 'said');
    await sim.pass(5000);
    expect(hasCode(worker.outcome, 'PHX_CALL_TIMEOUT')).toBe(true);
  });

  test('is refused after the stop, and so is what waits at the stop', async () => {
    await using sim = await simulate(new Answering());
    const hanging = ask(sim.client, 'hang');
    const waiting = ask(sim.client, 'now');
    await sim.quiet();
    const stopped = sim.client.stop();
    await sim.pass(5000);
    await stopped;
    expect(hasCode(await hanging, 'PHX_CALL_TIMEOUT', 'PHX_STOPPED')).toBe(true);
    expect(hasCode(await waiting, 'PHX_CALL_TIMEOUT', 'PHX_STOPPED')).toBe(true);
    expect(hasCode(await ask(sim.client, 'now'), 'PHX_STOPPED')).toBe(true);
  });

  test('with an option that there is not is refused', async () => {
    await using sim = await simulate(new Answering());
    const refused = await sim.client
      .call('now', { timeot: 1 } as never)
      .catch((error: unknown) => error);
    expect(hasCode(refused, 'PHX_BAD_OPTION') && refused.message).toMatch(/timeot/);
  });

  test('may come before the connection does', async () => {
    await using sim = await simulate(new Answering(), { script: { dial: () => null } });
    expect(await ask(sim.client, 'now')).toBe(1);
    expect(sim.client.status.state).toBe('connecting');
  });
});

describe('a notification', () => {
  test('reaches handleInfo in its turn', async () => {
    const worker = new Answering();
    await using sim = await simulate(worker, { script: { push: () => OK } });
    sim.client.notify('one');
    const two = ask(sim.client, 'now');
    sim.client.notify('three');
    await two;
    await sim.quiet();
    expect(worker.handled).toEqual(['one', 'now', 'three']);
  });

  test('after the stop is refused', async () => {
    await using sim = await simulate(new Answering());
    await sim.client.stop();
    expect(() => {
      sim.client.notify('late');
    }).toThrow(/notify after the worker stopped/);
  });

  test('is refused when as many wait as messages may, and loses nothing', async () => {
    const worker = new (class extends Answering {
      override handleInfo(info: unknown): Promise<void> {
        this.handled.push(info);
        return Promise.resolve();
      }
    })();
    await using sim = await simulate(worker, { options: { inbox: { messages: 3 } } });
    for (const info of [1, 2, 3]) sim.client.notify(info);
    expect(() => {
      sim.client.notify(4);
    }).toThrow(/notify: 3 turns wait already \(inbox\.messages\)/);
    const refused = await ask(sim.client, 'now');
    expect(hasCode(refused, 'PHX_MAILBOX_FULL') && refused.retryable).toBe(true);
    await sim.quiet();
    sim.client.notify(5);
    await sim.quiet();
    expect(worker.handled).toEqual([1, 2, 3, 5]);
  });
});
