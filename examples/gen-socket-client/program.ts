// The README of phoenix_gen_socket_client, every policy off: the callbacks decide everything.
import {
  type ChannelClosed,
  type Disconnected,
  GenSocketClient,
  type Joined,
  type JoinFailed,
  type Message,
  type PushFailed,
  type Replied,
} from 'gen-socket-client';

type Ping = { readonly ack_phrase: string };

const topic = 'ping:lobby';
const pause = Number(process.env['PAUSE_MS'] ?? 1000);

class PingWorker extends GenSocketClient {
  readonly #waiting: unknown[] = [];
  #failures = 0;
  #pings = 0;

  override init() {
    this.every(pause, () => {
      this.#ping();
    });
  }

  override handleConnected() {
    this.join(topic);
  }

  override handleDisconnected({ close }: Disconnected) {
    this.#failures += 1;
    if (this.#failures > 5) this.stop(`gave up after ${close.cause} ${close.code}`);
    else if (this.#failures === 1) this.connect();
    else this.after(pause, () => this.connect());
  }

  override handleJoined({ topic, response }: Joined) {
    this.#failures = 0;
    console.log('joined', topic, response);
    for (const payload of this.#waiting.splice(0)) this.push(topic, 'ping', payload);
  }

  override handleJoinError({ topic, error }: JoinFailed) {
    console.log('not joined', topic, error.code, error.response);
    this.after(pause, () => this.join(topic));
  }

  override handleChannelClosed({ topic, cause }: ChannelClosed) {
    if (cause !== 'left') this.after(pause, () => this.join(topic));
  }

  override handleReply({ status, response }: Replied) {
    console.log('reply', status, response);
  }

  override handleMessage({ topic, event, payload }: Message) {
    console.log(topic, event, payload);
  }

  override handleInfo(told: 'connect' | Ping) {
    if (told === 'connect') this.connect();
    else this.push(topic, 'ping', told);
  }

  override handlePushError({ payload, error }: PushFailed) {
    if (error.delivered === 'no') this.#waiting.push(payload);
  }

  override handleCall(_request: 'count') {
    return this.#pings;
  }

  #ping() {
    if (this.joined(topic)) this.push(topic, 'ping', { ack_phrase: String(++this.#pings) });
  }
}

const client = new PingWorker().start({
  url: process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  autoConnect: false,
  reconnect: false,
  rejoin: false,
  outbox: false,
});
client.notify({ ack_phrase: 'accumulated until the join' });
console.log('pings:', await client.call('count'), client.status.state);
client.notify('connect');

process.once('SIGINT', () => void client.stop('Ctrl-C'));
console.log(await client.stopped);
