/** `serve`: the double with the channels of the seeds, for development without Elixir. */

import {
  type ChannelTable,
  PhoenixDouble,
  type PhoenixDoubleOptions,
  seedChannels,
  type ServerKind,
} from '../testing/index.js';
import type { CliCommand } from './cli-command.js';
import { CommandError, type ExitName } from './exit-codes.js';
import type { Given } from './given.js';
import { loudChannels, loudConnect } from './loud-channels.js';
import { greeting } from './serve-greeting.js';
import type { Terminal } from './terminal.js';

const LAST_PORT = 65_535;

export const serve: CliCommand = {
  name: 'serve',
  summary: 'Serve Phoenix Channels on this machine, for development without Elixir.',
  args: [],
  options: [
    { flags: '--port <port>', about: 'where to listen; 0: any free port', standard: '4000' },
    {
      flags: '--server <kind>',
      about: 'whose habits it has: bandit or cowboy',
      standard: 'bandit',
    },
    { flags: '--verbose', about: 'say on stderr what clients do, without payloads' },
  ],
  examples: [
    ['serve', 'Listen on port 4000 until Ctrl-C'],
    ['serve --port 0 --verbose', 'Listen on any free port, and say who joins and pushes what'],
    ['serve --server cowboy', 'Close connections as Cowboy does'],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const server = serverOf(given.text('server'));
  const channels = seedChannels();
  const tell = given.has('verbose') ? (line: string) => terminal.err(line) : null;
  const double = await listen(tell === null ? channels : loudChannels(channels, tell), {
    port: portOf(given.text('port')),
    server,
    ...(tell !== null && { connect: loudConnect(tell) }),
  });
  for (const line of greeting(double, channels, server, terminal.paint)) terminal.out(line);
  await aborted(terminal.signal);
  await double.drain();
  await double.stop();
  return 'ok';
}

async function listen(
  channels: ChannelTable,
  options: PhoenixDoubleOptions & { readonly port: number },
): Promise<PhoenixDouble> {
  try {
    return await PhoenixDouble.start(channels, options);
  } catch (error) {
    throw refusalOf(error, options.port);
  }
}

function refusalOf(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const remedy = 'choose another with --port (0: any free port)';
  if (code === 'EADDRINUSE') {
    return new CommandError(
      'unavailable',
      `port ${port} is taken: stop what listens there, or ${remedy}`,
    );
  }
  if (code !== 'EACCES') return error;
  return new CommandError('noPermission', `port ${port} may not be opened by this user: ${remedy}`);
}

function portOf(text = ''): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= LAST_PORT) return Number(text);
  throw new CommandError('usage', `--port is ${text}: write a number from 0 to ${LAST_PORT}`);
}

function serverOf(text: string | undefined): ServerKind {
  if (text === 'bandit' || text === 'cowboy') return text;
  throw new CommandError('usage', `--server is ${String(text)}: write bandit or cowboy`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      resolve();
    };
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
