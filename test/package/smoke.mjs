/** Imports the installed package by each of its entry points and looks for what each promises. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as charts from 'gen-socket-client/charts';
import * as store from 'gen-socket-client/store';
import * as telemetry from 'gen-socket-client/telemetry';
import * as testing from 'gen-socket-client/testing';
import * as main from 'gen-socket-client';

const PROMISED = [
  [main, ['GenSocketClient', 'PhoenixSocketError', 'hasCode']],
  [charts, ['channelMachine', 'socketMachine']],
  [store, ['levelStore', 'memoryStore']],
  [telemetry, ['countIn', 'logTo']],
  [testing, ['PhoenixDouble', 'memoryTransport', 'seedChannels', 'simulate']],
];

for (const [entry, names] of PROMISED) {
  for (const name of names) assert.ok(name in entry, `${name} is not exported`);
}

/** A store on disk, opened twice: its library is installed with the package. */
const kept = { key: 'k', topic: 'ping:wild', event: 'ping', payload: {}, expires: null };
const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
const first = store.levelStore(folder);
await first.put(kept);
await first.close();
const second = store.levelStore(folder);
for await (const push of second.all()) assert.deepEqual(push, kept);
await assert.rejects(first.put(kept), { code: 'PHX_STORE_LOCKED' });
await second.close();
rmSync(folder, { recursive: true });

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
