import { GenSocketClient, type Joined, type Message, type Replied } from 'gen-socket-client';

class PingWorker extends GenSocketClient {
  override init() {
    this.join('ping:wild'); // wanted from now on: joined again after every loss
    this.push('ping:wild', 'ping', { ack_phrase: 'early' }); // waits for the join
  }

  override async handleJoined({ topic, gap }: Joined) {
    if (gap) console.log(`${topic}: messages since ${gap.from.toISOString()} may be lost`);
    const ping = await this.push('ping:wild', 'ping', { ack_phrase: 'wit' }).outcome();
    if (ping.ok) console.log('asked:', ping.response);
    else console.log('asked:', ping.error.code, 'delivered:', ping.error.delivered);
  }

  override handleReply({ event, status, response }: Replied) {
    console.log('told:', event, status, response); // a reply that nobody has asked for
  }

  override handleMessage({ topic, event, payload }: Message) {
    console.log(topic, event, payload);
  }
}

export const client = new PingWorker().start({
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  credentials: () => ({ params: { user: 'robin' } }), // or async; asked before every dial
});
void client.stopped.then(({ kind }) => console.log('stopped:', kind));
