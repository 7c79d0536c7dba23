/** With the policies off it is phoenix_gen_socket_client: nothing happens by itself, and callbacks decide everything. */

import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.js';
import type {
  ChannelClosed,
  ClientOptions,
  Disconnected,
  Joined,
  JoinFailed,
  Message,
  Replied,
  StopReason,
} from '../../src/index.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const OFF: ClientOptions = { reconnect: false, rejoin: false, outbox: false };
const SECOND = 1000;
const HOUR = 3_600_000;

async function elixir<W extends SimulatedWorker>(
  worker: W,
  script: Script = {},
  options: ClientOptions = {},
): Promise<Simulation<W>> {
  return await simulate(worker, { script, options: { ...OFF, ...options } });
}

/** The example that the original ships: back after a second, a ping every second, its reply known by its ref. */
class ElixirExample extends SimulatedWorker {
  readonly log: string[] = [];
  #pingRef: string | null = null;
  readonly #timers: unknown[] = [];
  clock: Clock | null = null;

  override handleConnected(): void {
    this.join('ping');
  }

  override handleDisconnected({ close }: Disconnected): void {
    this.log.push(`disconnected: ${close.status ?? close.code}`);
    this.sendAfter(SECOND, () => {
      this.connect();
    });
  }

  override handleJoined({ topic }: Joined): void {
    this.log.push(`joined ${topic}`);
    this.sendAfter(SECOND, () => {
      this.#pingRef = this.push('ping', 'ping').ref;
    });
  }

  override handleJoinError({ topic, error }: JoinFailed): void {
    this.log.push(`join error ${topic}: ${JSON.stringify(error.response)}`);
    this.#rejoinLater(topic);
  }

  override handleChannelClosed({ topic, payload }: ChannelClosed): void {
    this.log.push(`closed ${topic}: ${JSON.stringify(payload)}`);
    this.#rejoinLater(topic);
  }

  override handleMessage({ topic, event }: Message): void {
    this.log.push(`message on ${topic}: ${event}`);
  }

  override handleReply({ ref, status, response }: Replied): void {
    const whose = ref === this.#pingRef ? 'pong' : 'stranger';
    this.log.push(`${whose} ${status} ${JSON.stringify(response)}`);
  }

  override terminate({ kind }: StopReason): void {
    this.log.push(`terminate ${kind}`);
    for (const timer of this.#timers) this.clock?.clearTimeout(timer);
  }

  /** Stands for `Process.send_after`. */
  sendAfter(ms: number, turn: () => void): void {
    this.#timers.push(this.clock?.setTimeout(turn, ms));
  }

  #rejoinLater(topic: string): void {
    this.sendAfter(SECOND, () => {
      this.join(topic);
    });
  }
}

async function example(script: Script): Promise<Simulation<ElixirExample>> {
  const worker = new ElixirExample();
  const sim = await elixir(worker, script, { autoConnect: false });
  worker.clock = sim.clock;
  worker.connect();
  await sim.quiet();
  return sim;
}

describe('the example of the original', () => {
  test('comes back a second after a loss, and joins again because it says so', async () => {
    await using sim = await example({});
    sim.phoenix.cut();
    await sim.pass(SECOND);
    expect(sim.worker.log).toEqual(['joined ping', 'disconnected: 1006', 'joined ping']);
    expect(sim.dialedAt).toEqual([0, SECOND]);
  });

  test('is told of a refused upgrade with its status', async () => {
    await using sim = await example({
      dial: (_, count) => (count < 3 ? { status: 403 } : 'accept'),
    });
    await sim.pass(2 * SECOND);
    expect(sim.worker.log.slice(0, 2)).toEqual(['disconnected: 403', 'disconnected: 403']);
  });

  test('joins again a second after a refusal, a crash and a close', async () => {
    await using sim = await example({ join: (_, count) => (count === 1 ? refusal('full') : OK) });
    await sim.pass(SECOND);
    sim.phoenix.crash('ping');
    await sim.pass(SECOND);
    sim.phoenix.close('ping');
    await sim.pass(SECOND);
    expect(sim.worker.log).toEqual([
      'join error ping: {"reason":"full"}',
      'joined ping',
      'closed ping: {"reason":"channel_crash"}',
      'joined ping',
      'closed ping: {}',
      'joined ping',
    ]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(4);
  });

  test('knows the reply to its ping by the ref', async () => {
    await using sim = await example({ push: () => ['ok', { pong: 1 }] });
    await sim.pass(SECOND);
    expect(sim.worker.log).toEqual(['joined ping', 'pong ok {"pong":1}']);
  });

  test('hears messages, and ends in terminate', async () => {
    await using sim = await example({});
    sim.phoenix.push('ping', 'hello');
    await sim.quiet();
    await sim.client.stop();
    expect(sim.worker.log.slice(1)).toEqual(['message on ping: hello', 'terminate requested']);
  });
});

describe('with the policies off', () => {
  test('a lost connection is told, and nobody dials', async () => {
    await using sim = await elixir(new SimulatedWorker());
    sim.phoenix.kick(1012);
    await sim.pass(HOUR);
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { code: 1012 }, retryIn: null },
    ]);
    expect(sim.dialedAt).toEqual([0]);
    expect(sim.client.status.state).toBe('disconnected');
  });

  test('a failed attempt is told, and nobody dials', async () => {
    await using sim = await elixir(new SimulatedWorker(), { dial: () => ({ status: 502 }) });
    await sim.pass(HOUR);
    expect(sim.given('handleDisconnected')).toHaveLength(1);
    expect(sim.dialedAt).toEqual([0]);
  });

  test.each<[string, (sim: Simulation) => void]>([
    ['crashes', ({ phoenix }) => phoenix.crash('room:1')],
    ['is closed by the server', ({ phoenix }) => phoenix.close('room:1')],
    ['is left', ({ worker }) => worker.leave('room:1')],
  ])('a channel that %s is told, and nobody joins', async (_, ends) => {
    await using sim = await elixir(new SimulatedWorker());
    sim.worker.join('room:1');
    await sim.quiet();
    ends(sim);
    await sim.pass(HOUR);
    expect(sim.given('handleChannelClosed')).toMatchObject([{ topic: 'room:1', retryIn: null }]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    expect(sim.client.status.channels.size).toBe(0);
  });

  test('a refused join is told, and nobody joins', async () => {
    await using sim = await elixir(new SimulatedWorker(), { join: () => refusal('full') });
    sim.worker.join('room:1');
    await sim.pass(HOUR);
    expect(sim.given('handleJoinError')).toMatchObject([{ attempt: 1, retryIn: null }]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });

  test('topics lost with the socket are no longer wanted, and no callback says so', async () => {
    await using sim = await elixir(new SimulatedWorker());
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.cut();
    await sim.quiet();
    sim.worker.connect();
    await sim.pass(HOUR);
    expect(sim.worker.joined('room:1')).toBe(false);
    expect(sim.given('handleChannelClosed')).toEqual([]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });

  test('a push while down, or not joined, fails at once and was not delivered', async () => {
    await using sim = await elixir(new SimulatedWorker(), { join: () => null });
    sim.worker.join('room:1');
    const joining = sim.worker.push('room:1', 'ping').outcome();
    const unwanted = sim.worker.push('room:2', 'ping').outcome();
    sim.phoenix.cut();
    await sim.quiet();
    const down = sim.worker.push('room:1', 'ping').outcome();

    for (const push of [joining, unwanted, down]) {
      await expect(push).resolves.toMatchObject({
        error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' },
      });
    }
    expect(sim.phoenix.sent('ping')).toEqual([]);
  });

  test('noconnect: the worker connects when it likes, where it likes', async () => {
    const options = { autoConnect: false };
    await using sim = await elixir(new SimulatedWorker(), {}, options);
    await sim.pass(HOUR);
    expect(sim.dialedAt).toEqual([]);
    sim.worker.connect({ url: 'ws://other/socket', params: { token: 'new' } });
    await sim.quiet();
    expect(sim.phoenix.dials[0]?.request.url.href).toBe(
      'ws://other/socket/websocket?token=new&vsn=2.0.0',
    );
  });

  test('only the floors stay: connect in a loop of failures is once a second in the end', async () => {
    class Hasty extends SimulatedWorker {
      override handleDisconnected(): void {
        this.connect();
      }
    }
    await using sim = await elixir(new Hasty(), { dial: () => ({ status: 502 }) });
    await sim.pass(2500);
    expect(sim.dialedAt).toEqual([0, 0, 0, 0, 0, 1000, 2000]);
  });
});
