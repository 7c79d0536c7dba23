/** What `serve` says when it listens: where, with which channels, and what to try next. */

import type { ChannelTable } from '../testing/channel-double.js';
import type { PhoenixDouble } from '../testing/phoenix-double.js';
import type { ServerKind } from '../testing/server-kind.js';
import type { Paint } from './paint.js';

/** What a channel is for; its events stand in its own table. */
const PURPOSES: { readonly [pattern: string]: string } = {
  'ping:*': 'answers; a join with {"deny": "why"} is refused',
  'numbers:*': 'pushes update every second, on numbers:positive and numbers:negative',
  'rooms:lobby': "the channel of Slipstream's tutorial",
  'room:*':
    'a chat with presence (presence_state, presence_diff); join it with {"username": "you"}',
};

export function greeting(
  double: PhoenixDouble,
  channels: ChannelTable,
  server: ServerKind,
  paint: Paint,
): readonly string[] {
  return [
    `listening on ${paint('bold', double.url)}, as ${server} does`,
    '',
    'channels',
    ...Object.entries(channels).flatMap(([pattern, { handle = {} }]) => [
      `  ${paint('bold', pattern)}  ${PURPOSES[pattern] ?? ''}`.trimEnd(),
      ...eventLines(Object.keys(handle)),
    ]),
    '',
    'try',
    `  gen-socket-client listen ${double.url} numbers:positive`,
    `  gen-socket-client listen ${double.url} room:den --params '{"username": "you"}'`,
    `  gen-socket-client push ${double.url} ping:demo ping`,
    `  gen-socket-client repl ${double.url}`,
    `  gen-socket-client doctor ${double.url} ping:demo`,
    `  gen-socket-client run --url ${double.url}`,
    '',
    'Ctrl-C ends it',
  ];
}

const WIDTH = 76;

/** Quoted where they hold a space; broken where a line is full. */
function eventLines(events: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const event of events.map((name) => (name.includes(' ') ? `"${name}"` : name))) {
    const last = lines.at(-1);
    if (last === undefined || last.length + event.length >= WIDTH) lines.push(`    ${event}`);
    else lines[lines.length - 1] = `${last} ${event}`;
  }
  return lines;
}
