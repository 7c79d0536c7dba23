/** Readers that are gone without a word, or read no more: they hold no stream for ever. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type EventStage, eventStage } from '../support/event-stage.js';

const STALL = 200;
const KEEP_ALIVE = '02';

async function reading({ address }: EventStage, path: string): Promise<Socket> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return socket;
}

test('a stream whose reader takes nothing is ended, and its place is free', async () => {
  const stage = await eventStage({ listener: { stallTimeout: STALL }, limits: { streams: 1 } });
  for (let n = 0; n < 200; n += 1) stage.say('room:1', 'x'.repeat(100_000));
  const socket = await reading(stage, '/v1/events?from=start');
  socket.pause();
  await expect.poll(() => stage.parts.streams.size).toBe(1);
  await expect.poll(() => stage.parts.streams.size, { timeout: 5000 }).toBe(0);
  expect(stage.failures).toEqual([]);
});

test('a stream that has nothing to say goes on', async () => {
  const stage = await eventStage({ listener: { stallTimeout: STALL } });
  const connection = once(stage.server, 'connection') as Promise<[Socket]>;
  const socket = await reading(stage, '/v1/events?format=ndjson');
  await once(socket, 'data');
  const [served] = await connection;
  await once(served, 'timeout');
  stage.say('room:1', 'after the silence');
  expect(String(await once(socket, 'data'))).toContain('after the silence');
});

test('the system asks a silent connection whether it is there still', async () => {
  const stage = await eventStage();
  await once(await reading(stage, '/v1/events?format=ndjson'), 'data');
  const port = Number(new URL(stage.address).port);
  await expect.poll(() => timersAt(port)).toContain(KEEP_ALIVE);
});

/** Of each connection to the port, as Linux tells it: which timer runs. */
function timersAt(port: number): readonly string[] {
  const place = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/self/net/tcp', 'utf8').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields
    .filter(([, local = '', , state]) => local.endsWith(place) && state === '01')
    .map(([, , , , , timer = '']) => timer.slice(0, 2));
}
