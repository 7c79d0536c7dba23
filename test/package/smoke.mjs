/** Imports the installed package by each of its entry points and looks for what each promises. */

import assert from 'node:assert/strict';
import * as charts from 'gen-socket-client/charts';
import * as testing from 'gen-socket-client/testing';
import * as main from 'gen-socket-client';

const PROMISED = [
  [main, ['GenSocketClient', 'PhoenixSocketError', 'hasCode']],
  [charts, ['channelMachine', 'socketMachine']],
  [testing, ['PhoenixDouble', 'memoryTransport', 'seedChannels']],
];

for (const [entry, names] of PROMISED) {
  for (const name of names) assert.ok(name in entry, `${name} is not exported`);
}
