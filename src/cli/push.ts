/** `push`: joins, pushes once, and prints the reply. */

import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Reply, Socket } from '../index.js';
import type { CliCommand } from './cli-command.js';
import { DIAL_OPTIONS } from './dial-options.js';
import { durationOf } from './duration-text.js';
import type { ExitName } from './exit-codes.js';
import type { Given } from './given.js';
import { JOIN_PARAMS, joinParams } from './join-params.js';
import { jsonOf } from './json-text.js';
import { plainJson } from './plain-json.js';
import { withSocket } from './session.js';
import type { Terminal } from './terminal.js';

export const push: CliCommand = {
  name: 'push',
  summary: 'Join a topic, push one event, and print the reply.',
  args: [
    { form: '<URL>', about: 'of the socket: ws://localhost:4000/socket' },
    { form: '<TOPIC>', about: 'to join' },
    { form: '<EVENT>', about: 'to push' },
    { form: '[PAYLOAD]', about: 'JSON; - reads it from stdin; default {}' },
  ],
  options: [
    JOIN_PARAMS,
    { flags: '--timeout <duration>', about: 'for the join, and for the reply', standard: '10s' },
    { flags: '--no-reply', about: 'end when the push has been sent: many events have no reply' },
    ...DIAL_OPTIONS,
  ],
  examples: [
    [
      `push ws://localhost:4000/socket ping:wild ping '{"ack_phrase": "wit"}'`,
      'Ask, and print {"status":"ok","response":{"ping":"wit"}}',
    ],
    [`push ws://localhost:4000/socket rooms:lobby quicksand --no-reply`, 'Say, and be gone'],
    [`push ws://localhost:4000/socket ping:wild echo - <<< '{"a": 1}'`, 'Push what comes on stdin'],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const [, , , payload = '{}'] = given.args;
  const timeout = durationOf('--timeout', given.text('timeout'));
  const params = joinParams(given);
  const { signal } = terminal;
  const message = jsonOf('the payload', payload === '-' ? await allOfStdin(signal) : payload);
  const timeouts = { connect: timeout, join: timeout, push: timeout };
  return withSocket(given, terminal, { timeouts }, async (socket) => {
    const reply = await ask(socket, given, { params, message });
    if (reply === null) return 'ok';
    await terminal.print(plainJson(reply));
    return reply.status === 'ok' ? 'ok' : 'failed';
  });
}

/** Rejects with the reason of the signal, though nobody ends what it waits for. */
async function allOfStdin(signal: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** Null: none was wanted. */
async function ask(
  socket: Socket,
  given: Given,
  { params, message }: { readonly params: unknown; readonly message: unknown },
): Promise<Reply | null> {
  const [, topic = '', event = ''] = given.args;
  const channel = await socket.join(topic, params, { presence: false });
  const asked = channel.push(event, message);
  if (given.isOff('reply')) {
    await asked.sent();
    await socket.drain({ grace: 0 });
    return null;
  }
  return asked.reply();
}
