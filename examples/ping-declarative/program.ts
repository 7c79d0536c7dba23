// The same worker, declared: no life-cycle callback is left.
import { GenSocketClient } from 'gen-socket-client';

type Ping = { readonly ack_phrase: string };

const topic = 'ping:lobby';
const pause = Number(process.env['PAUSE_MS'] ?? 1000);

class PingWorker extends GenSocketClient {
  #pings = 0;

  override init() {
    this.join(topic);
    this.every(pause, () => this.#ping());
  }

  override handleInfo(payload: Ping) {
    this.push(topic, 'ping', payload);
  }

  async #ping() {
    const payload = { ack_phrase: String(++this.#pings) };
    const ping = await this.push(topic, 'ping', payload, { delivery: 'volatile' }).outcome();
    if (ping.ok) console.log(ping.response);
    else console.log(ping.error.code, 'delivered:', ping.error.delivered);
  }
}

export const client = new PingWorker().start({
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  reconnect: { delays: [pause], attempts: 5 },
  rejoin: { delays: [pause] },
  outbox: { messages: 100, ttl: '5m' },
});
client.notify({ ack_phrase: 'accumulated until the join' });
void client.stopped.then((reason) => {
  if (reason.kind === 'gaveUp') console.log('gave up after', reason.close.cause);
});
