/** Imports the installed package by each of its entry points and looks for what each promises. */

import assert from 'node:assert/strict';
import * as charts from 'gen-socket-client/charts';
import * as telemetry from 'gen-socket-client/telemetry';
import * as testing from 'gen-socket-client/testing';
import * as main from 'gen-socket-client';

const PROMISED = [
  [main, ['GenSocketClient', 'PhoenixSocketError', 'hasCode']],
  [charts, ['channelMachine', 'socketMachine']],
  [telemetry, ['countIn', 'logTo']],
  [testing, ['PhoenixDouble', 'memoryTransport', 'seedChannels', 'simulate']],
];

for (const [entry, names] of PROMISED) {
  for (const name of names) assert.ok(name in entry, `${name} is not exported`);
}

/** The main job in small: connect, join, push, be answered, lose it, come back, stop. */
const server = await testing.PhoenixDouble.start(testing.seedChannels());
const told = [];

class Worker extends main.GenSocketClient {
  init() {
    this.join('ping:wild');
  }

  async handleJoined({ topic, gap }) {
    const response = await this.push(topic, 'ping', { ack_phrase: 'wit' }).ok();
    told.push([response, gap === null ? 'first' : 'again']);
    if (told.length === 1) server.cut();
    else this.stop('done');
  }
}

const reason = await new Worker().start({ url: server.url }).stopped;
await server[Symbol.asyncDispose]();
assert.deepEqual(reason, { kind: 'requested', reason: 'done' });
assert.deepEqual(told, [
  [{ ping: 'wit' }, 'first'],
  [{ ping: 'wit' }, 'again'],
]);
