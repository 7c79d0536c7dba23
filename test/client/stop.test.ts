/** The end of a worker: in good order, within a bounded time, with everything settled. */

import { describe, expect, test } from 'vitest';
import type { StopReason } from '../../src/index.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { simulate, SimulatedWorker, Simulation } from '../support/worker-simulation.js';

const SILENT: Script = {
  push: () => null,
  join: ({ topic }) => (topic === 'room:silent' ? null : OK),
  leave: () => null,
};

/** Neither returns nor can be interrupted. */
const never = new Promise<void>(() => undefined);

class Hanging extends SimulatedWorker {
  readonly #where: 'handleMessage' | 'terminate';

  constructor(where: 'handleMessage' | 'terminate') {
    super();
    this.#where = where;
  }

  override handleMessage(): Promise<void> | void {
    if (this.#where === 'handleMessage') return never;
  }

  override terminate(): Promise<void> | void {
    if (this.#where === 'terminate') return never;
  }
}

describe('stop', () => {
  test('calls terminate last, with the reason, and resolves with it', async () => {
    await using sim = await simulate(new SimulatedWorker());
    const reason: StopReason = { kind: 'requested', reason: 'deploy' };

    await expect(sim.client.stop('deploy')).resolves.toEqual(reason);
    await expect(sim.client.stopped).resolves.toEqual(reason);
    expect(sim.told.at(-1)).toEqual({ callback: 'terminate', fact: reason });
    expect(sim.client.status.state).toBe('stopped');
  });

  test('from inside lets the present callback end, and calls none that waited behind it', async () => {
    class Stopping extends SimulatedWorker {
      readonly seen: string[] = [];

      override async handleMessage({ event }: { event: string }): Promise<void> {
        this.stop('enough');
        await Promise.resolve();
        this.seen.push(event);
      }
    }
    const worker = new Stopping();
    await using sim = await simulate(worker);
    worker.join('room:1');
    await sim.quiet();
    sim.phoenix.push('room:1', 'first');
    sim.phoenix.push('room:1', 'second');
    await sim.quiet();

    expect(worker.seen).toEqual(['first']);
    expect(sim.story.slice(-2)).toEqual(['handleMessage room:1 first', 'terminate']);
    await expect(sim.client.stopped).resolves.toEqual({ kind: 'requested', reason: 'enough' });
  });

  test('from inside waits for the rest of the callback, and only then calls terminate', async () => {
    let letGo = (): void => undefined;
    class Stopping extends SimulatedWorker {
      override handleConnected(): Promise<void> {
        this.stop();
        return new Promise((resolve) => {
          letGo = resolve;
        });
      }
    }
    await using sim = await simulate(new Stopping());
    await sim.pass(4000);
    expect(sim.story).toEqual(['init', 'handleConnected']);

    letGo();
    await sim.quiet();
    expect(sim.story).toEqual(['init', 'handleConnected', 'terminate']);
  });

  test('from init dials nowhere', async () => {
    class Reluctant extends SimulatedWorker {
      override init(): string {
        this.stop('not today');
        return 'ws://phoenix/socket';
      }
    }
    await using sim = await simulate(new Reluctant());

    expect(sim.story).toEqual(['init', 'terminate']);
    expect(sim.dialedAt).toEqual([]);
  });

  test('twice keeps the first reason', async () => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.stop('first');

    await expect(sim.client.stop('second')).resolves.toMatchObject({ reason: 'first' });
    expect(sim.given('terminate')).toHaveLength(1);
  });

  test('before init has run calls terminate alone', async () => {
    await using sim = new Simulation(new SimulatedWorker(), {});
    await sim.client.stop();
    expect(sim.story).toEqual(['terminate']);
  });

  test('says goodbye to the server with a Close frame', async () => {
    await using sim = await simulate(new SimulatedWorker());
    const closed = sim.phoenix.sessions[0]?.closed;
    await sim.client.stop();

    await expect(closed).resolves.toEqual({ code: 1000, reason: '' });
  });

  test('while dialing gives the dial up', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: { dial: () => null } });
    await sim.client.stop();

    expect(sim.phoenix.dials[0]?.request.signal.aborted).toBe(true);
    expect(sim.story).toEqual(['init', 'terminate']);
  });

  test('while it backs off dials no more', async () => {
    const script: Script = { dial: () => ({ status: 502 }) };
    await using sim = await simulate(new SimulatedWorker(), { script, chance: 0.5 });
    await sim.client.stop();
    await sim.pass(600_000);

    expect(sim.dialedAt).toEqual([0]);
  });

  test('settles every pending push, join and leave', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: SILENT });
    const { worker } = sim;
    worker.join('room:1');
    worker.join('room:2');
    await sim.quiet();
    const sent = worker.push('room:1', 'ping').outcome();
    const joining = worker.join('room:silent').outcome();
    const waiting = worker.push('room:silent', 'ping').outcome();
    const leaving = worker.leave('room:2').outcome();
    await sim.client.stop();

    await expect(sent).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
    });
    await expect(joining).resolves.toMatchObject({ error: { code: 'PHX_JOIN_LOST' } });
    await expect(waiting).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' },
    });
    await expect(leaving).resolves.toEqual({ ok: true, response: undefined });
  });

  test('is what async dispose does', async () => {
    const sim = await simulate(new SimulatedWorker());
    await sim.client[Symbol.asyncDispose]();
    expect(sim.story.at(-1)).toBe('terminate');
    await sim[Symbol.asyncDispose]();
  });
});

describe('terminate', () => {
  test('may still push, and what it awaits is waited for', async () => {
    class Polite extends SimulatedWorker {
      override async terminate(): Promise<void> {
        await this.push('room:1', 'bye').ok();
        this.push('room:1', 'gone');
      }
    }
    await using sim = await simulate(new Polite(), { script: { push: () => ['ok', {}] } });
    sim.worker.join('room:1');
    await sim.quiet();
    await sim.client.stop();

    expect(sim.phoenix.received.map(({ event }) => event)).toEqual(['phx_join', 'bye', 'gone']);
  });

  test('that throws is reported and changes nothing', async () => {
    class Rude extends SimulatedWorker {
      override terminate(): never {
        throw new Error('no');
      }
    }
    await using sim = await simulate(new Rude());

    await expect(sim.client.stop()).resolves.toEqual({ kind: 'requested', reason: null });
    expect(sim.telemetry).toContainEqual(
      expect.objectContaining({ name: 'callback.failed', callback: 'terminate' }),
    );
  });

  test('is the last callback: what the server says meanwhile reaches nobody', async () => {
    class Lingering extends SimulatedWorker {
      override terminate(): Promise<void> {
        return this.push('room:1', 'bye').sent();
      }
    }
    const script: Script = {
      push: ({ topic }) => {
        sim.phoenix.push(topic, 'said');
        sim.phoenix.close(topic);
        sim.phoenix.cut();
        return null;
      },
    };
    await using sim = await simulate(new Lingering(), { script });
    sim.worker.join('room:1');
    await sim.quiet();
    await sim.client.stop();
    await sim.pass(60_000);

    expect(sim.story.at(-1)).toBe('terminate');
  });
});

describe('what hangs', () => {
  test('a callback is given up after 5 s, and terminate still runs', async () => {
    await using sim = await simulate(new Hanging('handleMessage'));
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.push('room:1', 'said');
    await sim.quiet();

    void sim.client.stop();
    await sim.pass(4999);
    expect(sim.given('terminate')).toEqual([]);
    await sim.pass(1);
    expect(sim.given('terminate')).toHaveLength(1);
    expect(sim.client.status.state).toBe('stopped');
  });

  test('terminate is given up after 5 s', async () => {
    await using sim = await simulate(new Hanging('terminate'));
    void sim.client.stop();
    await sim.pass(4999);
    expect(sim.client.status.state).toBe('connected');
    await sim.pass(1);

    expect(sim.client.status.state).toBe('stopped');
    await expect(sim.client.stopped).resolves.toEqual({ kind: 'requested', reason: null });
  });

  test('a callback that was given up and fails later changes nothing', async () => {
    let fail = (): void => undefined;
    class Late extends SimulatedWorker {
      override handleConnected(): Promise<never> {
        return new Promise((_, reject) => {
          fail = () => {
            reject(new Error('late'));
          };
        });
      }
    }
    await using sim = await simulate(new Late());
    const stopped = sim.client.stop();
    await sim.pass(5000);
    fail();
    await sim.quiet();

    await expect(stopped).resolves.toEqual({ kind: 'requested', reason: null });
    expect(sim.story).toEqual(['init', 'handleConnected', 'terminate']);
  });
});
