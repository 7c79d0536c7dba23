/** The probes of a worker that is a process: what they answer, and where they listen. */

import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { PhoenixDouble } from '../../src/testing/index.js';
import { SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  CHANNELS,
  NOWHERE,
  type Options,
  program,
  untilLogged,
} from '../support/worker-process.js';

vi.setConfig({ testTimeout: SLOW_START });

describe('the probes', () => {
  /** A worker whose probes can be asked. */
  async function probed(worker: string, options: Options) {
    const child = program(worker, { ...options, metrics: { listen: 0 } });
    const { port } = await untilLogged(child, 'the probes listen');
    const ask = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      return { status: response.status, text: await response.text() };
    };
    return { child, ask };
  }

  test('say alive and not ready while the server is down', async () => {
    const { child, ask } = await probed('Idle', { url: NOWHERE });
    await using _ = child;
    expect(await ask('/healthz')).toEqual({ status: 200, text: '{"alive":true}' });
    const { status, text } = await ask('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ ready: false, wanted: 1, missing: ['room:1'] });
    expect((await ask('/elsewhere')).status).toBe(404);
    expect((await ask('//')).status).toBe(404);
    expect((await ask('/healthz?from=kubelet')).status).toBe(200);
    expect((await ask('/healthz', 'POST')).status).toBe(405);
  });

  test('say ready when every wanted topic is joined, and show the metrics', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    const { child, ask } = await probed('Idle', { url: server.url });
    await using _ = child;
    await child.until('joined');
    const { status, text } = await ask('/readyz');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      ready: true,
      state: 'connected',
      wanted: 1,
      joined: 1,
      missing: [],
    });
    expect((await ask('/metrics')).text).toContain('gen_socket_client_channels{state="joined"} 1');
    child.signal('SIGTERM');
    expect((await child.ended).code).toBe(0);
  });

  test('say dead while the mailbox is stuck', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    const { child, ask } = await probed('Hanging', {
      url: server.url,
      liveness: { mailbox: 50 },
    });
    await using _ = child;
    await child.until('joined');
    await expect
      .poll(() => ask('/healthz'))
      .toMatchObject({
        status: 503,
        text: expect.stringContaining('"why":"stuckMailbox"'),
      });
  });
});

describe('the Unix socket of its probes', () => {
  const at = () => `${temporaryFolder()}/worker.sock`;

  test('is taken over from a worker that was killed', async () => {
    const metrics = { listen: at() };
    await using killed = program('Idle', { url: NOWHERE, metrics });
    await untilLogged(killed, 'the probes listen');
    killed.signal('SIGKILL');
    await killed.ended;
    expect(existsSync(metrics.listen)).toBe(true);

    await using child = program('Idle', { url: NOWHERE, metrics });
    await untilLogged(child, 'the probes listen');
    expect(await reached(metrics.listen)).toBe(true);
  });

  test('is not taken from a worker that lives, and 78 is the code', async () => {
    const metrics = { listen: at() };
    await using living = program('Idle', { url: NOWHERE, metrics });
    await untilLogged(living, 'the probes listen');
    await using child = program('Idle', { url: NOWHERE, metrics });
    const { code, complaints } = await child.ended;
    expect(code).toBe(78);
    expect(complaints).toContain('EADDRINUSE');
    expect(await reached(metrics.listen)).toBe(true);
  });

  test('is no other file: that is left alone', async () => {
    const metrics = { listen: at() };
    writeFileSync(metrics.listen, 'mine');
    await using child = program('Idle', { url: NOWHERE, metrics });
    expect((await child.ended).code).toBe(78);
    expect(readFileSync(metrics.listen, 'utf8')).toBe('mine');
  });

  async function reached(path: string): Promise<boolean> {
    const connection = connect(path);
    await once(connection, 'connect');
    connection.destroy();
    return true;
  }
});
