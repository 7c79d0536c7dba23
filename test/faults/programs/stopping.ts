/** A worker in one of many predicaments, which a SIGTERM asks to stop. */

import {
  type ClientOptions,
  type Disconnected,
  GenSocketClient,
  type Result,
} from '../../../src/index.js';
import { turn } from '../../support/heap.js';
import { say } from '../../support/say.js';

const TOPIC = 'room:1';
const TURNS = 20;
const FOREVER = new Promise<never>(() => undefined);

type Asked = {
  outcome(): Promise<{ readonly ok: boolean; readonly error?: { readonly code: string } }>;
};

/** Nothing to do. */
class Idle extends GenSocketClient {
  override handleConnected(): Result {
    say('connected');
  }

  override handleDisconnected({ close }: Disconnected): void {
    say('disconnected:', close.cause);
  }

  protected tell(what: string, asked: Asked): void {
    void asked.outcome().then(({ error }) => say(`${what}:`, error?.code ?? 'ok'));
  }
}

class Joining extends Idle {
  override init(): void {
    this.tell('join', this.join(TOPIC));
  }

  override handleJoinError(): void {
    say('refused');
  }
}

class Preparing extends Idle {
  override init(): void {
    const params = (): Promise<never> => {
      say('asked for params');
      return FOREVER;
    };
    this.tell('join', this.join(TOPIC, params));
  }
}

class Leaving extends Joining {
  override handleJoined(): void {
    this.push(TOPIC, 'last');
    this.tell('leave', this.leave(TOPIC));
  }
}

/** One push that is sent and not answered, one that waits for a join, and one that nobody asks about. */
class Pushing extends Joining {
  override handleJoined(): void {
    this.tell('sent push', this.push(TOPIC, 'silence', {}, { timeout: '1h' }));
    this.push(TOPIC, 'last', {}, { timeout: '1h' });
    // A server that runs a join reads nothing.
    this.join('room:slow');
    this.tell('waiting push', this.push('room:slow', 'silence', {}, { ttl: '1h' }));
  }
}

class Hanging extends Idle {
  override async handleConnected(): Promise<never> {
    say('hanging');
    return await FOREVER;
  }

  override terminate(): void {
    say('terminate');
  }
}

class Throwing extends Idle {
  override handleConnected(): void {
    throw new TypeError('of the worker');
  }
}

const WORKERS = { Idle, Joining, Preparing, Leaving, Pushing, Hanging, Throwing };

function waiting(): Promise<never> {
  say('asked for credentials');
  return FOREVER;
}

const [url = '', name = '', asks = ''] = process.argv.slice(2);
const once = { delays: ['1h'], jitter: 'none' } as const;
const options: ClientOptions = {
  url,
  reconnect: once,
  rejoin: once,
  ...(asks === 'credentials' && { credentials: waiting }),
};
const client = new WORKERS[name as keyof typeof WORKERS]().start(options);
process.once('SIGTERM', () => void client.stop());
const { kind } = await client.stopped;
say('stopped:', kind);
// What is closed is let go of some turns later.
for (let turns = 0; turns < TURNS; turns += 1) await turn();
say('left:', ...process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'));
