/** `repl`: a socket at Node's own prompt, with `await`, history and completion. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import { type REPLServer, start } from 'node:repl';
import { connect, hasCode, type Socket } from '../index.js';
import type { CliCommand } from './cli-command.js';
import { DIAL_OPTIONS } from './dial-options.js';
import type { ExitName } from './exit-codes.js';
import type { Given } from './given.js';
import { startOnPipe } from './piped-prompt.js';
import { withSocket } from './session.js';
import type { Terminal } from './terminal.js';

const HISTORY = 'GEN_SOCKET_CLIENT_HISTORY';

/** Slipstream's, with what has no line there. */
const TUTORIAL = `  const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' })
  lobby.push('quicksand', { a: 'b' }).ref            a push, and its ref
  await lobby.push('ping').reply()                   its reply; .ok() is the response alone
  lobby.push('push to me')
  await lobby.receive('foo', { bar: 'baz' })         the first message that matches
  lobby.push('push to me')
  await socket.receive()                             the first of any topic
  socket.flush()                                     all that wait
  socket.status                                      how it stands; lobby.status, too
  socket.timeline()                                  how it came so
  for await (const m of lobby.messages()) console.log(m)     until Ctrl-C
  await lobby.leave()
  await socket.disconnect()`;

export const repl: CliCommand = {
  name: 'repl',
  summary: 'Explore a server at a prompt: socket is connected, await works.',
  args: [{ form: '<URL>', about: 'of the socket: ws://localhost:4000/socket' }],
  options: [
    {
      flags: '--history <path>',
      about: 'where to keep what was typed; default: .gen_socket_client_history at home',
      env: HISTORY,
    },
    ...DIAL_OPTIONS,
  ],
  examples: [
    ['repl ws://localhost:4000/socket', 'Then type .tutorial'],
    [
      `repl ws://localhost:4000/socket <<< 'await socket.join("ping:wild")'`,
      'Run what would be typed',
    ],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  return withSocket(given, terminal, {}, async (socket) => {
    terminal.err(`connected; socket is yours, .tutorial shows what to type, .exit ends`);
    const server = await prompt(socket, terminal, given);
    await ended(server, terminal.signal);
    return exitOf(server);
  });
}

/** A person has seen the error; whoever runs a script has to be told. */
function exitOf({ terminal, lastError }: REPLServer): ExitName {
  return terminal || lastError === undefined ? 'ok' : 'failed';
}

async function prompt(socket: Socket, terminal: Terminal, given: Given): Promise<REPLServer> {
  const server = process.stdin.isTTY ? startForPerson() : startForScript(terminal.isColourful);
  Object.assign(server.context, { socket, connect, hasCode });
  server.defineCommand('tutorial', {
    help: 'Show what to type',
    action() {
      this.clearBufferedCommand();
      this.output.write(`${TUTORIAL}\n`);
      this.displayPrompt();
    },
  });
  if (server.terminal) await remember(server, given.text('history'));
  return server;
}

/** In the realm of the library, as Node's own prompt; and Ctrl-C ends a wait that is too long. */
function startForPerson(): REPLServer {
  return start({ prompt: '> ', useGlobal: true, breakEvalOnSigint: true });
}

function startForScript(useColors: boolean): REPLServer {
  return startOnPipe({ input: process.stdin, output: process.stdout, useColors });
}

/** Without a history the prompt is as good: no error is worth ending it. */
function remember(
  server: REPLServer,
  path = join(homedir(), '.gen_socket_client_history'),
): Promise<void> {
  return new Promise((resolve) => {
    server.setupHistory(path, () => {
      resolve();
    });
  });
}

/** A prompt that is closed goes on for as long as it awaits; whoever ended the command does not. */
function ended(server: REPLServer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      resolve();
    };
    server.once('exit', done);
    signal.addEventListener('abort', () => {
      server.close();
      done();
    });
  });
}
