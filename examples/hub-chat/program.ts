/** The Hub's chat in a terminal: who is online, who comes and goes, who is typing, and what they shout. */

import { type Channel, connect, type PresenceChange, type PresenceEntry } from 'gen-socket-client';
import type { Hub } from './hub.js';
import { Screen } from './screen.js';

const url = process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket';
const screen = new Screen();
const name = process.argv[2] ?? (await screen.ask('your name: '));
if (name === '') quit('nobody chats without a name');
const room = process.argv[3] ?? ((await screen.ask('room [lobby]: ')) || 'lobby');

const socket = await connect<Hub>(url, { serializer: 'v1' }).catch(quit);
const chat = await socket.join(`room:${room}`, { username: name }).catch(quit);
await Promise.all([printPresence(chat), printShouts(chat), printLosses(chat), readLines(chat)]);

function quit(why: unknown): never {
  console.error(why instanceof Error ? why.message : why);
  process.exit(1);
}

type Room = Channel<Hub, `room:${string}`>;
type Meta = Hub['room:*']['presence'];

async function printPresence({ presence }: Room) {
  for await (const change of presence.changes()) {
    if (change.type === 'synced') screen.print(`online: ${namesOf(change.entries)}`);
    else if (change.entry.key !== name) printChange(change);
  }
}

function printChange(change: Exclude<PresenceChange<Meta>, { type: 'synced' }>) {
  const { type, entry } = change;
  if (type !== 'updated') screen.print(`${entry.key} has ${type}`);
  else if (isTyping(entry) !== isTyping(change.previous)) {
    screen.print(`${entry.key} ${isTyping(entry) ? 'is' : 'has stopped'} typing`);
  }
}

function namesOf(entries: readonly PresenceEntry[]) {
  return entries.map(({ key }) => key).join(', ') || 'nobody yet';
}

/** On any of their devices. */
function isTyping({ metas }: PresenceEntry<Meta>) {
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
    if (line === '/who') screen.print(`online: ${namesOf(chat.presence.list())}`);
    else if (line.trim() !== '') chat.push('shout', { body: line, channel: room, name });
  }
  screen.close();
  await socket.drain({ grace: '2s' });
}
