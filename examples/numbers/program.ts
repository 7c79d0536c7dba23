// Positive numbers over version 1 and negative ones over version 2, for longer than the server lets a silent client live.
import { connect, type ConnectOptions } from 'gen-socket-client';

type Numbers = { 'numbers:*': { join(): object; events: { update: { number: number } } } };

const url = process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket';

async function stream(sign: 'positive' | 'negative', options: ConnectOptions) {
  const socket = await connect<Numbers>(url, options);
  const numbers = await socket.join(`numbers:${sign}`);
  const next = async () => (await numbers.receive('update')).payload.number;
  return { socket, numbers, next };
}

// Shorter than any server's patience. The default of 25 s is for Phoenix's 60 s; the mount /short has 1.5 s.
const heartbeat = { interval: '250ms' } as const;

const positive = await stream('positive', { serializer: 'v1', heartbeat });
const negative = await stream('negative', { serializer: 'v2', heartbeat });
// As wsta does it: what it never says is a heartbeat, and it does not come back.
const silent = await stream('positive', { serializer: 'v1', heartbeat: false, reconnect: false });

while (silent.socket.status.state === 'connected') {
  console.log('v1', await positive.next(), 'v2', await negative.next());
}

const end = await silent.socket.closed;
if (end.kind === 'gaveUp')
  console.log('without a heartbeat: closed by the server,', end.close.code);

for (const { socket, numbers, next } of [positive, negative]) {
  console.log('with one:', socket.status.state, 'gap:', numbers.status.gap, 'next:', await next());
  await socket.disconnect();
}
