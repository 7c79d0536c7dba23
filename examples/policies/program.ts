import {
  type ChannelClosed,
  type ClientOptions,
  type Disconnected,
  GenSocketClient,
  type JoinFailed,
} from 'gen-socket-client';

/** Plain data: this could be a JSON or YAML file. */
const policies: ClientOptions = {
  rejoin: { delays: ['500ms', '2s', '10s'], refused: 2 },
  heartbeat: { interval: '20s' },
  outbox: { messages: 100, ttl: '10s', whenFull: 'dropOldest' },
};

/** A function: shown what the default would do, it answers in the same word. */
function patience({ close, retryIn }: Disconnected) {
  if (close.code === 4001) return null; // banned: no more attempts
  if (close.status === 404) return '5m'; // not deployed yet
  return retryIn; // the default's own, drawn once
}

class Watcher extends GenSocketClient {
  override init() {
    this.join('ping:wild');
    // One topic may have a policy of its own, over the client's field by field.
    this.join('members:only', {}, { rejoin: { refused: false } });
  }

  override handleJoinError({ topic, error, retryIn }: JoinFailed) {
    console.log(topic, error.code, retryIn === null ? 'given up' : 'tried again');
  }

  override handleChannelClosed({ topic, cause, retryIn }: ChannelClosed) {
    console.log(topic, cause, retryIn === null ? 'given up' : 'joined again soon');
  }

  override handleDisconnected({ close, retryIn }: Disconnected) {
    console.log(close.code, retryIn === null ? 'given up' : 'dialed again soon');
  }
}

export const client = new Watcher().start({
  ...policies,
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  reconnect: patience,
});
