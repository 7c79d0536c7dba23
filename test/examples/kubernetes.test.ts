/** The manifest holds together: a native sidecar, probes on the port that the configuration serves them on, time to stop, nothing allowed that is not needed. */

import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import {
  configIn,
  DATA,
  IMAGE_CONFIG,
  longestStop,
  portOf,
  secretsOf,
  textOf,
  writtenBy,
} from './deployed.js';

type Probe = { readonly httpGet: { readonly path: string; readonly port: string } };
type Port = { readonly name: string; readonly containerPort: number };
type Mount = { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean };
type Container = {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly ports: readonly Port[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: object;
  readonly volumeMounts: readonly Mount[];
};
type Pod = {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly ({ readonly name: string } & { readonly [source: string]: unknown })[];
};
type ConfigMap = { readonly metadata: { name: string }; readonly data: { 'config.yaml': string } };
type Deployment = { readonly spec: { readonly template: { readonly spec: Pod } } };

const MANIFEST = 'examples/kubernetes/orders.yaml';
/** What is left to the application between the signal and its end. */
const OF_THE_APPLICATION = 20_000;

const documents = parseAllDocuments(textOf(MANIFEST)).map((document) => {
  expect(document.errors).toEqual([]);
  return document.toJS() as unknown;
});
const [configMap, deployment] = documents as [ConfigMap, Deployment];
const pod = deployment.spec.template.spec;
const [sidecar] = pod.initContainers as readonly [Container];
const phx = () =>
  configIn(configMap.data['config.yaml'], { PHX_URL: 'wss://app.example.com/socket' });

test('is a sidecar that starts before the application and ends after it', () => {
  expect(sidecar.restartPolicy).toBe('Always');
  const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };
  expect(sidecar.image).toBe(`gen-socket-client:${version}`);
});

test('is probed on the listener that serves probes without a token', async () => {
  const config = await phx();
  const [port] = sidecar.ports as readonly [Port];
  expect(port.containerPort).toBe(portOf(config.probes?.listen));
  expect(config.probes?.listen).toMatch(/^0\.0\.0\.0:/);
  const probes = [sidecar.startupProbe, sidecar.readinessProbe, sidecar.livenessProbe];
  expect(probes.map((probe) => probe?.httpGet)).toEqual([
    { path: '/startupz', port: port.name },
    { path: '/readyz', port: port.name },
    { path: '/healthz', port: port.name },
  ]);
  expect(textOf('examples/kubernetes/podmonitor.yaml')).toContain(`port: ${port.name}\n`);
});

test('reads its configuration and its secrets from volumes, and writes to one', async () => {
  const config = await phx();
  const mounts = new Map(sidecar.volumeMounts.map((mount) => [mount.name, mount]));
  expect(`${mounts.get('config')?.mountPath}/config.yaml`).toBe(IMAGE_CONFIG);
  const secrets = mounts.get('secrets')?.mountPath ?? '';
  for (const path of secretsOf(config)) expect(path).toMatch(new RegExp(`^${secrets}/`));
  for (const path of writtenBy(config)) expect(path).toMatch(new RegExp(`^${DATA}/`));
  const writable = sidecar.volumeMounts.filter(({ readOnly }) => readOnly !== true);
  expect(writable).toEqual([{ name: 'data', mountPath: DATA }]);
  expect(new Set(pod.volumes.map(({ name }) => name))).toEqual(new Set(mounts.keys()));
  expect(pod.volumes[0]?.['configMap']).toEqual(configMap.metadata);
});

test('makes the secret of its README', async () => {
  const config = await phx();
  const readme = textOf('examples/kubernetes/README.md');
  for (const path of secretsOf(config)) {
    expect(readme).toContain(`--from-file=${path.split('/').at(-1)}`);
  }
});

test('leaves the application and then the drain the time that they may take', async () => {
  const config = await phx();
  const grace = pod.terminationGracePeriodSeconds * 1000;
  expect(grace).toBeGreaterThan(longestStop(config) + OF_THE_APPLICATION);
});

test('may do nothing that it need not', () => {
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 65_532,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const container of [...pod.initContainers, ...pod.containers]) {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits).toHaveProperty('memory');
  }
});

test('its pod monitor selects the pod', () => {
  const monitor = parse(textOf('examples/kubernetes/podmonitor.yaml')) as {
    readonly spec: { readonly selector: object };
  };
  const { spec } = deployment as unknown as { readonly spec: { readonly selector: object } };
  expect(monitor.spec.selector).toEqual(spec.selector);
});
