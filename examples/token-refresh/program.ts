// A worker whose token expires: given before every attempt, replaced when the server refuses it, the end when it cannot be.
import {
  type Connected,
  type CredentialsRequest,
  type Disconnected,
  GenSocketClient,
  hasCode,
  type Joined,
  UnauthorizedError,
} from 'gen-socket-client';
import { EXPIRED, refresh } from './identity-provider.js';

class Wallet {
  token = EXPIRED; // found on disk, from yesterday

  /** Asked before every attempt: at hand unless it was refused, and never out of date. */
  async credentials({ attempt, refused, signal }: CredentialsRequest) {
    console.log(`attempt ${attempt}:`, refused ? 'refused, a new token' : 'the token at hand');
    if (refused) this.token = await this.#renewed(signal);
    return { authToken: this.token, params: { uid: 'token-refresh' } };
  }

  async #renewed(signal: AbortSignal) {
    const token = await refresh(signal);
    if (token === null) throw new UnauthorizedError('log in again: the refresh token has expired');
    return token;
  }
}

class Member extends GenSocketClient {
  readonly #wallet: Wallet;

  constructor(wallet: Wallet) {
    super();
    this.#wallet = wallet;
  }

  override init() {
    // Asked before every join.
    this.join('ping:members', () => ({ token: this.#wallet.token }));
  }

  override handleConnected({ attempt }: Connected) {
    console.log(`attempt ${attempt}: connected`);
  }

  override handleJoined({ topic }: Joined) {
    console.log('joined', topic);
    // An hour later: the token's time is up, and the server disconnects its user.
    this.#wallet.token = EXPIRED;
    this.push(topic, 'disconnect_me');
  }

  override handleDisconnected({ close, retryIn }: Disconnected) {
    const next = retryIn === null ? 'for good' : 'tried again soon';
    console.log('disconnected:', close.cause, close.status ?? close.code, next);
  }
}

const wallet = new Wallet();
const client = new Member(wallet).start({
  url: process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  credentials: (request) => wallet.credentials(request),
});

process.once('SIGINT', () => void client.stop('Ctrl-C'));
const end = await client.stopped;
if (end.kind === 'unauthorized' && hasCode(end.error, 'PHX_UNAUTHORIZED')) {
  console.log(end.error.message);
}
