/** Everything of ours that a worker may wait for, each with the time within which it has to settle. */

import { LIMITS, type Stage, TARGET, type Wait } from './await-stage.js';

const { join, push, leave, call, ttl } = LIMITS;
/** Of a join: the time until it is written, then its own clock, which another join's reply may start again. */
const JOINED = join + 2 * join;
const REPLIED = ttl + push;

const volatile = { delivery: 'volatile' } as const;

function pushed({ worker }: Stage) {
  return worker.push(TARGET, 'ask');
}

function pushedNow({ worker }: Stage) {
  return worker.push(TARGET, 'ask', {}, volatile);
}

function sleep({ sim }: Stage, ms: number): Promise<void> {
  return new Promise((resolve) => void sim.clock.setTimeout(resolve, ms));
}

export const PUSHES: { readonly [what: string]: Wait } = {
  'a push': { isServed: true, due: REPLIED, begin: (stage) => pushed(stage).ok() },
  'the outcome of a push': { due: REPLIED, begin: (stage) => pushed(stage).outcome() },
  'the reply to a push': { isServed: true, due: REPLIED, begin: (stage) => pushed(stage).reply() },
  'that a push is sent': { isServed: true, due: ttl, begin: (stage) => pushed(stage).sent() },
  'that a push is queued': { isServed: true, due: ttl, begin: (stage) => pushed(stage).queued() },
  'a volatile push': { due: push, begin: (stage) => pushedNow(stage).ok() },
  'that a volatile push is sent': { due: 0, begin: (stage) => pushedNow(stage).sent() },
  'that a volatile push is queued': { due: 0, begin: (stage) => pushedNow(stage).queued() },
};

export const MEMBERSHIPS: { readonly [what: string]: Wait } = {
  'a join': { isServed: true, due: JOINED, begin: ({ worker }) => worker.join(TARGET).ok() },
  'the outcome of a join': { due: JOINED, begin: ({ worker }) => worker.join(TARGET).outcome() },
  'a rejoin': { isServed: true, due: JOINED, begin: ({ worker }) => worker.rejoin(TARGET).ok() },
  'a leave': { isServed: true, due: leave, begin: ({ worker }) => worker.leave(TARGET).ok() },
  'the outcome of a leave': { due: leave, begin: ({ worker }) => worker.leave(TARGET).outcome() },
  'a leave, then a join': {
    isServed: true,
    due: leave + JOINED,
    begin: async ({ worker }) => {
      await worker.leave(TARGET).outcome();
      await worker.join(TARGET).ok();
    },
  },
  'a join, then a push': {
    isServed: true,
    due: JOINED + REPLIED,
    begin: async (stage) => {
      await stage.worker.join(TARGET).outcome();
      await pushed(stage).ok();
    },
  },
};

/** What the server has no say in. */
export const OTHERS: { readonly [what: string]: Wait } = {
  'what it has deferred': {
    due: 700,
    begin: (stage) => stage.worker.defer(() => sleep(stage, 700)).ok(),
  },
  'what it has deferred, which waits for a push': {
    due: REPLIED,
    begin: (stage) => stage.worker.defer(() => pushed(stage).ok()).ok(),
  },
  'a call to itself': { due: call, begin: ({ sim }) => sim.client.call('it') },
  'a call to another client': { due: 0, begin: ({ other }) => other.call('it') },
  'a call to another client that does not answer': {
    due: call,
    begin: ({ other, colleague }) => {
      colleague.answer = () => new Promise(() => undefined);
      return other.call('it', { timeout: call });
    },
  },
  'a call to another client that calls back': {
    due: call,
    begin: ({ sim, other, colleague }) => {
      colleague.answer = () => sim.client.call('back');
      return other.call('it', { timeout: call });
    },
  },
};

/** A stop waits for the callback, and the callback for the stop: it is given up after 5 s. */
export const ENDS: { readonly [what: string]: Wait } = {
  'its own stop': { due: 5000, begin: ({ sim }) => sim.client.stop() },
  'that it has stopped, having asked for it': {
    due: 5000,
    begin: ({ sim, worker }) => {
      worker.stop();
      return sim.client.stopped;
    },
  },
  'its own drain': {
    due: 5000,
    begin: ({ sim }) => sim.client.drain({ grace: 3000, force: 2000 }),
  },
};
