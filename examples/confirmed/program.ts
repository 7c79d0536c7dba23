import { GenSocketClient, type PushFailed, type Replied } from 'gen-socket-client';
import { levelStore } from 'gen-socket-client/store';

class Till extends GenSocketClient {
  override async init() {
    this.join('ping:till');
    const sale = { delivery: 'confirmed', key: 'sale:42' } as const; // the server knows it again by its key
    await this.push('ping:till', 'echo', { id: 42 }, sale).queued();
    console.log('sale:42 is on disk'); // from here on a kill does not lose it
  }

  override handleReply({ key, status }: Replied) {
    console.log(key, status); // told by the process that gets the reply, this one or a later one
    this.stop();
  }

  override handlePushError({ key, error }: PushFailed) {
    console.log(key, error.code, error.delivered); // given up: a dead letter
  }
}

new Till().start({
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  outbox: { store: levelStore(process.env['OUTBOX'] ?? './outbox') },
});
