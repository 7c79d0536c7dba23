// A worker whose token lies in a file that somebody else rotates: followed without a restart, and waited for when it is no good.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  authTokenFile,
  type CredentialsRequest,
  type Disconnected,
  GenSocketClient,
  type Joined,
  UnauthorizedError,
} from 'gen-socket-client';

const folder = mkdtempSync(join(tmpdir(), 'token-rotation-'));
const file = join(folder, 'token');
const readToken = authTokenFile(file);

/** Asked before every dial. */
async function ask(request: CredentialsRequest) {
  const credentials = await readToken(request);
  if (credentials.authToken === 'revoked') throw new UnauthorizedError('the account is locked');
  console.log('dials with', credentials.authToken);
  return credentials;
}

/** Stands in for whoever rotates tokens; a real one renames a whole file into place. */
const later = ['tuesday', 'revoked', 'wednesday'];

function rotate() {
  const token = later.shift() ?? '';
  writeFileSync(file, token);
  console.log('the file says', token);
}

class Member extends GenSocketClient {
  override init() {
    this.join('ping:members');
  }

  override handleJoined({ topic }: Joined) {
    console.log('joined', topic);
    if (later.length > 1) rotate();
    else this.stop('done');
  }

  override handleDisconnected({ close, retryIn }: Disconnected) {
    console.log('disconnected:', close.cause, retryIn === null ? 'until told' : 'for a moment');
    if (close.cause === 'unauthorized') unlock();
  }
}

/** Somebody unlocks the account, and says so. */
function unlock() {
  console.log('state:', client.status.state);
  rotate();
  client.connect();
}

writeFileSync(file, 'monday');
const client = new Member().start({
  url: process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  credentials: ask,
  maxConnectionAge: '1s', // in production hours: a new connection is made with what the file says by then
  onUnauthorized: 'wait',
});

process.once('SIGINT', () => void client.stop('Ctrl-C'));
console.log('ended:', (await client.stopped).kind);
rmSync(folder, { recursive: true });
