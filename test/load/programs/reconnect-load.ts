/** A fleet loses its server at one moment, and ten thousand channels their socket: one line of JSON for each. */

import { setTimeout as pause } from 'node:timers/promises';
import { type ClientOptions, GenSocketClient } from '../../../src/index.js';
import { JoinServer } from '../join-server.js';
import { histogram, Returns } from '../returns.js';

type Asked = { readonly clients: number; readonly channels: number; readonly away: number };

class Fleet extends GenSocketClient {}

class Crowd extends GenSocketClient {
  override init(): void {
    for (let topic = 0; topic < asked.channels; topic += 1) this.join(`room:${topic}`);
  }
}

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;

/** The first draw is from 0 to 500 ms. */
const DRAWN_WIDTH = 50;

/** Each step of the way is looked at so often. */
const LOOK = 20;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(LOOK);
}

async function returnAfter(away: number, width: number): Promise<object> {
  await using server = await JoinServer.start();
  const returns = new Returns();
  const now = (): number => performance.now();
  const options: ClientOptions = { url: server.url, heartbeat: false };
  const clients = Array.from({ length: asked.clients }, () =>
    new Fleet().start({ ...options, telemetry: returns.listener(now) }),
  );
  await until(() => clients.every(({ status }) => status.state === 'connected'));
  returns.lost(now());
  await server.vanish();
  await pause(away);
  await server.listen();
  await until(() => returns.returns.length >= asked.clients);
  await Promise.all(clients.map((client) => client.stop()));
  const counts = histogram(returns.returns, width);
  return {
    ...{ what: 'return', clients: asked.clients, away, width, counts },
    drawn: histogram(returns.drawn, DRAWN_WIDTH),
    dials: returns.dials.length,
    hasty: returns.hasty,
    largestShare: Math.max(...counts) / asked.clients,
    lastReturn: Math.round(Math.max(...returns.returns)),
  };
}

async function rejoin(): Promise<object> {
  await using server = await JoinServer.start();
  const client = new Crowd().start({ url: server.url });
  await until(() => server.joined === asked.channels);
  const began = performance.now();
  server.peak = 0;
  server.cut();
  await until(() => server.joined >= 2 * asked.channels);
  const ms = Math.round(performance.now() - began);
  await client.stop();
  return { what: 'rejoin', channels: asked.channels, peak: server.peak, ms };
}

console.log(JSON.stringify(await returnAfter(0, 100)));
console.log(JSON.stringify(await returnAfter(asked.away, 1000)));
console.log(JSON.stringify(await rejoin()));
