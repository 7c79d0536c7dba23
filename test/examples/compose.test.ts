/** The compose file fits its configuration: mounts that are there, ports that are listened on, secrets that are declared, time to stop. */

import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  configIn,
  DATA,
  IMAGE_CONFIG,
  inMilliseconds,
  longestStop,
  portOf,
  secretsOf,
  textOf,
  writtenBy,
} from './deployed.js';

type Service = {
  readonly command?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
};

const FOLDER = 'examples/sidecar-compose';
const { services, secrets } = parse(textOf(`${FOLDER}/compose.yaml`)) as {
  readonly services: { readonly [name: string]: Service };
  readonly secrets: { readonly [name: string]: { readonly file: string } };
};
const { app, sidecar, phoenix } = services;
const phx = () => configIn(textOf(`${FOLDER}/phx.yaml`));

test('all of it meets on the loopback interface of the application', async () => {
  const config = await phx();
  expect(sidecar?.network_mode).toBe('service:app');
  expect(phoenix?.network_mode).toBe('service:app');
  expect(config.api?.listen).toMatch(/^127\.0\.0\.1:/);
});

test('mounts the configuration where the image looks for it, and what is written where it may be', async () => {
  const config = await phx();
  expect(sidecar?.volumes).toContain(`./phx.yaml:${IMAGE_CONFIG}:ro`);
  expect(sidecar?.volumes).toContain(`sidecar:${DATA}`);
  for (const service of Object.values(services)) expect(service.read_only).toBe(true);
  const written = writtenBy(config);
  expect(written).toHaveLength(3);
  for (const path of written) expect(path).toMatch(new RegExp(`^${DATA}/`));
});

test('publishes the admin listener to this machine only, and it asks for a token', async () => {
  const config = await phx();
  const port = portOf(config.admin?.listen);
  expect(app?.ports).toEqual([`127.0.0.1:${port}:${port}`]);
  expect(config.admin?.tokenFile).toBeDefined();
});

test('gives each secret that is read, and no other', async () => {
  const config = await phx();
  const read = secretsOf(config).map((path) => path.replace('/run/secrets/', ''));
  expect(new Set(sidecar?.secrets)).toEqual(new Set(read));
  expect(new Set(Object.keys(secrets))).toEqual(new Set(read));
  for (const [name, { file }] of Object.entries(secrets)) expect(file).toBe(`./secrets/${name}`);
});

test('leaves the drain the time that it may take', async () => {
  const config = await phx();
  expect(inMilliseconds(sidecar?.stop_grace_period as `${number}s`)).toBeGreaterThan(
    longestStop(config),
  );
});
