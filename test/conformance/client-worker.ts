/** A worker that says what it is asked to say, and writes down what its callbacks are given. */

import {
  type ChannelClosed,
  type Close,
  type Connected,
  type Disconnected,
  GenSocketClient,
  type Joined,
  type JoinFailed,
  type Message,
  type PresenceChanged,
  type PushFailed,
  type Replied,
  type StopReason,
  type Telemetry,
  type TelemetryFact,
} from '../../src/index.js';
import type { Fields } from './client-frames.js';
import type { Told } from './client-model.js';
import type { Refs } from './client-refs.js';

const IGNORED = new Set(['message.stale', 'frame.misread']);

export class ObedientWorker extends GenSocketClient {
  readonly told: Told[] = [];
  /** What was not told to any callback. */
  readonly ignored: TelemetryFact[] = [];
  /** Hand it to the client. */
  readonly telemetry: Telemetry = {
    fact: (fact) => {
      if (IGNORED.has(fact.name)) this.ignored.push(fact);
    },
  };
  readonly #refs: Refs;

  constructor(refs: Refs) {
    super();
    this.#refs = refs;
  }

  say({ ref, topic, event, payload }: Fields): void {
    if (event === 'phx_join') this.join(topic, payload);
    else if (event === 'phx_leave') this.leave(topic);
    else this.#refs.bind(ref, this.push(topic, event, payload).ref);
  }

  hangUp(): void {
    this.disconnect();
  }

  /** Draws a ref, so that none of ours is that of the recording by chance. */
  override init(): void {
    void this.push('nobody:wants', 'this').outcome();
  }

  override handleConnected(fact: Connected): void {
    this.#note('handleConnected', fact);
  }

  override handleDisconnected({ close, ...rest }: Disconnected): void {
    this.#note('handleDisconnected', { ...rest, close: plainClose(close) });
  }

  override handleJoined(fact: Joined): void {
    this.#note('handleJoined', fact);
  }

  override handleJoinError({ error, ...rest }: JoinFailed): void {
    this.#note('handleJoinError', { ...rest, error: plainError(error) });
  }

  override handleChannelClosed(fact: ChannelClosed): void {
    this.#note('handleChannelClosed', fact);
  }

  override handleMessage(fact: Message): void {
    this.#note('handleMessage', fact);
  }

  override handlePresence(fact: PresenceChanged): void {
    this.#note('handlePresence', fact);
  }

  override handleReply({ ref, ...rest }: Replied): void {
    this.#note('handleReply', { ...rest, ref: this.#refs.recorded(ref) });
  }

  override handlePushError({ error, ...rest }: PushFailed): void {
    const ref = this.#refs.recorded(error.ref);
    this.#note('handlePushError', { ...rest, error: { ...plainError(error), ref } });
  }

  override terminate(reason: StopReason): void {
    this.#note('terminate', reason);
  }

  #note(callback: string, fact: unknown): void {
    this.told.push({ callback, fact });
  }
}

/** Headers of a refusal are the web server's own, and were not recorded. */
function plainClose({ response, ...close }: Close): object {
  return response === undefined ? close : { ...close, body: response.body };
}

/** All but the text, which is for people. */
function plainError(error: Error): object {
  return Object.fromEntries(Object.entries(error));
}
