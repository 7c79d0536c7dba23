import { GenSocketClient, type Message } from 'gen-socket-client';
import { PhoenixDouble } from 'gen-socket-client/testing';

const server = await PhoenixDouble.start({
  'room:*': {
    join: (params) => ({ welcome: params }),
    handle: {
      shout(payload, channel) {
        channel.broadcast('shout', payload);
      },
    },
  },
});

class Chatter extends GenSocketClient {
  override init() {
    this.join('room:lobby', { name: 'robin' });
    this.push('room:lobby', 'shout', { body: 'hello' });
  }

  override handleMessage({ event, payload }: Message) {
    console.log(event, payload);
    this.stop('heard myself');
  }
}

console.log(await new Chatter().start({ url: server.url }).stopped);
await server[Symbol.asyncDispose]();
