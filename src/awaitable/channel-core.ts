/** What is behind a channel that was asked for: its inbox, and what it asks of the socket's channels. */

import type { ChannelStatus } from '../channel/channel.js';
import type { JoinedFact, MessageFact } from '../channel/facts.js';
import type { ChannelPresence } from '../channel/presence.js';
import type { Push } from '../channel/push-request.js';
import type { Leave } from '../channel/requests.js';
import type { Sockets } from '../sockets/sockets.js';
import { StatusFeed } from '../sockets/status-feed.js';
import { leaveTopic, type PushOptions, pushTerms } from '../sockets/topic-commands.js';
import { takeOut } from './line.js';
import { type InboxEnd, MessageInbox } from './message-inbox.js';
import { OpenChannel } from './open-channel.js';

/** What a channel needs of its socket. */
export interface ChannelOwner {
  readonly sockets: Sockets;
  /** Of all channels. */
  readonly inbox: MessageInbox;
  /** It lost a message because too many wait, for the first time since one was taken or it was joined. */
  crowded(topic: string): void;
  /** It is nobody's business any more. */
  left(channel: ChannelCore): void;
}

export class ChannelCore {
  /** What scripts hold of it. */
  readonly handle: OpenChannel = new OpenChannel(this);
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

  changes(): AsyncIterableIterator<ChannelStatus, undefined> {
    return this.#feed.changes();
  }

  /** Others may have joined the topic since: what is pushed here is not theirs. */
  push(event: string, payload: unknown, options?: PushOptions): Push {
    const { channels, settings } = this.#owner.sockets;
    const terms = pushTerms(settings, this.topic, event, options);
    const isOver = this.#leave !== null || this.#closed !== null;
    if (isOver) return channels.pushToNobody(this.topic, event, payload, terms);
    return channels.push(this.topic, event, payload, terms);
  }

  async leave(): Promise<void> {
    if (this.#leave === null && this.#closed === null) this.#begin();
    await this.#leave?.ok();
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

  /** Its policy gave it up: what waits is this channel's alone, lest what nobody takes be kept for each that is given up. */
  giveUp(why: string): void {
    for (const message of this.inbox.flush()) {
      this.inbox.line.add({ message, lines: [this.inbox.line] });
    }
    this.end({ why, isOrderly: false });
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
