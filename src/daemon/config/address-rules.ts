/** The rules of addresses: who may be reached from where, and who is asked. */

import { appTarget } from './app-target.js';
import { listenPlace } from './listen-place.js';
import type { Path } from './origin.js';
import type { Found } from './refusal.js';
import type { Config } from './schema.js';

export function addressRules(config: Config): readonly Found[] {
  return [...listenerRules(config), ...targetRules(config)];
}

type Listener = {
  readonly name: 'api' | 'admin' | 'probes';
  readonly listen: string | number;
  readonly tokenFile: string | undefined;
};

const API_LISTEN = '127.0.0.1:4100';
const ADMIN_LISTEN = '127.0.0.1:4101';

function listenerRules({ api, admin, probes }: Config): readonly Found[] {
  const listeners: readonly Listener[] = [
    { name: 'api', listen: api?.listen ?? API_LISTEN, tokenFile: api?.tokenFile },
    { name: 'admin', listen: admin?.listen ?? ADMIN_LISTEN, tokenFile: admin?.tokenFile },
    ...(probes === undefined
      ? []
      : [{ name: 'probes', listen: probes.listen, tokenFile: undefined } as const]),
  ];
  return listeners.flatMap((listener, at) => [
    ...reachRules(listener),
    ...sameRules(listener, listeners.slice(0, at)),
  ]);
}

function reachRules({ name, listen, tokenFile }: Listener): readonly Found[] {
  const path = [name, 'listen'];
  const place = listenPlace(listen);
  if (place.kind === 'unreadable') {
    const remedy =
      'write a port of 127.0.0.1, host:port, or unix: and an absolute path of at most 107 bytes';
    return [{ path, what: 'is no place to listen', remedy }];
  }
  const isOpen =
    place.kind === 'tcp' && !place.isLoopback && name !== 'probes' && tokenFile === undefined;
  if (!isOpen) return [];
  const what = `is ${place.host}, where others than this machine can reach it`;
  return [
    { path, what, remedy: `write ${name}.tokenFile, or listen on 127.0.0.1 or a Unix socket` },
  ];
}

function sameRules({ name, listen }: Listener, others: readonly Listener[]): readonly Found[] {
  const other = others.find((each) => isSame(listen, each.listen));
  if (other === undefined) return [];
  const what = `is where ${other.name} listens`;
  return [
    { path: [name, 'listen'], what, remedy: 'give each listener a port or a path of its own' },
  ];
}

const ANY: readonly string[] = ['0.0.0.0', '::'];

/** Of port 0 there are as many as one likes. */
function isSame(one: string | number, two: string | number): boolean {
  const [a, b] = [listenPlace(one), listenPlace(two)];
  if (a.kind === 'unix' && b.kind === 'unix') return a.path === b.path;
  if (a.kind !== 'tcp' || b.kind !== 'tcp' || a.port === 0 || a.port !== b.port) return false;
  return a.host === b.host || ANY.includes(a.host) || ANY.includes(b.host);
}

function targetRules({ credentials, channels = {}, deliver = {} }: Config): readonly Found[] {
  const targets: (readonly [Path, string | undefined])[] = [
    [['credentials', 'from'], credentials?.from],
    ...Object.entries(channels).map(
      ([topic, channel]) => [['channels', topic, 'paramsFrom'], channel?.paramsFrom] as const,
    ),
    ...Object.entries(deliver).flatMap(([name, each]) =>
      'webhook' in each
        ? ([
            [['deliver', name, 'webhook'], each.webhook],
            [['deliver', name, 'health', 'url'], each.health?.url],
          ] as const)
        : [],
    ),
  ];
  return targets.flatMap(([path, address]) =>
    address === undefined || appTarget(address) !== null ? [] : [badTarget(path)],
  );
}

function badTarget(path: Path): Found {
  const remedy =
    'write http://, https:// or unix:/path/of.sock:/path, without user:password@ and #; secrets go into a file (tokenFile)';
  return { path, what: 'is no address that can be asked', remedy };
}
