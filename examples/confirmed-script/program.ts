// A script that may be killed at any line: what it has stored is delivered by the next run.
import { connect } from 'gen-socket-client';
import { levelStore } from 'gen-socket-client/store';

const socket = await connect(process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket', {
  outbox: { store: levelStore(process.env['OUTBOX'] ?? './outbox') },
});
for (const [topic, pushes] of socket.confirmed.orphans()) {
  console.log(`${topic}: ${pushes} left by an earlier run`);
}

const till = await socket.join('ping:till'); // what is left of it goes out first
const sale = till.push('echo', { id: 42 }, { delivery: 'confirmed', key: 'sale:42' });
await sale.queued();
console.log('on disk');
console.log('confirmed:', await sale.ok());

const { persisted } = await socket.drain();
console.log('left to the next run:', persisted);
