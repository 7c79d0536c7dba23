/** The Hub's chat in a terminal: who is online, who comes and goes, who is typing, and what they shout. */

import { type Channel, connect } from 'gen-socket-client';
import type { Hub } from './hub.js';
import { Screen } from './screen.js';

const url = process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket';
const screen = new Screen();
const name = process.argv[2] ?? (await screen.ask('your name: '));
const room = process.argv[3] ?? ((await screen.ask('room [lobby]: ')) || 'lobby');

const socket = await connect<Hub>(url, { serializer: 'v1' });
const chat = await socket.join(`room:${room}`, { username: name });
await Promise.all([printPresence(chat), printShouts(chat), printLosses(chat), readLines(chat)]);

type Room = Channel<Hub, `room:${string}`>;

async function printPresence({ presence }: Room) {
  for await (const change of presence.changes()) {
    switch (change.type) {
      case 'synced':
        screen.print(`online: ${change.entries.map(({ key }) => key).join(', ') || 'nobody yet'}`);
        break;
      case 'joined':
        screen.print(`${change.entry.key} has joined`);
        break;
      case 'left':
        screen.print(`${change.entry.key} has left`);
        break;
      case 'updated':
        if (isTyping(change.entry) !== isTyping(change.previous)) {
          screen.print(
            `${change.entry.key} ${isTyping(change.entry) ? 'is' : 'has stopped'} typing`,
          );
        }
    }
  }
}

/** On any of their devices. */
function isTyping({ metas }: { readonly metas: readonly { readonly typing: boolean }[] }) {
  return metas.some(({ typing }) => typing);
}

async function printShouts(room: Room) {
  for await (const { payload } of room.messages('shout')) {
    screen.print(`< ${payload.name} says: ${payload.body}`);
  }
}

/** Phoenix keeps nothing for who is away. */
async function printLosses(room: Room) {
  for await (const { state, gap } of room.changes()) {
    if (state === 'joining') screen.print('(connection lost: what others say is missed)');
    if (state === 'joined' && gap !== null) screen.print('(back again)');
  }
}

async function readLines(chat: Room) {
  screen.onTyping((typing) => {
    chat.push('user:typing', { typing }, { delivery: 'volatile' });
  });
  for await (const line of screen.lines()) {
    if (line === '/quit') break;
    if (line === '/who')
      screen.print(
        `online: ${chat.presence
          .list()
          .map(({ key }) => key)
          .join(', ')}`,
      );
    else if (line !== '') chat.push('shout', { body: line, channel: room, name });
  }
  screen.close();
  await socket.drain({ grace: '2s' });
}
