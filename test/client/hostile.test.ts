/** A worker whose code throws what can hardly be looked at: it ends, or goes on, as with any other error. */

import { expect, test } from 'vitest';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

function withField(name: string, value: unknown): Error {
  return Object.defineProperty(new Error('odd'), name, { value });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
  revoke();
  return proxy;
}

const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  ['an error whose stack is a list', () => withField('stack', [])],
  ['an error without a stack', () => withField('stack', null)],
  ['an error whose message is a symbol', () => withField('message', Symbol('odd'))],
  [
    'an error whose code throws',
    () =>
      Object.defineProperty(new Error('odd'), 'code', {
        get: () => {
          throw new Error('no code');
        },
      }),
  ],
  ['an object without text', () => Object.create(null) as unknown],
  ['a revoked proxy', revoked],
];

class Throwing extends SimulatedWorker {
  readonly #make: () => unknown;
  ended = false;

  constructor(make: () => unknown) {
    super();
    this.#make = make;
  }

  override handleInfo(how: unknown): void | Promise<void> {
    if (how === 'later') return this.#failsLater();
    if (how === 'deferred') {
      this.defer(() => this.#failsLater());
      return undefined;
    }
    throw this.#make();
  }

  override terminate(): void {
    this.ended = true;
  }

  async #failsLater(): Promise<void> {
    await Promise.resolve();
    throw this.#make();
  }
}

test.each(
  HOSTILE.flatMap(([what, make]) =>
    ['now', 'later', 'deferred'].map((how) => [what, how, make] as const),
  ),
)('%s, thrown %s, stops the worker through terminate', async (_, how, make) => {
  await using sim = await simulate(new Throwing(make));
  sim.client.notify(how);
  expect(await sim.client.stopped).toMatchObject({ kind: 'crashed' });
  expect(sim.worker.ended).toBe(true);
});

test.each(HOSTILE)('%s, thrown by a policy, leaves the default’s answer', async (_, make) => {
  const options = {
    reconnect: () => {
      throw make();
    },
  };
  await using sim = await simulate(new SimulatedWorker(), { options });
  sim.phoenix.cut();
  await sim.pass(2000);
  expect(sim.dialedAt.length).toBe(2);
});
