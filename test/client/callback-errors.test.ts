/** What an error that escapes a callback leads to: the end by default, unless it is a failure of ours. */

import { describe, expect, test, vi } from 'vitest';
import { type CallbackError, connect, GenSocketClient, WaitError } from '../../src/index.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import type { Callback } from '../support/worker-facts.js';
import {
  type Scene,
  type Simulation,
  simulate,
  SimulatedWorker,
} from '../support/worker-simulation.js';

const MINE = new TypeError('cannot read the order');

/** Throws in one of its callbacks each time, at once or after an await. */
class Faulty extends SimulatedWorker {
  readonly #where: Callback;
  readonly #how: 'throws' | 'rejects';
  readonly #what: unknown;

  constructor(where: Callback, how: 'throws' | 'rejects' = 'throws', what: unknown = MINE) {
    super();
    this.#where = where;
    this.#how = how;
    this.#what = what;
  }

  override init(): void | Promise<void> {
    this.join('room:1');
    return this.#turn('init');
  }

  override handleConnected(): void | Promise<void> {
    return this.#turn('handleConnected');
  }

  override handleDisconnected(): void | Promise<void> {
    return this.#turn('handleDisconnected');
  }

  override handleJoined(): void | Promise<void> {
    return this.#turn('handleJoined');
  }

  override handleJoinError(): void | Promise<void> {
    return this.#turn('handleJoinError');
  }

  override handleChannelClosed(): void | Promise<void> {
    return this.#turn('handleChannelClosed');
  }

  override handleMessage(): void | Promise<void> {
    return this.#turn('handleMessage');
  }

  override handlePresence(): void | Promise<void> {
    return this.#turn('handlePresence');
  }

  override handleReply(): void | Promise<void> {
    return this.#turn('handleReply');
  }

  override handlePushError(): void | Promise<void> {
    return this.#turn('handlePushError');
  }

  #turn(callback: Callback): void | Promise<void> {
    if (callback !== this.#where) return;
    if (this.#how === 'throws') throw this.#what;
    return Promise.resolve().then(() => {
      throw this.#what;
    });
  }
}

const SCRIPT: Script = {
  push: () => OK,
  join: ({ topic }) => (topic === 'room:refused' ? ['error', {}] : OK),
};

/** Makes each callback run at least once. */
async function live(worker: SimulatedWorker, scene: Scene = {}): Promise<Simulation> {
  const sim = await simulate(worker, { script: SCRIPT, ...scene });
  if (isStopped(sim)) return sim;
  worker.join('room:refused');
  worker.push('room:9', 'unwanted');
  worker.push('room:1', 'unasked');
  await sim.quiet();
  if (isStopped(sim)) return sim;
  sim.phoenix.push('room:1', 'said');
  sim.phoenix.push('room:1', 'presence_state', { ada: { metas: [{ phx_ref: '1' }] } });
  sim.phoenix.crash('room:1');
  sim.phoenix.cut();
  await sim.pass(1000);
  return sim;
}

function isStopped({ client }: Simulation): boolean {
  return client.status.state === 'stopped';
}

const CALLBACKS: readonly Callback[] = [
  'init',
  'handleConnected',
  'handleDisconnected',
  'handleJoined',
  'handleJoinError',
  'handleChannelClosed',
  'handleMessage',
  'handlePresence',
  'handleReply',
  'handlePushError',
];
const WAYS = ['throws', 'rejects'] as const;
const table = CALLBACKS.flatMap((callback) => WAYS.map((how) => [callback, how] as const));

describe('an error of the worker', () => {
  test.each(table)(
    'ends it when %s %s: terminate is told, and nothing runs after it',
    async (...row) => {
      const [callback, how] = row;
      await using sim = await live(new Faulty(callback, how));

      const reason = { kind: 'crashed', error: expect.objectContaining({ callback, cause: MINE }) };
      await expect(sim.client.stopped).resolves.toEqual(reason);
      expect(sim.given('terminate')).toEqual([reason]);
      expect(sim.story.slice(-2)[0]).toContain(callback);
      expect(sim.story.at(-1)).toBe('terminate');
    },
  );

  test.each(table)(
    "is reported and goes on when %s %s and it is told to 'continue'",
    async (...row) => {
      const [callback, how] = row;
      const worker = new Faulty(callback, how);
      await using sim = await live(worker, { options: { onCallbackError: 'continue' } });

      expect(sim.client.status.state).not.toBe('stopped');
      expect(sim.telemetry).toContainEqual(
        expect.objectContaining({
          name: 'callback.failed',
          callback,
          verdict: 'continue',
          error: `${callback} failed: cannot read the order`,
        }),
      );
    },
  );

  test('is shown to the function that decides, as a CallbackError with its cause', async () => {
    const seen: CallbackError[] = [];
    const onCallbackError = (error: CallbackError): 'continue' | 'stop' => {
      seen.push(error);
      return error.callback === 'handleMessage' ? 'continue' : 'stop';
    };
    await using sim = await live(new Faulty('handleMessage'), { options: { onCallbackError } });

    expect(sim.client.status.state).not.toBe('stopped');
    expect(seen).toMatchObject([
      { code: 'PHX_CALLBACK_FAILED', callback: 'handleMessage', cause: MINE },
    ]);
  });

  test('ends it when the function that decides throws as well', async () => {
    const onCallbackError = (): 'continue' => {
      throw new Error('cannot decide either');
    };
    await using sim = await live(new Faulty('handleMessage'), { options: { onCallbackError } });

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'crashed',
      error: { cause: MINE },
    });
  });

  test.each([['a text'], [42], [null], [{ message: 'an object' }]])(
    'may be %j: whatever was thrown is the cause',
    async (thrown) => {
      await using sim = await live(new Faulty('handleMessage', 'rejects', thrown));
      await expect(sim.client.stopped).resolves.toMatchObject({
        kind: 'crashed',
        error: { code: 'PHX_CALLBACK_FAILED', cause: thrown },
      });
    },
  );
});

describe('a failure of ours that escapes', () => {
  class Trusting extends SimulatedWorker {
    readonly #wait: (worker: Trusting) => Promise<unknown>;

    constructor(wait: (worker: Trusting) => Promise<unknown>) {
      super();
      this.#wait = wait;
    }

    override async handleConnected(): Promise<void> {
      await this.#wait(this);
    }
  }

  test.each<[string, (worker: Trusting) => Promise<unknown>]>([
    [
      'push unwanted to room:9: the topic is not wanted',
      (worker) => worker.push('room:9', 'unwanted').ok(),
    ],
    ['join room:refused: the server refused', (worker) => worker.join('room:refused').ok()],
    [
      "push refused to room:1: the server replied with status 'error'",
      async (worker) => {
        await worker.join('room:1').ok();
        await worker.push('room:1', 'refused').ok();
      },
    ],
    [
      'push aborted to room:1: its signal was aborted before the reply',
      async (worker) => {
        await worker.join('room:1').ok();
        const aborts = new AbortController();
        const push = worker.push('room:1', 'aborted', {}, { signal: aborts.signal });
        aborts.abort();
        await push.ok();
      },
    ],
    [
      'connect: connect ECONNREFUSED',
      () => connect('ws://127.0.0.1:1/socket', { timeouts: { connect: '2s' } }),
    ],
    [
      'receive: none came',
      () => Promise.reject(new WaitError('PHX_RECEIVE_TIMEOUT', 'receive: none came')),
    ],
    ['receive: closed', () => Promise.reject(new WaitError('PHX_CLOSED', 'receive: closed'))],
  ])('is reported and the worker goes on: %s', async (what, wait) => {
    const script: Script = {
      ...SCRIPT,
      push: ({ event }) => (event === 'aborted' ? null : ['error', {}]),
    };
    await using sim = await simulate(new Trusting(wait), { script });
    const failed = () => sim.telemetry.filter(({ name }) => name === 'callback.failed');
    await expect.poll(failed).toHaveLength(1);

    expect(sim.client.status.state).toBe('connected');
    expect(failed()).toMatchObject([
      { verdict: 'continue', error: expect.stringContaining(`handleConnected failed: ${what}`) },
    ]);
  });

  test('does not when it is misuse: that is a fault of the worker', async () => {
    const worker = new Trusting((self) => self.join('phoenix').ok());
    await using sim = await simulate(worker);

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'crashed',
      error: { callback: 'handleConnected', cause: { code: 'PHX_BAD_OPTION' } },
    });
  });
});

describe('when nobody listens', () => {
  class Broken extends GenSocketClient {
    override init(): never {
      throw MINE;
    }
  }

  async function warningsOf(telemetry: object): Promise<readonly unknown[]> {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      const { transport } = memoryTransport();
      const url = 'ws://phoenix/socket';
      await new Broken().start({ url, transports: [transport], ...telemetry }).stopped;
      return warn.mock.calls.map(([warning]) => warning);
    } finally {
      warn.mockRestore();
    }
  }

  test('an error of the worker is said once on process.emitWarning', async () => {
    await expect(warningsOf({})).resolves.toEqual([
      expect.stringMatching(/^init failed: TypeError at .+ \(the worker: stop\)$/),
    ]);
  });

  test('and not when somebody does', async () => {
    await expect(warningsOf({ telemetry: { fact: () => undefined } })).resolves.toEqual([]);
  });
});
