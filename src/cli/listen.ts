/** `listen`: joins topics and prints what they say, a JSON object a line; pushes what comes on stdin. */

import type { CliCommand } from './cli-command.js';
import { DIAL_OPTIONS, dialOptions } from './dial-options.js';
import { CommandError, type ExitName } from './exit-codes.js';
import type { Given } from './given.js';
import { JOIN_PARAMS, joinParams } from './join-params.js';
import { Listening } from './listening.js';
import { Narrator } from './narrator.js';
import { plainJson, prettyJson } from './plain-json.js';
import { RawFrames } from './raw-frames.js';
import { withSocket } from './session.js';
import type { Terminal } from './terminal.js';

export const listen: CliCommand = {
  name: 'listen',
  summary: 'Join topics, print what they say, and push what comes on stdin.',
  args: [
    { form: '<URL>', about: 'of the socket: ws://localhost:4000/socket' },
    { form: '<TOPIC...>', about: 'to join' },
  ],
  options: [
    JOIN_PARAMS,
    { flags: '--event <pattern>', about: 'print these events only; * stands for anything' },
    { flags: '--raw', about: 'print every frame that comes, as its version writes it' },
    { flags: '--count <n>', about: 'end after so many lines' },
    { flags: '--pretty', about: 'print for a person, over several lines' },
    { flags: '--retry', about: 'wait for a server that is not there yet' },
    ...DIAL_OPTIONS,
  ],
  examples: [
    ['listen ws://localhost:4000/socket numbers:positive', 'Print what comes, until Ctrl-C'],
    [
      'listen ws://localhost:4000/socket numbers:positive numbers:negative | head -n 3',
      'Listen to two topics, and compose in a pipe',
    ],
    [
      `listen ws://localhost:4000/socket rooms:lobby --count 1 <<< '{"event": "push to me"}'`,
      'Push, print what it causes, and end',
    ],
    [
      'listen ws://localhost:4000/socket numbers:negative --vsn 1 --raw',
      'See the frames of version 1',
    ],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const [, ...topics] = given.args;
  const limit = countOf(given.text('count'));
  const params = joinParams(given);
  const retry = given.has('retry');
  const narrator = new Narrator((line) => terminal.err(line), retry);
  const crowded = () => {
    narrator.crowded();
  };
  const frames = given.has('raw') ? new RawFrames(dialOptions(given).serializer, crowded) : null;
  const serializer = frames?.serializer;
  const options = { retry, telemetry: narrator, ...(serializer && { serializer }) };
  const pattern = given.text('event') ?? '*';
  const terms = { topics, params, pattern, limit, frames, write: writerFor(given, terminal) };
  await withSocket(given, terminal, options, (socket) =>
    new Listening(socket, terminal, narrator, terms).run(),
  );
  return 'ok';
}

function writerFor(given: Given, terminal: Terminal): (value: unknown) => string {
  return given.has('pretty') ? (value) => prettyJson(value, terminal.isColourful) : plainJson;
}

function countOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CommandError('usage', `--count is ${text}: write a number from 1 on`);
}
