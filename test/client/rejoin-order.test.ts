/** Two topics come back in one order or the other, and a callback of one waits for something of the other: it gets it. */

import { expect, test } from 'vitest';
import { CONCURRENCIES } from '../../src/policy/concurrency.js';
import { HookedWorker, type Hooks } from '../support/hooked-worker.js';
import { OK } from '../support/memory-phoenix.js';
import { simulate } from '../support/worker-simulation.js';

const [A, B] = ['room:a', 'room:b'];

type Wait = (worker: HookedWorker) => Promise<unknown>;

const WAITS: { readonly [what: string]: Wait } = {
  'the reply to a push': (worker) => worker.push(B, 'ask').ok(),
  'that a push is sent': (worker) => worker.push(B, 'ask').sent(),
  'its join': (worker) => worker.join(B).ok(),
  'its rejoin': (worker) => worker.rejoin(B).ok(),
  'its leave': (worker) => worker.leave(B).ok(),
  'what it has deferred until a push is answered': (worker) =>
    worker.defer(() => worker.push(B, 'ask').ok()).ok(),
};

/** When the join of one is answered after that of the other: at once, once that is handled, or later. */
const GAPS = ['at once', 'a turn later', '300 ms later'] as const;
const CALLBACKS = ['handleDisconnected', 'handleConnected', 'handleJoined', 'handleReply'] as const;
/** Whether what is waited for is asked for in the callback, or was before. */
const cases = Object.keys(WAITS).flatMap((what) =>
  CALLBACKS.flatMap((callback) =>
    [[A, B] as const, [B, A] as const].flatMap((order) =>
      GAPS.flatMap((gap) =>
        CONCURRENCIES.map(
          (each) => [callback, what, order.join(' before '), gap, each, order] as const,
        ),
      ),
    ),
  ),
);

test.each(cases)('%s of one may wait for %s of the other: %s, %s, by %s', async (...row) => {
  const [callback, what, , gap, concurrency, order] = row;
  let ended: unknown = 'no';
  let isBack = false;
  const wait = async (worker: HookedWorker): Promise<void> => {
    if (!isBack || ended !== 'no') return;
    ended = null;
    ended = await WAITS[what]?.(worker).then(() => 'ok', String);
  };
  const hooks: Hooks = {
    [callback]: (worker: HookedWorker, fact: { topic?: string }) =>
      fact.topic === B ? undefined : wait(worker),
  };
  await using sim = await simulate(new HookedWorker(hooks), {
    options: { concurrency },
    script: { push: () => OK },
  });
  const { worker, phoenix, client } = sim;
  for (const topic of [A, B]) worker.join(topic);
  await sim.quiet();
  isBack = true;
  phoenix.script = { push: () => OK, join: () => null };
  phoenix.cut();
  await sim.pass(1000);
  if (callback === 'handleReply') worker.push(A, 'tell');
  phoenix.script = { push: () => OK };

  for (const topic of order) {
    for (const join of phoenix.sent('phx_join', topic).slice(-1)) phoenix.reply(join, OK);
    if (gap !== 'at once') await sim.pass(gap === 'a turn later' ? 0 : 300);
  }
  await sim.pass(1000);
  client.notify('later');
  await sim.quiet();

  expect(ended).toBe('ok');
  expect(sim.given('handleInfo')).toEqual(['later']);
});

test('a callback may wait for a push that an earlier callback asked about', async () => {
  const asked: Promise<unknown>[] = [];
  let ended: unknown = 'no';
  const hooks: Hooks = {
    init: (worker) => {
      worker.join(B);
      asked.push(worker.push(B, 'ask').ok());
    },
    handleConnected: async () => {
      ended = await Promise.all(asked).then(() => 'ok', String);
    },
  };
  await using sim = await simulate(new HookedWorker(hooks), { script: { push: () => OK } });
  await sim.pass(5000);

  expect(ended).toBe('ok');
});
