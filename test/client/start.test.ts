/** How a worker begins: init, its endpoint, and the commands before and after its life. */

import { describe, expect, test } from 'vitest';
import { type Endpoint, GenSocketClient } from '../../src/index.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

const URL_OPTIONS = { url: 'ws://phoenix/socket' };

/** Names the endpoint in its init. */
class Named extends SimulatedWorker {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    super();
    this.#endpoint = endpoint;
  }

  override init(): Endpoint {
    return this.#endpoint;
  }
}

/** The commands as a subclass may give them, for whoever holds the worker. */
class Commanded extends GenSocketClient {
  readonly giving: { readonly [command: string]: () => unknown } = {
    connect: () => this.connect(),
    disconnect: () => this.disconnect(),
    stop: () => this.stop(),
    join: () => this.join('room:1'),
    leave: () => this.leave('room:1'),
    push: () => this.push('room:1', 'ping'),
  };

  isJoined(): boolean {
    return this.joined('room:1');
  }
}

const COMMANDS = Object.keys(new Commanded().giving);

describe('before start', () => {
  test.each(COMMANDS)('%s is refused with the remedy', (command) => {
    expect(() => new Commanded().giving[command]?.()).toThrow(
      expect.objectContaining({
        code: 'PHX_NOT_STARTED',
        message: `${command} before start: call it from init or later`,
      }),
    );
  });

  test('no topic is joined', () => {
    expect(new Commanded().isJoined()).toBe(false);
  });
});

describe('after the stop', () => {
  async function stopped(): Promise<Commanded> {
    const worker = new Commanded();
    const { transport } = memoryTransport();
    await worker.start({ ...URL_OPTIONS, transports: [transport] }).stop();
    return worker;
  }

  test.each(['connect', 'join'])('%s is refused with the remedy', async (command) => {
    const worker = await stopped();
    expect(() => worker.giving[command]?.()).toThrow(
      expect.objectContaining({
        code: 'PHX_STOPPED',
        message: `${command} after the worker stopped: start a new one`,
      }),
    );
  });

  test('disconnect, stop and leave change nothing, and no topic is joined', async () => {
    const worker = await stopped();
    worker.giving['disconnect']?.();
    worker.giving['stop']?.();
    expect(worker.giving['leave']?.()).toMatchObject({ topic: 'room:1' });
    expect(worker.isJoined()).toBe(false);
  });

  test('a push fails as never sent, and throws nothing', async () => {
    await using sim = await simulate(new SimulatedWorker());
    await sim.client.stop();

    await expect(sim.worker.push('room:1', 'ping').outcome()).resolves.toMatchObject({
      ok: false,
      error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' },
    });
  });
});

describe('start', () => {
  test('a second time is refused, and the first run goes on', async () => {
    const { transport } = memoryTransport();
    const options = { ...URL_OPTIONS, transports: [transport] as const };
    const worker = new Commanded();
    await using client = worker.start(options);

    expect(() => worker.start(options)).toThrow(
      expect.objectContaining({
        code: 'PHX_ALREADY_STARTED',
        message: 'this worker was started before: make a new one',
      }),
    );
    expect(client.status.state).not.toBe('stopped');
  });

  test('after a start that was refused for its options may succeed', async () => {
    const { transport } = memoryTransport();
    const worker = new Commanded();

    expect(() => worker.start({ url: 'phoenix' })).toThrow(/no absolute URL/);
    await using client = worker.start({ ...URL_OPTIONS, transports: [transport] });
    expect(client.status.state).toBe('disconnected');
  });

  test('returns before anything is called', async () => {
    const { transport } = memoryTransport();
    const seen: string[] = [];
    class Eager extends GenSocketClient {
      override init(): void {
        seen.push('init');
      }
    }
    await using _client = new Eager().start({ ...URL_OPTIONS, transports: [transport] });
    expect(seen).toEqual([]);
  });

  test('without a url is refused, unless init or connect may name one', async () => {
    const remedy = expect.objectContaining({
      code: 'PHX_BAD_OPTION',
      message:
        'there is no url: give the option url, return an endpoint from init, or set autoConnect to false',
    });
    expect(() => new Commanded().start()).toThrow(remedy);

    await using sim = await simulate(new Named('ws://elsewhere/socket'), {
      options: { url: undefined } as object,
    });
    expect(sim.phoenix.dials[0]?.request.url.host).toBe('elsewhere');
  });

  test('without a url, and with an init that names none either, ends the worker', async () => {
    class Forgetful extends SimulatedWorker {
      override init(): void {
        this.join('room:1');
      }
    }
    await using sim = await simulate(new Forgetful(), { options: { url: undefined } as object });

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'crashed',
      error: { callback: 'init', cause: { code: 'PHX_BAD_OPTION' } },
    });
    expect(sim.dialedAt).toEqual([]);
  });
});

describe('init', () => {
  test.each<[string, Endpoint]>([
    ['text', 'wss://elsewhere/live?a=1'],
    ['a URL', new URL('https://elsewhere/live/websocket?a=1')],
    ['an object with params', { url: 'wss://elsewhere/live', params: { a: 1 } }],
  ])('may return the endpoint as %s, over that of the options', async (_, endpoint) => {
    await using sim = await simulate(new Named(endpoint), { options: { params: { b: 2 } } });

    expect(sim.phoenix.dials.map(({ request }) => request.url.href)).toEqual([
      'wss://elsewhere/live/websocket?a=1&b=2&vsn=2.0.0',
    ]);
  });

  test('that returns no endpoint at all ends the worker', async () => {
    await using sim = await simulate(new Named('elsewhere'));

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'crashed',
      error: { callback: 'init', cause: { code: 'PHX_BAD_OPTION' } },
    });
    expect(sim.dialedAt).toEqual([]);
  });

  test('that returns a join, which is no endpoint, is told what it may return', async () => {
    class Joining extends SimulatedWorker {
      override init(): Endpoint {
        return this.join('room:1') as unknown as Endpoint;
      }
    }
    await using sim = await simulate(new Joining());

    const remedy =
      'endpoint has no URL: give one like wss://example.com/socket; init returns one or nothing';
    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'crashed',
      error: { callback: 'init', cause: { code: 'PHX_BAD_OPTION', message: remedy } },
    });
  });

  test('that returns an endpoint with a misspelt field ends the worker, and dials nowhere', async () => {
    const misspelt = { url: 'ws://phoenix/socket', parms: { a: 1 } };
    await using sim = await simulate(new Named(misspelt));

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'crashed',
      error: { callback: 'init', cause: { code: 'PHX_BAD_OPTION' } },
    });
    expect(sim.dialedAt).toEqual([]);
  });

  test('may join: its topics are wanted before anything is connected', async () => {
    class Wanting extends SimulatedWorker {
      override init(): void {
        this.join('room:1', { since: 41 });
      }
    }
    await using sim = await simulate(new Wanting());

    expect(sim.story).toEqual(['init', 'handleConnected', 'handleJoined room:1']);
    expect(sim.phoenix.sent('phx_join')).toMatchObject([{ payload: { since: 41 } }]);
  });

  test('that takes its time is awaited before the dial', async () => {
    const { promise, resolve } = signal();
    class Patient extends SimulatedWorker {
      override async init(): Promise<string> {
        await promise;
        return 'ws://late/socket';
      }
    }
    await using sim = await simulate(new Patient());
    await sim.pass(60_000);
    expect(sim.dialedAt).toEqual([]);

    resolve();
    await sim.quiet();
    expect(sim.phoenix.dials[0]?.request.url.host).toBe('late');
  });

  test('with autoConnect false is followed by nothing until the worker connects', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
    await sim.pass(60_000);
    expect(sim.dialedAt).toEqual([]);
    expect(sim.client.status.state).toBe('disconnected');

    sim.worker.connect();
    await sim.quiet();
    expect(sim.story).toEqual(['init', 'handleConnected']);
  });
});

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
