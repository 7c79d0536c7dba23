/** One transport, from its turn to dial until it is hung up, and deaf from then on. */

import { isDeepStrictEqual } from 'node:util';
import { hasCode, wordsOf } from '../errors.js';
import { type Close, lost } from '../protocol/close.js';
import type { Frame } from '../protocol/serializer.js';
import type { Connection, DialRequest, Transport, TransportSink } from '../transport/transport.js';
import type { Credentials, CredentialsProvider } from './credentials.js';
import type { DialTurns } from './dial-turns.js';
import { requireCredentials } from './option-forms.js';
import type { SessionEvent } from './socket-effects.js';
import type { Traffic } from './traffic.js';

/** What a session needs of the socket it belongs to. */
export interface SessionOwner {
  readonly turns: DialTurns;
  readonly transport: Transport;
  /** Null: nobody watches. */
  readonly traffic: Traffic | null;
  /** Fixed ones, or whom to ask. */
  takeCredentials(): CredentialsProvider;
  /** Throws `PHX_BAD_OPTION` for credentials that cannot be sent. */
  request(credentials: Credentials, signal: AbortSignal): DialRequest;
  received(frame: Frame): void;
}

export class Session implements TransportSink {
  /** Resolves when the transport is gone, or was never dialed. */
  readonly ended: Promise<void>;
  readonly #owner: SessionOwner;
  readonly #tell: (event: SessionEvent) => void;
  readonly #abort = new AbortController();
  readonly #giveTurnBack: () => void;
  #connection: Connection | null = null;
  #credentials: Credentials = {};
  #isLive = true;
  #isOrderly = false;
  #end: () => void = () => undefined;

  constructor(owner: SessionOwner, tell: (event: SessionEvent) => void) {
    this.#owner = owner;
    this.#tell = tell;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#giveTurnBack = owner.turns.take(() => {
      tell({ type: 'turn.given' });
    });
  }

  authorize(refused: boolean, attempt: number): void {
    const credentials = this.#owner.takeCredentials();
    if (typeof credentials !== 'function') {
      this.#authorized(credentials);
      return;
    }
    const ask = async () => credentials({ attempt, refused, signal: this.#abort.signal });
    ask().then(
      (given) => {
        this.#judgeCredentials(given);
      },
      (error: unknown) => {
        const cause = hasCode(error, 'PHX_UNAUTHORIZED') ? 'unauthorized' : 'credentials';
        this.#failed(cause, 'credentials failed', error);
      },
    );
  }

  dial(): void {
    try {
      const request = this.#owner.request(this.#credentials, this.#abort.signal);
      this.#connection = this.#owner.transport.dial(request, this);
      if (!this.#isLive) this.#letGo();
    } catch (error) {
      this.#failed('credentials', 'the dial could not be made', error);
    }
  }

  send(frame: Frame): void {
    if (this.#connection === null) return;
    try {
      this.#connection.send(frame);
      this.#owner.traffic?.sent(frame);
    } catch (error) {
      this.#threw(error);
    }
  }

  isDialedWith(credentials: Credentials): boolean {
    return isDeepStrictEqual(credentials, this.#credentials);
  }

  /** Bytes that the transport has accepted and not yet written. */
  get unwritten(): number {
    try {
      return this.#connection?.bufferedAmount ?? 0;
    } catch (error) {
      this.#threw(error);
      return 0;
    }
  }

  /** Ends it for a fault of this side's own. */
  abandon(cause: Close['cause'], what: string, error?: unknown): void {
    this.#failed(cause, what, error);
  }

  pause(): void {
    this.#attempt((connection) => {
      connection.pause();
    });
  }

  resume(): void {
    this.#attempt((connection) => {
      connection.resume();
    });
  }

  /** Lets `hangUp` end with a Close frame: the peer still listens. */
  sayGoodbye(): void {
    this.#isOrderly = true;
  }

  hangUp(): void {
    if (!this.#isLive) return;
    this.#isLive = false;
    this.#giveTurnBack();
    this.#abort.abort();
    if (this.#connection === null) this.#end();
    else this.#letGo();
  }

  opened(): void {
    if (!this.#isLive) return;
    this.#giveTurnBack();
    this.#tell({ type: 'transport.opened' });
  }

  frame(frame: Frame): void {
    if (!this.#isLive) return;
    this.#owner.traffic?.received(frame);
    this.#owner.received(frame);
  }

  closed(close: Close): void {
    this.#end();
    if (this.#isLive) this.#tell({ type: 'transport.closed', close });
  }

  /** What a function gives is checked as an option is, when it is given. */
  #judgeCredentials(credentials: Credentials): void {
    try {
      requireCredentials(credentials);
      // Whoever gives the same object changed the next time must be seen to give something else.
      this.#authorized(structuredClone(credentials));
    } catch (error) {
      this.#failed('credentials', 'credentials gave what cannot be sent', error);
    }
  }

  #authorized(credentials: Credentials): void {
    if (!this.#isLive) return;
    this.#credentials = credentials;
    this.#tell({ type: 'credentials.given' });
  }

  /** A transport of the user's own may throw. */
  #attempt(use: (connection: Connection) => void): void {
    try {
      if (this.#connection !== null) use(this.#connection);
    } catch (error) {
      this.#threw(error);
    }
  }

  #failed(cause: Close['cause'], what: string, error?: unknown): void {
    if (!this.#isLive) return;
    const reason = error === undefined ? what : `${what}: ${wordsOf(error)}`;
    this.#tell({ type: 'transport.closed', close: lost(cause, reason, error) });
  }

  #threw(error: unknown): void {
    this.#failed('network', `the transport ${this.#owner.transport.name} threw`, error);
  }

  #letGo(): void {
    try {
      if (this.#isOrderly) this.#connection?.close(1000, '');
      else this.#connection?.terminate();
    } catch {
      // A transport of the user's own that cannot even hang up: nobody listens to it any more.
      this.#end();
    }
  }
}
