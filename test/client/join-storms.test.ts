/** Workers that join by command as soon as they can: from the sixth join on, a topic is joined once a second. */

import { describe, expect, test } from 'vitest';
import { OK, refusal } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const POLICIES_OFF = { reconnect: false, rejoin: false, outbox: false } as const;
const CALM = [0, 0, 0, 0, 0, 1000, 2000, 3000, 4000, 5000];

/** Simulated milliseconds at each join, since the first. */
class Insisting extends SimulatedWorker {
  readonly joinedAt: number[] = [];

  override init(): void {
    this.join('room:1');
  }
}

class JoinsWhenClosed extends Insisting {
  override handleChannelClosed(): void {
    this.join('room:1');
  }
}

class JoinsWhenRefused extends Insisting {
  override handleJoinError(): void {
    this.join('room:1');
  }
}

class RejoinsWhenJoined extends Insisting {
  override handleJoined(): void {
    this.rejoin('room:1');
  }
}

class LeavesAndJoins extends Insisting {
  override handleJoined(): void {
    this.leave('room:1');
    this.join('room:1');
  }
}

async function joinsOf(
  worker: Insisting,
  ends: 'close' | 'crash' | 'refuse' | null,
): Promise<Simulation> {
  let begun: number | null = null;
  const sim: Simulation = await simulate(worker, {
    options: { ...POLICIES_OFF, autoConnect: false },
  });
  sim.phoenix.script.join = (message) => {
    begun ??= sim.clock.monotonic();
    worker.joinedAt.push(sim.clock.monotonic() - begun);
    if (ends === 'refuse') return refusal('no');
    if (ends !== null)
      queueMicrotask(() => {
        sim.phoenix[ends]('room:1', message);
      });
    return OK;
  };
  worker.connect();
  await sim.pass(5500);
  return sim;
}

describe('with the policies off, a worker that', () => {
  test.each<[string, Insisting, 'close' | 'crash' | 'refuse' | null]>([
    ['joins again each time the server closes the channel', new JoinsWhenClosed(), 'close'],
    ['joins again each time the channel crashes', new JoinsWhenClosed(), 'crash'],
    ['joins again each time it is refused', new JoinsWhenRefused(), 'refuse'],
    ['rejoins each time it has joined', new RejoinsWhenJoined(), null],
    ['leaves and joins each time it has joined', new LeavesAndJoins(), null],
  ])('%s does not storm', async (_, worker, ends) => {
    await using sim = await joinsOf(worker, ends);
    expect(sim.client.status.state).toBe('connected');
    expect(worker.joinedAt).toEqual(CALM);
  });
});

test('the delay that is announced has the rest in it, though a new session has forgotten the failures', async () => {
  const options = { rejoin: { delays: [0], jitter: 'none' }, reconnect: { delays: [0] } } as const;
  await using sim = await simulate(new Insisting(), { options });
  for (let round = 0; round < 4; round += 1) {
    sim.phoenix.cut();
    await sim.pass(10);
  }
  sim.phoenix.crash('room:1');
  await sim.pass(10);
  expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'crashed', retryIn: 990 }]);
  expect(sim.client.status.channels.get('room:1')?.state).toBe('errored');
});

test('a topic that is joined and left now and then never waits', async () => {
  await using sim = await simulate(new SimulatedWorker());
  for (let round = 0; round < 8; round += 1) {
    sim.worker.join('room:1');
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
    sim.worker.leave('room:1');
    await sim.pass(10_000);
  }
});
