/** What the handle shows of a running worker, while it changes and afterwards. */

import { describe, expect, test } from 'vitest';
import type { ChannelStatus, ClientStatus, Transition } from '../../src/index.js';
import { refusal } from '../support/memory-phoenix.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

class Worker extends SimulatedWorker {
  override init(): void {
    this.join('room:1');
  }
}

function isJoined({ state }: ChannelStatus): boolean {
  return state === 'joined';
}

function lineOf({ who, from, to, reason }: Transition): string {
  return `${who}: ${from} → ${to}${reason === '' ? '' : ` (${reason})`}`;
}

describe('changes()', () => {
  test('begin with the present status, and end with the stop', async () => {
    await using sim = await simulate(new Worker());
    const seen: ClientStatus['state'][] = [];
    const reading = (async () => {
      for await (const { state } of sim.client.changes())
        if (seen.at(-1) !== state) seen.push(state);
    })();
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(2000);
    await sim.client.stop();
    await reading;
    // The dial and the open socket are one turn of the event loop here, so one change.
    expect(seen).toEqual(['connected', 'backingOff', 'connected', 'stopped']);
  });

  test('of one turn of the event loop are one, so that a hundred joins cost a reader no hundred lists', async () => {
    await using sim = await simulate(new Worker());
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { channels } of sim.client.changes()) seen.push(channels.size);
    })();
    await sim.quiet();
    for (let room = 2; room <= 100; room += 1) sim.worker.join(`room:${room}`);
    await sim.quiet();
    await sim.quiet();
    expect(seen[0]).toBe(1);
    expect(seen.slice(1)).toEqual([100]);
    expect([...sim.client.status.channels.values()].every(isJoined)).toBe(true);
    await sim.client.stop();
    await reading;
  });

  test('end at once when their reader does, though it waits for the next one', async () => {
    await using sim = await simulate(new Worker());
    const changes = sim.client.changes()[Symbol.asyncIterator]();
    await changes.next();
    const waiting = [changes.next(), changes.next()];
    const ended = Promise.all([...waiting, changes.return?.()]);
    const end = { done: true, value: undefined };
    expect(await Promise.race([ended, sim.quiet()])).toEqual([end, end, end]);
    expect(await changes.next()).toEqual(end);
  });

  test('are given one by one to a reader that asks ahead', async () => {
    await using sim = await simulate(new Worker());
    const changes = sim.client.changes()[Symbol.asyncIterator]();
    const asked = [changes.next(), changes.next(), changes.next(), changes.next()];
    sim.phoenix.cut();
    await sim.pass(2000);
    await sim.client.stop();
    const answers = await Promise.all(asked);
    expect(answers.map(({ value }) => (value as ClientStatus | undefined)?.state)).toEqual([
      'connected',
      'backingOff',
      'connected',
      'stopped',
    ]);
  });

  test('show a slow reader the newest status, and keep nothing else for it', async () => {
    await using sim = await simulate(new Worker());
    const changes = sim.client.changes()[Symbol.asyncIterator]();
    await changes.next();
    for (let round = 0; round < 5; round += 1) {
      sim.phoenix.cut();
      await sim.pass(2000);
    }
    const next = (await changes.next()) as IteratorYieldResult<ClientStatus>;
    expect(next.value.state).toBe('connected');
    expect(next.value.channels.get('room:1')?.state).toBe('joined');
    await changes.return?.();
  });

  test('of a worker that has stopped are its end alone', async () => {
    await using sim = await simulate(new Worker());
    await sim.client.stop();
    const seen: string[] = [];
    for await (const { state } of sim.client.changes()) seen.push(state);
    expect(seen).toEqual(['stopped']);
  });

  test('reach two readers', async () => {
    await using sim = await simulate(new Worker());
    const readers = [sim.client.changes(), sim.client.changes()].map(async (changes) => {
      for await (const { state } of changes) if (state === 'backingOff') return state;
      return 'missed';
    });
    await sim.quiet();
    sim.phoenix.cut();
    await sim.quiet();
    expect(await Promise.all(readers)).toEqual(['backingOff', 'backingOff']);
  });
});

describe('timeline()', () => {
  test('tells what sockets and channels went through, and why', async () => {
    const script = { join: (_: unknown, count: number) => (count === 2 ? refusal('full') : null) };
    await using sim = await simulate(new Worker(), {
      script: { join: (message, count) => script.join(message, count) ?? (['ok', {}] as const) },
    });
    sim.phoenix.kick(1011, 'oops');
    await sim.pass(3000);
    expect(sim.client.timeline().map(lineOf)).toEqual([
      'room:1: closed → joining',
      'socket 1: disconnected → connecting',
      'socket 1: connecting → connected',
      'room:1: joining → joined',
      'room:1: joined → joining (lost)',
      'socket 1: connected → backingOff (peer 1011)',
      'socket 1: backingOff → connecting',
      'socket 1: connecting → connected',
      'room:1: joining → errored (refused)',
      'room:1: errored → joining',
      'room:1: joining → joined',
    ]);
    const [first] = sim.client.timeline();
    expect(first?.at).toBeInstanceOf(Date);
  });

  test('keeps the last 256, the oldest first', async () => {
    await using sim = await simulate(new Worker());
    for (let round = 0; round < 60; round += 1) {
      sim.phoenix.cut();
      await sim.pass(40_000);
    }
    const timeline = sim.client.timeline();
    expect(timeline).toHaveLength(256);
    const times = timeline.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(timeline.at(-1)).toMatchObject({ who: 'room:1', to: 'joined' });
  });
});

describe('a callback that runs for 30 s', () => {
  test('is reported, and goes on', async () => {
    const worker = new (class extends Worker {
      letGo: () => void = () => undefined;

      override handleMessage(): Promise<void> {
        return new Promise((resolve) => (this.letGo = resolve));
      }
    })();
    await using sim = await simulate(worker);
    sim.phoenix.push('room:1', 'said');
    await sim.pass(29_999);
    expect(sim.telemetry.filter(({ name }) => name === 'callback.slow')).toEqual([]);
    await sim.pass(1);
    expect(sim.telemetry.filter(({ name }) => name === 'callback.slow')).toMatchObject([
      { callback: 'handleMessage', ms: 30_000 },
    ]);
    worker.letGo();
    await sim.pass(60_000);
    expect(sim.client.status.state).toBe('connected');
    expect(sim.telemetry.filter(({ name }) => name === 'callback.slow')).toHaveLength(1);
  });
});
