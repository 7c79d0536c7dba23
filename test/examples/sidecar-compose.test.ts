/** The application in Python and its sidecar, as real processes: an event goes round, and nothing is lost when either of them is killed. */

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { type ChildProgram, SLOW_START } from '../support/child-program.js';
import { commandLine } from '../support/command-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { shownBy } from './play.js';
import { ExampleProgram } from './example-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const CONFIG = fileURLToPath(new URL('../../examples/sidecar-compose/phx.yaml', import.meta.url));
const WAIT = { timeout: 30_000 };
/** Milliseconds between two numbers. */
const QUICK = 50;

/** A port that was free a moment ago: each of the two must know the other's before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

type Stage = {
  readonly app: () => ExampleProgram;
  readonly sidecar: () => ChildProgram;
  /** How many events the inbox has on disk, or had. */
  readonly accepted: () => Promise<number>;
};

/** What compose.yaml runs, on ports that are free. */
async function stage(): Promise<Stage> {
  const server = await PhoenixDouble.start(seedChannels());
  onTestFinished(() => server.stop());
  const [appPort, apiPort, probePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'webhook_secret'), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  writeFileSync(join(folder, 'admin_token'), 'a token for the admin listener');
  const set = {
    'deliver.app.webhook': `http://127.0.0.1:${appPort}/phx/events`,
    'deliver.app.health.url': `http://127.0.0.1:${appPort}/healthz`,
    'deliver.app.health.interval': '100ms',
    'channels.numbers:positive.params.every': `${QUICK}`,
    'api.listen': `127.0.0.1:${apiPort}`,
    'admin.listen': '127.0.0.1:0',
    // The page is made for browsers by the build, which a compiled program lacks.
    'admin.page': 'false',
    'probes.listen': `127.0.0.1:${probePort}`,
  };
  const flags = Object.entries(set).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  return {
    app: () => {
      const program = new ExampleProgram('sidecar-compose/app.py', {
        PORT: `${appPort}`,
        SIDECAR: `http://127.0.0.1:${apiPort}`,
        SECRET_FILE: join(folder, 'webhook_secret'),
      });
      onTestFinished(() => program[Symbol.asyncDispose]());
      return program;
    },
    sidecar: () => {
      const env = { PHX_URL: server.url, SECRETS: folder, DATA: folder };
      const program = commandLine(['run', CONFIG, ...flags], env);
      onTestFinished(() => program[Symbol.asyncDispose]());
      return program;
    },
    accepted: async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${probePort}/metrics`)).text();
      const read = (name: string) =>
        Number(new RegExp(`^gen_socket_client_event_log_${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
      return read('appended_total') - read('unwritten_events');
    },
  };
}

/** The numbers that an application was told, in the order of its lines. */
function numbersOf({ said }: ExampleProgram): readonly number[] {
  return said.flatMap((line) => {
    const number = /^phx\.update numbers:positive \{"number": (\d+)\}$/.exec(line)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

test('an event goes round, as its README shows', async () => {
  const { app, sidecar } = await stage();
  const [application, daemon] = [app(), sidecar()];
  const [, ...shown] = shownBy('sidecar-compose', 'app.py');
  for (const line of shown) await expect.poll(() => application.said, WAIT).toContain(line);
  daemon.signal('SIGTERM');
  expect((await daemon.ended).code).toBe(0);
});

test('an application that is killed and comes back has missed nothing, in order', async () => {
  const { app, sidecar } = await stage();
  const daemon = sidecar();
  const first = app();
  await expect.poll(() => numbersOf(first).length, WAIT).toBeGreaterThan(3);
  first.signal('SIGKILL');
  await first.ended;
  const second = app();
  await expect.poll(() => numbersOf(second).length, WAIT).toBeGreaterThan(3);
  const [before, after] = [numbersOf(first), numbersOf(second)];
  expect(before).toEqual(before.map((_, i) => (before[0] ?? 0) + i));
  expect(after).toEqual(after.map((_, i) => (after[0] ?? 0) + i));
  // What it was told and had not answered comes again.
  const last = before.at(-1) ?? 0;
  expect([last, last + 1]).toContain(after[0]);
  daemon.signal('SIGTERM');
  expect((await daemon.ended).code).toBe(0);
});

test('a sidecar that is killed delivers afterwards what it had accepted', async () => {
  const { app, sidecar, accepted } = await stage();
  const first = { app: app(), sidecar: sidecar() };
  await expect.poll(() => numbersOf(first.app).length, WAIT).toBeGreaterThan(3);
  first.app.signal('SIGKILL');
  await first.app.ended;
  const told = numbersOf(first.app).at(-1) ?? 0;
  const atDeath = await accepted();
  await expect.poll(accepted, WAIT).toBeGreaterThan(atDeath + 5);
  first.sidecar.signal('SIGKILL');
  await first.sidecar.ended;
  const second = { app: app(), sidecar: sidecar() };
  await expect.poll(() => numbersOf(second.app).length, WAIT).toBeGreaterThan(7);
  const [begins = 0, ...rest] = numbersOf(second.app);
  expect([told, told + 1]).toContain(begins);
  expect(rest.slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((i) => begins + i));
  second.sidecar.signal('SIGTERM');
  expect((await second.sidecar.ended).code).toBe(0);
});
