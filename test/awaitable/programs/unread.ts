/** Messages that nobody reads, and messages that are read out of their order: what they leave on the heap. */

import { connectIn } from '../../../src/awaitable/connect.js';
import { Reporter } from '../../../src/telemetry/telemetry.js';
import { heapInUse, turn } from '../../support/heap.js';
import { MemoryPhoenix } from '../../support/memory-phoenix.js';
import { say } from '../../support/say.js';
import { SimulatedClock } from '../../support/simulated-clock.js';

const TOPIC = 'room:1';
const LIMIT = 100;
const ROUNDS = 100;
const IN_A_ROUND = 1000;

const clock = new SimulatedClock();
const phoenix = new MemoryPhoenix();
const reporter = new Reporter([], () => clock.now());
const socket = await connectIn(
  () => ({ clock, random: () => 0, reporter, makeKey: () => 'key' }),
  'ws://phoenix/socket',
  {
    transports: [phoenix.transport],
    inbox: { messages: LIMIT },
  },
);
const room = await socket.join(TOPIC);

async function flood(): Promise<void> {
  for (let n = 1; n <= IN_A_ROUND; n += 1) phoenix.push(TOPIC, 'said', { n });
  await turn();
  await room.receive('said', { n: IN_A_ROUND });
  await socket.receive();
}

async function floods(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await flood();
}

await floods(ROUNDS);
const before = await heapInUse();
await floods(ROUNDS);
say('heap', (await heapInUse()) - before);
say('waiting', socket.flush().length);
say('dropped', room.dropped);
await socket.disconnect();
