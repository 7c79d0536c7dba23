/** The program of docs/telemetry.md runs, and what it serves can be scraped. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';

test('a worker with a logger and a registry can be scraped', async () => {
  await using server = await PhoenixDouble.start(seedChannels());
  vi.stubEnv('PHOENIX_URL', server.url);
  vi.stubEnv('METRICS_PORT', '0');
  vi.stubEnv('LOG_LEVEL', 'silent');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { client, metrics } = await import('../../examples/telemetry/program.js');
  if (!metrics.listening) await once(metrics, 'listening');
  const url = `http://127.0.0.1:${(metrics.address() as AddressInfo).port}/metrics`;
  const scrape = async (): Promise<string> => (await fetch(url)).text();

  await expect
    .poll(scrape)
    .toContain('gen_socket_client_pushes_total{topic="ping",outcome="ok"} 1');
  await expect(scrape()).resolves.toContain('gen_socket_client_channels{state="joined"} 1');
  await client.stop();
  await expect(scrape()).resolves.toContain('gen_socket_client_clients 0');
  metrics.closeAllConnections();
  await new Promise((resolve) => metrics.close(resolve));
});
