/** phoenix.js that disconnects while a push waits for its reply. */

import { Socket } from 'phoenix';
import { WebSocket } from 'ws';
import { say } from '../../support/say.js';

const PUSH_TIMEOUT = 1000;

const socket = new Socket(process.argv[2] ?? '', { transport: WebSocket });
const channel = socket.channel('desk:1');

function askAndGo(): void {
  channel
    .push('ask', {}, PUSH_TIMEOUT)
    .receive('ok', () => say('answered'))
    .receive('error', () => say('refused'))
    .receive('timeout', () => say('timed out'));
  socket.disconnect(() => {
    say('disconnected, channel', channel.state);
    setImmediate(sayTimers);
  });
}

function sayTimers(): void {
  say('timers:', process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length);
}

process.on('exit', () => say('exit, channel', channel.state));
socket.connect();
channel.join().receive('ok', askAndGo);
