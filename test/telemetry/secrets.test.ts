/** Secrets in every place that can have one, and every way to fail: no line and no metric has any of them. */

import { describe, expect, test } from 'vitest';
import { Registry } from 'prom-client';
import { countIn, logTo } from 'gen-socket-client/telemetry';
import { PhoenixDouble } from 'gen-socket-client/testing';
import { type ClientOptions, type Message, type Serializer, v2 } from '../../src/index.js';
import { QUICK } from '../support/fault-options.js';
import { Lines } from '../support/log-lines.js';
import { RecordingWorker } from '../support/recording-worker.js';

/** Travels as a token, a header and a query, encoded or not. */
const SECRET = 'hunter2';

class Careless extends RecordingWorker {
  override handleMessage(message: Message): void {
    void super.handleMessage(message);
    // What it throws quotes the text.
    if (message.event === 'spill') JSON.parse(`${SECRET} is no JSON`);
  }
}

type Stage = {
  readonly server: PhoenixDouble;
  readonly lines: Lines;
  readonly worker: Careless;
  /** Resolves when a line of that fact has been written. */
  told(fact: string): Promise<void>;
};

/** Starts a worker that is told secrets, does `what` with it, and looks at all that was reported. */
async function reported(
  options: ClientOptions,
  what: (stage: Stage) => Promise<unknown>,
): Promise<string> {
  await using server = await PhoenixDouble.start({
    'room:refused': { join: (_, channel) => channel.refuse({ reason: SECRET }) },
    'room:*': {
      join: () => ({ token: SECRET }),
      handle: {
        ask: () => ({ token: SECRET }),
        refuse: (_, channel) => channel.refuse({ token: SECRET }),
      },
    },
  });
  const lines = new Lines();
  const registry = new Registry();
  const worker = new Careless({ 'room:1': { token: SECRET } });
  await using client = worker.start({
    ...QUICK,
    url: `${server.url}?secret=${SECRET}`,
    params: { token: SECRET },
    headers: { 'x-token': SECRET },
    credentials: () => ({ authToken: SECRET, params: { c: SECRET }, headers: { 'x-c': SECRET } }),
    telemetry: [logTo(lines.logger), countIn(registry)],
    onCallbackError: 'continue',
    ...options,
  });
  const told = async (fact: string): Promise<void> => {
    await expect.poll(() => lines.of(fact).length).toBeGreaterThan(0);
  };
  await what({ server, lines, worker, told });
  await client.stop();
  expect(lines.texts.length).toBeGreaterThan(0);
  return [...lines.texts, await registry.metrics()].join('');
}

const cases: {
  readonly [what: string]: readonly [ClientOptions, (stage: Stage) => Promise<unknown>];
} = {
  'a life without failures': [
    {},
    async ({ worker, server }) => {
      await worker.next('handleJoined');
      await worker.pushEvent('room:1', 'ask', { token: SECRET }).ok();
      server.broadcast('room:1', 'said', { token: SECRET });
      await worker.next('handleMessage');
    },
  ],
  'a push that is refused, dropped, lost or never answered': [
    { outbox: { messages: 1 } },
    async ({ worker, server, told }) => {
      await worker.next('handleJoined');
      await worker.pushEvent('room:1', 'refuse', { token: SECRET }).outcome();
      worker.pushEvent('room:2', 'ask', { token: SECRET });
      await told('push.dropped');
      worker.pushEvent('room:1', 'crash', { token: SECRET });
      await told('push.unanswered');
      await worker.next('handleJoined');
      server.cut();
    },
  ],
  'a join that is refused': [
    {},
    async ({ worker, told }) => {
      worker.joinTopic('room:refused', { token: SECRET });
      await told('join.failed');
    },
  ],
  'join params that cannot be had': [
    {},
    async ({ worker, told }) => {
      worker.joinTopic('room:2', () => Promise.reject(new Error(`no cursor for ${SECRET}`)));
      await told('join.failed');
    },
  ],
  'join params that cannot be written': [
    {},
    async ({ worker, told }) => {
      worker.joinTopic('room:2', { [SECRET]: 1n });
      await told('join.failed');
    },
  ],
  'credentials that throw': [
    { credentials: () => Promise.reject(new Error(`vault: ${SECRET}`)) },
    ({ told }) => told('socket.lost'),
  ],
  'credentials that cannot be sent': [
    { credentials: () => ({ headers: { 'x-token': `${SECRET}\n` } }) },
    ({ told }) => told('socket.lost'),
  ],
  'a dial that is refused with a body and headers': [
    {},
    async ({ worker, server }) => {
      await worker.next('handleJoined');
      server.faults.refuse(403, { 'x-reason': SECRET }, `{"token":"${SECRET}"}`);
      server.cut();
      await worker.next('handleDisconnected');
      await worker.next('handleDisconnected');
    },
  ],
  'a server that is not there': [
    { url: `ws://127.0.0.1:1/${SECRET}?secret=${SECRET}` },
    ({ told }) => told('socket.lost'),
  ],
  'a proxy that is not there': [
    {
      url: `ws://phoenix.example/${SECRET}?secret=${SECRET}`,
      websocket: { proxy: `http://${SECRET}:${SECRET}@127.0.0.1:1` },
    },
    ({ told }) => told('socket.lost'),
  ],
  'a callback that throws what it was told': [
    {},
    async ({ worker, server, told }) => {
      await worker.next('handleJoined');
      server.broadcast('room:1', 'spill', { token: SECRET });
      await told('callback.failed');
    },
  ],
  'a serializer that throws what it reads': [
    { serializer: careless() },
    async ({ worker, server, told }) => {
      await worker.next('handleJoined');
      server.broadcast('room:1', 'unreadable', { token: SECRET });
      await told('frame.misread');
    },
  ],
};

describe('no secret is reported by', () => {
  test.each(Object.entries(cases))('%s', async (_, [options, what]) => {
    await expect(reported(options, what)).resolves.not.toContain(SECRET);
  });
});

function careless(): Serializer {
  return {
    ...v2,
    decode: (frame) => {
      if (String(frame).includes('unreadable')) throw new Error(`cannot read ${String(frame)}`);
      return v2.decode(frame);
    },
  };
}
