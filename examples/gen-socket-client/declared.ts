// The same worker, declared: no life-cycle callback is left.
import { GenSocketClient, type Replied } from 'gen-socket-client';

type Ping = { readonly ack_phrase: string };

const topic = 'ping:lobby';
const pause = Number(process.env['PAUSE_MS'] ?? 1000);

class PingWorker extends GenSocketClient {
  #pings = 0;

  override init() {
    this.join(topic);
    this.every(pause, () => {
      this.#ping();
    });
  }

  override handleReply({ response }: Replied) {
    console.log('reply', response);
  }

  override handleInfo(payload: Ping) {
    this.push(topic, 'ping', payload);
  }

  #ping() {
    const payload = { ack_phrase: String(++this.#pings) };
    this.push(topic, 'ping', payload, { delivery: 'volatile' }); // now or never
  }
}

const client = new PingWorker().start({
  url: process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  reconnect: { delays: [0, pause], attempts: 5 },
  rejoin: { delays: [pause] },
  outbox: { messages: 100, ttl: '5m' },
});
client.notify({ ack_phrase: 'accumulated until the join' });

process.once('SIGINT', () => void client.stop('Ctrl-C'));
const end = await client.stopped;
console.log(end.kind === 'gaveUp' ? `gave up after ${end.close.cause} ${end.close.code}` : end);
