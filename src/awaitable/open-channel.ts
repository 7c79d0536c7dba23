/** A channel that was asked for: its inbox, and what it asks of the socket's channels. */

import type { ChannelStatus } from '../channel/channel.js';
import type { JoinedFact, MessageFact } from '../channel/facts.js';
import type { ChannelPresence } from '../channel/presence.js';
import type { Push } from '../channel/push-request.js';
import type { Leave } from '../channel/requests.js';
import type { Sockets } from '../sockets/sockets.js';
import { StatusFeed } from '../sockets/status-feed.js';
import { leaveTopic, type PushOptions, pushTo, pushToNobody } from '../sockets/topic-commands.js';
import type { Channel } from './channel.js';
import { takeOut } from './line.js';
import { type InboxEnd, MessageInbox } from './message-inbox.js';

/** What a channel needs of its socket. */
export interface ChannelOwner {
  readonly sockets: Sockets;
  /** Of all channels. */
  readonly inbox: MessageInbox;
  /** It lost a message because too many wait, for the first time since one was taken or it was joined. */
  crowded(topic: string): void;
  /** It is nobody's business any more. */
  left(channel: OpenChannel): void;
}

export class OpenChannel implements Channel {
  readonly topic: string;
  readonly inbox: MessageInbox;
  readonly #owner: ChannelOwner;
  readonly #feed: StatusFeed<ChannelStatus>;
  readonly #limit: number;
  /** Whether a join was ever accepted: before that, a failure is the end. */
  wasJoined = false;
  response: unknown = null;
  /** Who is there; nobody, when it is left. */
  presence: ChannelPresence;
  #leave: Leave | null = null;
  /** Since it is closed. */
  #closed: ChannelStatus | null = null;
  #isCrowded = false;

  constructor(topic: string, owner: ChannelOwner) {
    this.topic = topic;
    this.#owner = owner;
    const { clock, settings, channels } = owner.sockets;
    this.#limit = settings.inbox.messages;
    this.presence = channels.nobodyThere;
    const { receive: timeout } = settings.timeouts;
    this.inbox = new MessageInbox({ clock, aborts: channels.aborts, whose: topic, timeout });
    this.#feed = new StatusFeed(
      () => this.status,
      ({ state }) => state === 'closed',
    );
  }

  get status(): ChannelStatus {
    return this.#closed ?? this.#owner.sockets.channels.statusOf(this.topic) ?? this.#closedNow();
  }

  get dropped(): number {
    return this.inbox.dropped;
  }

  changes(): AsyncIterableIterator<ChannelStatus, undefined> {
    return this.#feed.changes();
  }

  /** Others may have joined the topic since: what is pushed here is not theirs. */
  push(event: string, payload?: unknown, options?: PushOptions): Push<never> {
    const isOver = this.#leave !== null || this.#closed !== null;
    const push = isOver ? pushToNobody : pushTo;
    return push(this.#owner.sockets, this.topic, event, payload, options) as Push<never>;
  }

  receive(...given: readonly unknown[]): Promise<never> {
    return this.inbox.receive(...given);
  }

  messages(event?: string): AsyncIterableIterator<never, undefined> {
    return this.inbox.messages(event);
  }

  flush(): readonly MessageFact[] {
    return this.inbox.flush();
  }

  async leave(): Promise<void> {
    if (this.#leave === null && this.#closed === null) this.#begin();
    await this.#leave?.ok();
  }

  /** What a logger is to show of it: nothing of what the server or the script said. */
  toJSON(): { readonly topic: string } & Pick<ChannelStatus, 'state' | 'since'> {
    const { state, since } = this.status;
    return { topic: this.topic, state, since };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return { channel: this.toJSON() };
  }

  // What its socket tells it.

  joined({ response }: JoinedFact): void {
    this.wasJoined = true;
    this.presence = this.#owner.sockets.channels.presence(this.topic);
    this.#isCrowded = false;
    this.response = response;
  }

  changed(): void {
    this.#feed.changed();
  }

  /** Nobody waits for it: it waits here and in the socket's inbox. */
  hold(message: MessageFact): void {
    const lines = [this.inbox.line, this.#owner.inbox.line];
    const waiting = { message, lines };
    for (const line of lines) line.add(waiting);
    if (this.inbox.depth <= this.#limit) this.#isCrowded = false;
    else this.#shed();
  }

  /** It is joined no more, and never will be. */
  end(end: InboxEnd): void {
    this.#closed ??= this.#closedNow();
    this.inbox.end(end);
    this.#feed.changed();
  }

  /** Its owner forgets it first: what becomes of the topic from now on is not its end. */
  #begin(): void {
    const end = { why: 'it was left', isOrderly: true };
    this.#owner.left(this);
    this.presence = this.#owner.sockets.channels.nobodyThere;
    this.#leave = leaveTopic(this.#owner.sockets, this.topic);
    this.inbox.flush();
    this.inbox.end(end);
    this.#feed.changed();
    void this.#leave.outcome().then(() => {
      this.end(end);
    });
  }

  /** The oldest goes, unseen. */
  #shed(): void {
    const oldest = this.inbox.line.find(() => true);
    if (oldest === null) return;
    takeOut(oldest);
    for (const inbox of [this.inbox, this.#owner.inbox]) inbox.dropped += 1;
    if (!this.#isCrowded) this.#owner.crowded(this.topic);
    this.#isCrowded = true;
  }

  #closedNow(): ChannelStatus {
    const { clock, channels } = this.#owner.sockets;
    const error = this.#leave === null ? channels.statusOf(this.topic)?.error : null;
    return { state: 'closed', since: new Date(clock.now()), error: error ?? null, gap: null };
  }
}
