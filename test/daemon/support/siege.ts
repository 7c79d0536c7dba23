/** A daemon with all its listeners open, as an attacker on the same machine finds it, and bytes that no client would send. */

import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ListenerName } from '../../../src/daemon/listeners/exchange.js';
import { PhoenixDouble } from '../../../src/testing/index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { askAt, type AskInit, ROOM, type Told } from './api-stage.js';
import { type RunningDaemon, runningDaemon } from './running-daemon.js';

export const LISTENERS = ['api', 'admin', 'probes'] as const;
export const KINDS = ['tcp', 'unix'] as const;
export const TOKEN = 'right-token';

type Kind = (typeof KINDS)[number];

export type Siege = {
  readonly running: RunningDaemon;
  readonly double: PhoenixDouble;
  readonly addresses: Readonly<Record<ListenerName, string>>;
  readonly tokenFile: string;
  ask(name: ListenerName, path: string, init?: AskInit): Promise<Told>;
  /** Fails unless each listener answers who asks as it should be asked, and nothing went wrong inside. */
  stillServes(): Promise<void>;
};

type SiegeOptions = {
  readonly kind?: Kind;
  readonly hasToken?: boolean;
  /** Over the configuration. */
  readonly config?: object;
};

/** The body of a request to `api` may have 64 KiB. */
export async function besieged(options: SiegeOptions = {}): Promise<Siege> {
  const { kind = 'tcp', hasToken = false, config = {} } = options;
  const double = await PhoenixDouble.start(ROOM);
  onTestFinished(() => double.stop());
  const folder = temporaryFolder();
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const listen = (name: string): string | number =>
    kind === 'tcp' ? 0 : `unix:${join(folder, `${name}.sock`)}`;
  const token = hasToken ? { tokenFile } : {};
  const running = await runningDaemon({
    url: double.url,
    channels: { 'room:1': null },
    api: { listen: listen('api'), maxBody: '64KiB', timeout: '2s', ...token },
    admin: { listen: listen('admin'), control: true, ...token },
    probes: { listen: listen('probes') },
    ...config,
  });
  await expect.poll(() => double.subscribers('room:1'), { interval: 5 }).toBe(1);
  const { api, admin, probes } = running.daemon.listeners;
  const addresses = { api: api.address, admin: admin.address, probes: probes?.address ?? '' };
  const ask: Siege['ask'] = (name, path, init) => askAt(addresses[name], path, init);
  const headers = hasToken ? { authorization: `Bearer ${TOKEN}` } : {};
  const stillServes = async (): Promise<void> => {
    const order = { topic: 'room:1', event: 'echo', payload: { n: 1 }, wait: 'reply' };
    const told = await Promise.all([
      ask('api', '/v1/push', { method: 'POST', headers, body: JSON.stringify(order) }),
      ask('admin', '/healthz', { headers }),
      ask('probes', '/healthz'),
    ]);
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(running.lines.filter(({ level }) => level === 'error')).toEqual([]);
  };
  return { running, double, addresses, tokenFile, ask, stillServes };
}

function dialed(address: string): Socket {
  const socket = address.startsWith('unix:')
    ? connect(address.slice('unix:'.length))
    : connect(Number(new URL(address).port), '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** What comes back until the listener hangs up, whatever is sent. */
export function answerTo(address: string, bytes: string | Uint8Array): Promise<string> {
  const socket = dialed(address);
  socket.write(bytes);
  return allOf(socket);
}

/** The same for who sends on and on. */
export function answerToEndless(address: string, head: string, more: string): Promise<string> {
  const socket = dialed(address);
  const pour = (): void => {
    while (socket.writable && socket.write(more));
  };
  socket.on('drain', pour);
  socket.write(head);
  pour();
  return allOf(socket);
}

function allOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

/** The statuses of answers that came one behind the other. */
export function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** Of a problem: its code. */
export function codeIn(text: string): string {
  return /"code":"(\w+)"/.exec(text)?.[1] ?? '';
}
