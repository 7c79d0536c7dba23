/** What a callback may await: nothing of it waits for another callback, and all of it ends in time. */

import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import type { Callback } from '../support/worker-facts.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Wait = (worker: SimulatedWorker) => Promise<unknown>;

/** Awaits something in one of its callbacks, the first time that it is called. */
class Waiter extends SimulatedWorker {
  /** `no`, `ok`, or the code of an error. */
  ended = 'no';
  readonly #where: Callback;
  readonly #wait: Wait;
  #isDone = false;

  constructor(where: Callback, wait: Wait) {
    super();
    this.#where = where;
    this.#wait = wait;
  }

  override init(): Promise<void> {
    this.join('room:1');
    return this.#turn('init');
  }

  override handleConnected(): Promise<void> {
    return this.#turn('handleConnected');
  }

  override handleJoined(): Promise<void> {
    return this.#turn('handleJoined');
  }

  override handleJoinError(): Promise<void> {
    return this.#turn('handleJoinError');
  }

  override handleMessage(): Promise<void> {
    return this.#turn('handleMessage');
  }

  override handleReply(): Promise<void> {
    return this.#turn('handleReply');
  }

  override handlePushError(): Promise<void> {
    return this.#turn('handlePushError');
  }

  override handleChannelClosed(): Promise<void> {
    return this.#turn('handleChannelClosed');
  }

  override handleDisconnected(): Promise<void> {
    return this.#turn('handleDisconnected');
  }

  async #turn(callback: Callback): Promise<void> {
    if (callback !== this.#where || this.#isDone) return;
    this.#isDone = true;
    this.ended = await this.#wait(this).then(() => 'ok', codeOf);
  }
}

const WAITS: { readonly [what: string]: Wait } = {
  'the reply to a push': (worker) => worker.push('room:1', 'ping').ok(),
  'that a push is sent': (worker) => worker.push('room:1', 'ping').sent(),
  'a join': (worker) => worker.join('room:2').ok(),
  'a leave': (worker) => worker.leave('room:1').ok(),
  'a join, then the reply to a push': async (worker) => {
    await worker.join('room:2').ok();
    await worker.push('room:2', 'ping').ok();
  },
  'the reply to a push that waits for its join': (worker) => {
    worker.join('room:2');
    return worker.push('room:2', 'ping').ok();
  },
  'the replies of two topics that join at the same time': (worker) => {
    worker.join('room:2');
    worker.join('room:3');
    return Promise.all([worker.push('room:2', 'ping').ok(), worker.push('room:3', 'ping').ok()]);
  },
  'a leave, then the join that follows it': async (worker) => {
    await worker.leave('room:1').ok();
    await worker.join('room:1').ok();
  },
};

const SCRIPT: Script = { push: ({ event }) => (event === 'silence' ? null : OK) };

type Trigger = (sim: Simulation<Waiter>) => void;

/** What the server does so that the callback is called. */
const CALLED: { readonly [callback: string]: Trigger } = {
  handleConnected: () => undefined,
  handleJoined: () => undefined,
  handleMessage: ({ phoenix }) => phoenix.push('room:1', 'said'),
  handleReply: ({ worker }) => worker.push('room:1', 'unasked'),
  handlePushError: ({ worker }) => worker.push('room:9', 'unwanted'),
  handleChannelClosed: ({ phoenix }) => phoenix.crash('room:1'),
  handleDisconnected: ({ phoenix }) => phoenix.cut(),
};

const table = Object.keys(CALLED).flatMap((callback) =>
  Object.keys(WAITS).map((what) => [callback, what] as const),
);

describe('while connected', () => {
  test.each(table)('%s may await %s', async (callback, what) => {
    const worker = new Waiter(callback as Callback, WAITS[what] as Wait);
    await using sim = await simulate(worker, { script: SCRIPT });

    CALLED[callback]?.(sim);
    await sim.pass(1000);

    expect(worker.ended).toBe('ok');
  });

  test.each(Object.keys(WAITS))('handleJoinError may await %s', async (what) => {
    const worker = new Waiter('handleJoinError', WAITS[what] as Wait);
    const script: Script = {
      ...SCRIPT,
      join: ({ topic }, count) => (topic === 'room:1' && count === 1 ? ['error', {}] : OK),
    };
    await using sim = await simulate(worker, { script });

    await sim.pass(1000);

    expect(worker.ended).toBe('ok');
  });
});

describe('before it returns', () => {
  test('init may connect and await a join', async () => {
    const worker = new Waiter('init', (self) => {
      self.connect();
      return self.join('room:2').ok();
    });
    await using sim = await simulate(worker, { script: SCRIPT });

    expect(worker.ended).toBe('ok');
    expect(sim.story).toEqual([
      'init',
      'handleConnected',
      'handleJoined room:1',
      'handleJoined room:2',
    ]);
  });

  test('terminate may await the reply to a push, even when the join was not handled any more', async () => {
    class Polite extends SimulatedWorker {
      said: unknown = null;

      override handleConnected(): void {
        this.join('room:1');
      }

      override async terminate(): Promise<void> {
        this.said = await this.push('room:1', 'bye').outcome();
      }
    }
    const worker = new Polite();
    const script: Script = {
      ...SCRIPT,
      join: () => {
        queueMicrotask(() => {
          worker.stop();
        });
        return OK;
      },
    };
    await using sim = await simulate(worker, { script });

    await sim.client.stopped;

    expect(worker.said).toEqual({ ok: true, response: {} });
    expect(sim.story).toEqual(['init', 'handleConnected', 'terminate']);
  });
});

/** How long each may take, and how it ends, while there is no server. */
const ENDS: { readonly [what: string]: readonly [ms: number, end: string] } = {
  'the reply to a push': [60_000, 'PHX_PUSH_DROPPED'],
  'that a push is sent': [60_000, 'PHX_PUSH_DROPPED'],
  'a join': [10_000, 'PHX_JOIN_TIMEOUT'],
  'a leave': [0, 'ok'],
  'a join, then the reply to a push': [10_000, 'PHX_JOIN_TIMEOUT'],
  'the reply to a push that waits for its join': [60_000, 'PHX_PUSH_DROPPED'],
  'the replies of two topics that join at the same time': [60_000, 'PHX_PUSH_DROPPED'],
  'a leave, then the join that follows it': [10_000, 'PHX_JOIN_TIMEOUT'],
};

const tableDown = (['handleDisconnected', 'init'] as const).flatMap((callback) =>
  Object.entries(ENDS).map(([what, [ms, end]]) => [callback, what, end, ms] as const),
);

describe('while there is no server', () => {
  test.each(tableDown)('%s may await %s, which ends as %s after %d ms', async (...row) => {
    const [callback, what, end, ms] = row;
    const worker = new Waiter(callback, WAITS[what] as Wait);
    const script: Script = { dial: () => ({ status: 502 }) };
    await using sim = await simulate(worker, { script });

    await sim.pass(ms - 1);
    const before = worker.ended;
    await sim.pass(1);

    expect(before).toBe(ms === 0 ? end : 'no');
    expect(worker.ended).toBe(end);
  });
});

function codeOf(error: unknown): string {
  if (hasCode(error, 'PHX_PUSH_DROPPED', 'PHX_JOIN_TIMEOUT')) return error.code;
  return String(error);
}
