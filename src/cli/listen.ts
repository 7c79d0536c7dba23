/** `listen`: joins topics and prints what they say, a JSON object a line; pushes what comes on stdin. */

import type { CliCommand } from './cli-command.js';
import { DIAL_OPTIONS } from './dial-options.js';
import { CommandError, type ExitName } from './exit-codes.js';
import type { Given } from './given.js';
import { jsonOf } from './json-text.js';
import { Listening } from './listening.js';
import { plainJson, prettyJson } from './plain-json.js';
import { RawFrames } from './raw-frames.js';
import { dialOptions } from './dial-options.js';
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
    { flags: '--params <json>', about: 'params of each join' },
    { flags: '--event <pattern>', about: 'print these events only; * stands for anything' },
    { flags: '--raw', about: 'print every frame that comes, as the version writes messages' },
    { flags: '--count <n>', about: 'end after so many lines' },
    { flags: '--pretty', about: 'print for a person, over several lines' },
    { flags: '--retry', about: 'wait for a server that is not there yet' },
    ...DIAL_OPTIONS,
  ],
  examples: [
    ['listen ws://localhost:4000/socket numbers:positive', 'Print what comes, until Ctrl-C'],
    [
      `listen ws://localhost:4000/socket numbers:positive --event update | jq .payload.number`,
      'Compose in a pipe',
    ],
    [
      `listen ws://localhost:4000/socket rooms:lobby --count 1 <<< '{"event": "push to me"}'`,
      'Push, print what it causes, and end',
    ],
    [
      `listen ws://localhost:4000/socket numbers:negative --vsn 1 --raw`,
      'See the frames of version 1',
    ],
  ],
  run,
};

async function run(given: Given, terminal: Terminal): Promise<ExitName> {
  const [, ...topics] = given.args;
  const params = jsonOf('--params', given.text('params') ?? '{}');
  const limit = countOf(given.text('count'));
  const frames = given.has('raw') ? new RawFrames(dialOptions(given).serializer) : null;
  const write = given.has('pretty')
    ? (value: unknown) => prettyJson(value, terminal.isColourful)
    : plainJson;
  const options = {
    retry: given.has('retry'),
    ...(frames !== null && { serializer: frames.serializer }),
  };
  await withSocket(given, terminal, options, async (socket) => {
    const listening = new Listening(socket, terminal, {
      topics,
      params,
      pattern: given.text('event') ?? '*',
      limit,
      write,
    });
    await listening.run(frames);
  });
  return 'ok';
}

function countOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CommandError('usage', `--count is ${text}: write a number from 1 on`);
}
