/** Confirmed pushes in version 1, whose replies name no join. */

import { describe, expect, test } from 'vitest';
import { type Client, GenSocketClient, type Replied } from '../../src/index.js';
import { noReply, PhoenixDouble } from '../../src/testing/index.js';
import { confirm, delivered, reply, TOPIC } from '../support/confirming.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

async function confirming(): Promise<Simulation> {
  const options = { serializer: 'v1', heartbeat: false } as const;
  const sim = await simulate(new SimulatedWorker(), { options, vsn: '1.0.0' });
  sim.worker.join(TOPIC);
  await sim.quiet();
  return sim;
}

describe('in version 1 a confirmed push', () => {
  test('goes out as any other, with its key in the payload', async () => {
    await using sim = await confirming();
    const push = confirm(sim, 'ship');
    await sim.quiet();
    const frames = sim.phoenix.sessions[0]?.received.frames ?? [];
    expect(JSON.parse(String(frames.at(-1)))).toEqual({
      topic: TOPIC,
      event: 'ship',
      ref: '2',
      join_ref: '1',
      payload: { of: 'ship', idempotency_key: 'key:1' },
    });
    reply(sim, 'ship');
    expect(await push.ok()).toEqual({ to: 'ship' });
  });

  test('goes out again with its ref after the channel has crashed, and a late reply settles it', async () => {
    await using sim = await confirming();
    const push = confirm(sim, 'ship');
    confirm(sim, 'bill');
    await sim.quiet();
    const [first] = sim.phoenix.sent('ship');
    sim.phoenix.crash(TOPIC);
    await sim.pass(1000);
    expect(delivered(sim)).toEqual(['ship key:1', 'ship key:1']);
    expect(new Set(sim.phoenix.sent('ship').map(({ ref }) => ref)).size).toBe(1);

    sim.phoenix.reply(first!, ['ok', {}]);
    expect(await push.outcome()).toMatchObject({ ok: true });
    await sim.quiet();
    expect(delivered(sim).slice(2)).toEqual(['bill key:2']);
  });
});

class Shipper extends GenSocketClient {
  readonly replied: unknown[] = [];

  override init(): void {
    this.join(TOPIC);
    const ship = (n: number) => this.push(TOPIC, 'ship', { n }, { delivery: 'confirmed' });
    for (const n of [1, 2]) ship(n);
  }

  override handleReply({ response }: Replied): void {
    this.replied.push(response);
  }
}

test('over a server of version 1 all are confirmed, in order, though the connection is cut', async () => {
  const ships: number[] = [];
  let isOpen = false;
  const ship = (payload: unknown) => {
    const { n } = payload as { readonly n: number };
    ships.push(n);
    return isOpen ? { n } : noReply;
  };
  await using server = await PhoenixDouble.start({ 'orders:*': { handle: { ship } } });
  const worker = new Shipper();
  const options = { url: server.url, serializer: 'v1', reconnect: { min: 1, max: 10 } } as const;
  await using client: Client = worker.start(options);
  await expect.poll(() => ships).toEqual([1]);
  isOpen = true;
  server.cut();

  await expect.poll(() => worker.replied).toEqual([{ n: 1 }, { n: 2 }]);
  expect(ships).toEqual([1, 1, 2]);
  expect(client.confirmed.list()).toEqual([]);
});
