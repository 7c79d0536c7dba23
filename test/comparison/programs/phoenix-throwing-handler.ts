/** phoenix.js with a handler that throws, and perhaps with a listener for uncaught exceptions. */

import { Socket } from 'phoenix';
import { WebSocket } from 'ws';
import { say } from '../../support/say.js';

const [url = '', listens] = process.argv.slice(2);
const socket = new Socket(url, { transport: WebSocket, heartbeatIntervalMs: 1000 });
const channel = socket.channel('room:1');

if (listens === 'listens') {
  process.on('uncaughtException', ({ message }) => {
    say('uncaught:', message);
    say('the socket is', socket.connectionState());
  });
}
channel.on('boom', () => {
  say('first handler');
  throw new Error('boom');
});
channel.on('boom', () => say('second handler'));
channel.on('after', () => say('after'));
channel.onError((error: { readonly reason: string }) => {
  say('channel error:', error.reason);
  process.exit();
});
socket.connect();
channel.join();
