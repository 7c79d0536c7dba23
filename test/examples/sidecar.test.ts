/** The sidecar of the first page and of the guide: its configurations, the lines to try, and each way to receive. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import type { Config } from '../../src/daemon/config/schema.js';
import { runningDaemon } from '../daemon/support/running-daemon.js';
import { SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { configIn, textOf } from './deployed.js';
import { ExampleProgram } from './example-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const WAIT = { timeout: 20_000 };
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const FIRST = 'phx.update numbers:positive {"number": 1}';

/** A secret that both sides read. */
function secretFile(): string {
  const path = join(temporaryFolder(), 'webhook_secret');
  writeFileSync(path, SECRET);
  return path;
}

function start(path: string, env: NodeJS.ProcessEnv = {}): ExampleProgram {
  const program = new ExampleProgram(path, env);
  onTestFinished(() => program[Symbol.asyncDispose]());
  return program;
}

async function serverWithSeeds(): Promise<PhoenixDouble> {
  const server = await PhoenixDouble.start(seedChannels());
  onTestFinished(() => server.stop());
  return server;
}

/** An example's configuration with another port in the place of the application's, and free ones of its own. */
async function daemonOf(name: string, port: number, env: NodeJS.ProcessEnv) {
  const text = textOf(`examples/sidecar/${name}`)
    .replaceAll('127.0.0.1:8000', `127.0.0.1:${port}`)
    .replaceAll('./webhook_secret', env['SECRET_FILE'] ?? './webhook_secret');
  const { api: _, admin: __, ...config }: Config = await configIn(text, env);
  return runningDaemon(config);
}

test('the lines to try push, and stream; events can be pulled and read as lines, too', async () => {
  const server = await serverWithSeeds();
  const { daemon, api } = await daemonOf('config.yaml', 9, { PHX_URL: server.url });
  await server.seen({ kind: 'joined', topic: 'ping:wild' });
  const script = join(temporaryFolder(), 'try.sh');
  writeFileSync(script, textOf('examples/sidecar/try.sh').replaceAll('http://127.0.0.1:4100', api));
  const tried = start(script);
  const readers = ['pull.py', 'stream.py'].map((name) =>
    start(`sidecar/${name}`, { SIDECAR: api }),
  );
  await tried.says(/"outcome":"replied","status":"ok","response":\{"ping":"pong"\}\}/);
  await tried.says(/^data: .*"type":"phx.update","subject":"numbers:positive"/);
  for (const reader of readers)
    await reader.says(/^phx\.update numbers:positive \{"number": \d+\}$/);
  await daemon.stop();
  // Its stream has ended, and with it the script.
  await tried.ended;
});

test.each(['receive.py', 'receive.mjs'])(
  '%s takes what the sidecar has signed, and nothing else',
  async (name) => {
    const server = await serverWithSeeds();
    const env = { SECRET_FILE: secretFile(), PHX_URL: server.url };
    const application = start(`sidecar/${name}`, { ...env, PORT: '0' });
    const port = await application.port();
    await daemonOf('config.yaml', port, env);
    await application.says(/^phx\.update numbers:positive \{"number": ?1\}$/);
    const body = '{"type":"phx.update","data":{"number":7}}';
    const forged = {
      'webhook-id': 'e-1',
      'webhook-timestamp': `${Math.floor(Date.now() / 1000)}`,
      'webhook-signature': 'v1,AAAA',
    };
    const events = `http://127.0.0.1:${port}/phx/events`;
    for (const headers of [forged, { ...forged, 'webhook-timestamp': '1' }]) {
      expect((await fetch(events, { method: 'POST', body, headers })).status).toBe(401);
    }
    expect(application.said.join()).not.toContain('7}');
  },
);

test('the application is asked where it is before each join', async () => {
  const server = await serverWithSeeds();
  const env = { SECRET_FILE: secretFile(), PHX_URL: server.url, DATA: temporaryFolder() };
  const application = start('sidecar/receive.py', { ...env, PORT: '0' });
  await daemonOf('cursor.yaml', await application.port(), env);
  await server.seen({ kind: 'joined', params: { since: 0 } });
  await expect.poll(() => application.said, WAIT).toContain(FIRST);
  const later = server.mark();
  server.cut();
  const { params } = await later.seen({ kind: 'joined', topic: 'numbers:positive' });
  expect((params as { since: number }).since).toBeGreaterThan(0);
  await application.says(/^sidecar\.gap numbers:positive \{"cause": "disconnected"/);
});
