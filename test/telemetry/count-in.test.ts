/** What a real prom-client registry shows of a client's life. */

import Module from 'node:module';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Counter, register as globalRegistry, Registry } from 'prom-client';
import { countIn } from 'gen-socket-client/telemetry';
import type { Gauges, Telemetry } from '../../src/index.js';
import { beginning, scraped } from '../support/metrics.js';
import { simulate, SimulatedWorker, type Simulation } from '../support/worker-simulation.js';

async function counted(registry: Registry): Promise<Simulation> {
  const script = { push: () => ['ok', {}] as const };
  const options = { telemetry: countIn(registry) };
  const sim = await simulate(new SimulatedWorker(), { script, options });
  sim.worker.join('room:1');
  await sim.quiet();
  sim.worker.push('room:1', 'ping');
  await sim.quiet();
  return sim;
}

describe('a registry', () => {
  test('shows what has happened and what stands', async () => {
    const registry = new Registry();
    await using sim = await counted(registry);
    sim.worker.push('desk:7', 'ping');
    sim.phoenix.cut();
    await sim.quiet();
    sim.worker.push('room:1', 'kept');

    await expect(scraped(registry)).resolves.toMatchObject({
      clients: 1,
      socket_dials_total: 1,
      'socket_losses_total{cause="peer"}': 1,
      socket_retry_delay_seconds_count: 1,
      'sockets{state="backingOff"}': 1,
      outbox_messages: 1,
      'pushes_total{topic="room",outcome="ok"}': 1,
      'pushes_total{topic="desk",outcome="dropped"}': 1,
      'pushes_dropped_total{topic="desk",reason="unwanted"}': 1,
    });

    await sim.pass(5000);
    await expect(scraped(registry)).resolves.toMatchObject({
      socket_dials_total: 2,
      socket_open_seconds_count: 2,
      'joins_total{topic="room",outcome="ok"}': 2,
      'join_reply_seconds_count{topic="room"}': 2,
      outbox_messages: 0,
      'pushes_total{topic="room",outcome="ok"}': 2,
      'push_reply_seconds_count{topic="room"}': 2,
    });
  });

  test('shows each state of sockets and channels, also those that none is in', async () => {
    const registry = new Registry();
    await using sim = await counted(registry);
    sim.phoenix.crash('room:1');
    await sim.quiet();

    const series = await scraped(registry);
    expect(series).toMatchObject({
      'sockets{state="connected"}': 1,
      'sockets{state="backingOff"}': 0,
      'channels{state="joined"}': 0,
      'channels{state="errored"}': 1,
      'channel_ends_total{topic="room",cause="crashed"}': 1,
    });
  });

  test('has seconds, not milliseconds', async () => {
    const registry = new Registry();
    const telemetry = countIn(registry);
    telemetry.fact({ name: 'heartbeat.answered', at: 0, socket: 1, ms: 30 });
    telemetry.measure?.({ name: 'callback.ran', callback: 'handleMessage', ms: 2 });

    await expect(scraped(registry)).resolves.toMatchObject({
      'heartbeat_seconds_bucket{le="0.025"}': 0,
      'heartbeat_seconds_bucket{le="0.05"}': 1,
      heartbeat_seconds_sum: 0.03,
      'callback_seconds_sum{callback="handleMessage"}': 0.002,
    });
  });

  test('counts what the client tells of its inbox and its callbacks', async () => {
    const registry = new Registry();
    const telemetry = countIn(registry);
    const at = 0;
    telemetry.fact({ name: 'inbox.paused', at });
    telemetry.fact({ name: 'callback.slow', at, callback: 'init', ms: 30_000 });
    telemetry.fact({ name: 'call.timeout', at, ms: 5000 });
    telemetry.fact({ name: 'client.stopped', at, kind: 'gaveUp', code: 'peer' });
    const failed = { callback: 'init', verdict: 'stop', error: '', thrown: '' } as const;
    telemetry.fact({ name: 'callback.failed', at, ...failed });
    telemetry.watch?.({ ...NOTHING, inbox: 3, shed: 4 });

    await expect(scraped(registry)).resolves.toMatchObject({
      inbox_pauses_total: 1,
      'callbacks_slow_total{callback="init"}': 1,
      call_timeouts_total: 1,
      'client_stops_total{kind="gaveUp"}': 1,
      'callback_errors_total{callback="init"}': 1,
      inbox_messages: 3,
      inbox_shed_messages_total: 4,
    });
  });

  test('is the one that was given, and the global one stays as it was', async () => {
    await using _ = await counted(new Registry());
    expect(globalRegistry.getMetricsAsArray()).toEqual([]);
  });

  test('names the kinds of 50 topics, and counts the rest as other', async () => {
    const registry = new Registry();
    const telemetry = countIn(registry);
    const ended = (topic: string): void =>
      telemetry.measure?.({ name: 'join.settled', topic, outcome: 'ok', ms: 1 });
    for (let kind = 0; kind < 60; kind += 1)
      for (const id of ['a', 'b:c']) ended(`kind${kind}:${id}`);
    ended('kind49');

    const joins = beginning(await scraped(registry), 'joins_total');
    expect(Object.keys(joins)).toHaveLength(51);
    expect(joins).toMatchObject({
      'joins_total{topic="kind0",outcome="ok"}': 2,
      'joins_total{topic="kind49",outcome="ok"}': 3,
      'joins_total{topic="other",outcome="ok"}': 20,
    });
  });

  test('can be of the OpenMetrics kind, and be given again after a scrape', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    countIn(registry);
    const first = await registry.metrics();
    countIn(registry);
    await expect(registry.metrics()).resolves.toBe(first);
  });
});

describe('two clients in one registry', () => {
  test('add up, and the one that stops leaves its totals and nothing else', async () => {
    const registry = new Registry();
    const first = await counted(registry);
    const one = await scraped(registry);
    const second = await counted(registry);
    const both = await scraped(registry);
    for (const name of [
      'clients',
      'sockets{state="connected"}',
      'channels{state="joined"}',
      ...TOTALS,
    ]) {
      expect([name, both[name]]).toEqual([name, (one[name] ?? NaN) * 2]);
    }

    await first[Symbol.asyncDispose]();
    const left = await scraped(registry);
    for (const name of TOTALS) expect([name, left[name]]).toEqual([name, both[name]]);
    expect(left).toMatchObject({ clients: 1, 'channels{state="joined"}': 1 });

    await second[Symbol.asyncDispose]();
    await expect(scraped(registry)).resolves.toMatchObject({
      clients: 0,
      frames_sent_total: both['frames_sent_total'],
      'sockets{state="connected"}': 0,
      'channels{state="joined"}': 0,
    });
  });

  test('stay apart under prefixes of their own', async () => {
    const registry = new Registry();
    countIn(registry, { prefix: 'orders_' }).fact({ name: 'inbox.paused', at: 0 });
    countIn(registry, { prefix: 'stock_' });

    await expect(scraped(registry, 'orders_')).resolves.toMatchObject({ inbox_pauses_total: 1 });
    await expect(scraped(registry, 'stock_')).resolves.toMatchObject({ inbox_pauses_total: 0 });
  });

  test('let go of a client that has stopped', () => {
    const registry = new Registry();
    const telemetry: Telemetry = countIn(registry);
    const gauges = { ...NOTHING, framesSent: 5 };
    const end = telemetry.watch?.(gauges);
    end?.();
    end?.();
    gauges.framesSent = 7;

    return expect(scraped(registry)).resolves.toMatchObject({ clients: 0, frames_sent_total: 5 });
  });
});

describe('a registry that was cleared', () => {
  test('has the metrics again when it is given again', async () => {
    const registry = new Registry();
    countIn(registry);
    registry.clear();
    countIn(registry).fact({ name: 'inbox.paused', at: 0 });

    await expect(scraped(registry)).resolves.toMatchObject({ inbox_pauses_total: 1 });
  });
});

describe('countIn refuses', () => {
  test('a registry that has such a metric of another maker, and adds none of its own', () => {
    const registry = new Registry();
    const name = 'gen_socket_client_sockets';
    new Counter({ name, help: 'Mine.', registers: [registry] });

    expect(() => countIn(registry)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: `the registry has a metric ${name} already: give another prefix`,
      }),
    );
    expect(registry.getMetricsAsArray()).toHaveLength(1);
  });

  test.each(['', '9lives_', 'with-dash_', 42])('the prefix %j', (prefix) => {
    const options = { prefix } as { prefix: string };
    expect(() => countIn(new Registry(), options)).toThrow(
      /begins no metric's name: write letters/,
    );
  });

  test.each([[undefined], [{}], ['registry']])('%j for a registry', (registry) => {
    expect(() => countIn(registry as never)).toThrow(
      /countIn was given no registry: give a Registry/,
    );
  });

  test('to run without prom-client, and says what to install', () => {
    const loader = Module as unknown as { _resolveFilename: (name: string) => string };
    const missing = vi.spyOn(loader, '_resolveFilename').mockImplementation((name) => {
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
    });
    onTestFinished(() => {
      missing.mockRestore();
    });

    expect(() => countIn(new Registry())).toThrow(
      expect.objectContaining({
        code: 'PHX_MISSING_DEPENDENCY',
        message: expect.stringMatching(
          /^prom-client cannot be loaded; .* npm install prom-client$/,
        ),
        cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }),
      }),
    );
  });
});

const TOTALS = [
  'frames_received_total',
  'frames_sent_total',
  'received_bytes_total',
  'sent_bytes_total',
  'socket_dials_total',
  'pushes_total{topic="room",outcome="ok"}',
];

const NOTHING: Gauges = {
  framesReceived: 0,
  framesSent: 0,
  bytesReceived: 0,
  bytesSent: 0,
  stale: 0,
  shed: 0,
  inbox: 0,
  sockets: { disconnected: 0, connecting: 0, connected: 0, backingOff: 0, unauthorized: 0 },
  channels: { closed: 0, joining: 0, joined: 0, errored: 0, leaving: 0 },
  outbox: { messages: 0, bytes: 0 },
  unanswered: 0,
  confirmed: { pushes: 0, orphaned: 0 },
};
