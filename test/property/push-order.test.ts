/** Whatever happens, what the server receives of a topic is what was pushed, in order, minus what was dropped. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Push, WhenFull } from '../../src/index.js';
import { OwnTransport } from '../support/own-transport.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;

fc.configureGlobal({ seed: 41, numRuns: 150 });

/** Three pushes fill the transport. */
const KEPT = 400 * 1024;
const MESSAGES = 3;

type Step =
  | { readonly do: 'push'; readonly delivery: 'buffered' | 'volatile'; readonly ttl: number }
  | { readonly do: 'cancel'; readonly index: number }
  | { readonly do: 'greet'; readonly pushes: number }
  | { readonly do: 'write' | 'cut' | 'disconnect' | 'connect' }
  | { readonly do: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      delivery: fc.constantFrom('buffered' as const, 'buffered', 'buffered', 'volatile'),
      ttl: fc.constantFrom(5, 2000, 60_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), index: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('greet' as const), pushes: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('write' as const, 'write', 'cut', 'disconnect', 'connect', 'connect'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 10, 1000) }),
  },
);
const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' });
const whenFulls = fc.constantFrom<WhenFull>('reject', 'dropOldest', 'dropNewest', 'block');

/** Greets each join with some pushes. */
class Greeter extends SimulatedWorker {
  greet: () => void = () => undefined;

  override handleJoined(): void {
    this.greet();
  }
}

class World {
  readonly worker = new Greeter();
  readonly transport = new OwnTransport((event) => (event === 'phx_join' ? 0 : KEPT));
  readonly pushes: Push[] = [];
  /** All events in the order in which they are to be sent, if they are sent within one membership. */
  readonly line: string[] = [];
  #greetings = 0;

  constructor() {
    this.worker.greet = () => {
      for (let n = 0; n < this.#greetings; n += 1) this.#push(n, {});
    };
  }

  async take(sim: Simulation, one: Step): Promise<void> {
    if (one.do === 'push') this.#push(this.line.length, one);
    else if (one.do === 'cancel') this.pushes.at(-1 - one.index)?.cancel();
    else if (one.do === 'greet') this.#greetings = one.pushes;
    else if (one.do === 'write') this.transport.bufferedAmount = 0;
    else if (one.do === 'cut') this.transport.cut();
    else if (one.do === 'pass') await sim.pass(one.ms);
    else this.worker[one.do]();
    await sim.quiet();
  }

  #push(
    place: number,
    { delivery = 'buffered', ttl = 60_000 }: { delivery?: 'buffered' | 'volatile'; ttl?: number },
  ): void {
    const event = `push:${this.pushes.length}`;
    const options = delivery === 'volatile' ? { delivery } : { delivery, ttl };
    const push = this.worker.push('room:1', event, {}, options);
    this.line.splice(place, 0, event);
    this.pushes.push(push);
  }
}

test(
  'whatever happens, pushes arrive once and in order, those of handleJoined ahead',
  async () => {
    await fc.assert(
      fc.asyncProperty(whenFulls, steps, async (whenFull, all) => {
        const world = new World();
        await using sim = await simulate(world.worker, {
          options: {
            transports: [world.transport],
            outbox: { messages: MESSAGES, whenFull },
            heartbeat: false,
          },
        });
        world.worker.join('room:1');
        for (const one of all) await world.take(sim, one);
        await sim[Symbol.asyncDispose]();

        for (const sent of membershipsOf(world)) expect(sent).toEqual(inLine(world, sent));
        expect([...new Set(sentOf(world))]).toEqual(sentOf(world));
        for (const push of world.pushes) {
          const outcome = await push.outcome();
          const isDropped = !outcome.ok && outcome.error.delivered === 'no';
          expect(sentOf(world).includes(push.event)).toBe(!isDropped);
        }
      }),
    );
  },
  PATIENCE,
);

function sentOf({ transport }: World): readonly string[] {
  return transport.sent.filter((event) => event.startsWith('push:'));
}

/** What was sent under each join. */
function membershipsOf({ transport }: World): readonly (readonly string[])[] {
  const all: string[][] = [[]];
  for (const event of transport.sent) {
    if (event === 'phx_join') all.push([]);
    else all.at(-1)?.push(event);
  }
  return all;
}

function inLine({ line }: World, sent: readonly string[]): readonly string[] {
  return line.filter((event) => sent.includes(event));
}
