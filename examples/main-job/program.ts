// A worker on two topics, and a server that restarts under it: watch it lose the connection and come back.
import {
  type ChannelClosed,
  type Connected,
  type Disconnected,
  GenSocketClient,
  type Joined,
  type JoinFailed,
  type Message,
  type Replied,
  type StopReason,
} from 'gen-socket-client';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';

const RESTART_AFTER = 5000;
const PING_EVERY = 2000;

class Watcher extends GenSocketClient {
  override init() {
    this.join('ping:wild');
    this.join('numbers:positive', { every: 1000 });
    this.every(PING_EVERY, () => this.push('ping:wild', 'ping', { ack_phrase: 'wit' }));
  }

  override handleConnected({ attempt, transport }: Connected) {
    say('handleConnected', `over ${transport}, attempt ${attempt}`);
  }

  override handleDisconnected({ close, retryIn }: Disconnected) {
    const next = retryIn === null ? 'no other attempt' : `next attempt in ${retryIn} ms`;
    say('handleDisconnected', `${close.cause} ${close.code} (${close.reason}), ${next}`);
  }

  override handleJoined({ topic, response, gap }: Joined) {
    const away = gap && `, away for ${gap.to.getTime() - gap.from.getTime()} ms`;
    say('handleJoined', `${topic} ${JSON.stringify(response)}${away ?? ''}`);
  }

  override handleJoinError({ topic, error, retryIn }: JoinFailed) {
    say('handleJoinError', `${topic} ${error.code}, next join in ${String(retryIn)} ms`);
  }

  override handleChannelClosed({ topic, cause }: ChannelClosed) {
    say('handleChannelClosed', `${topic} ${cause}`);
  }

  override handleMessage({ topic, event, payload }: Message) {
    say('handleMessage', `${topic} ${event} ${JSON.stringify(payload)}`);
  }

  override handleReply({ topic, event, ref, status, response }: Replied) {
    say('handleReply', `${topic} ${event} (ref ${ref}) ${status} ${JSON.stringify(response)}`);
  }

  override terminate(reason: StopReason) {
    say('terminate', reason.kind);
  }
}

function say(who: string, what: string) {
  const time = new Date().toISOString().slice(11, 23);
  console.log(`${time}  ${who.padEnd(20)} ${what}`);
}

const server = await PhoenixDouble.start(seedChannels());
const client = new Watcher().start({ url: server.url });
console.log(
  `A Phoenix double listens on ${server.url}; a worker joins ping:wild and numbers:positive.`,
);
console.log(`In ${RESTART_AFTER / 1000} s the server restarts. Ctrl-C ends it all.\n`);

const restarting = setTimeout(() => {
  say('server', 'restarts');
  void server.restart();
}, RESTART_AFTER);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say('you', signal);
    clearTimeout(restarting);
    void client.stop(signal);
  });
}

await client.stopped;
await server[Symbol.asyncDispose]();
