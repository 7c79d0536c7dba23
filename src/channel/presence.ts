/** Who is there, of one channel: kept on the message path, so that it is right whatever becomes of the messages. */

import {
  type PresenceChange,
  type PresenceEntries,
  type PresenceEntry,
  PresenceList,
} from '../protocol/presence.js';
import type { PresenceNews } from '../protocol/presence-news.js';
import type { ChannelListener } from './hub.js';
import { PresenceFeed } from './presence-feed.js';

/** Diffs that wait for the state of their join. */
const MOST_HELD = 1000;

/** Who is there, by what the server says. Iterates over the entries of the moment. */
export interface Presence<M = object> extends Iterable<PresenceEntry<M>> {
  /** Whether the server has said who is there since the newest join, and that lasts. If not, the list is that of the join before. */
  readonly synced: boolean;
  readonly size: number;
  get(key: string): PresenceEntry<M> | undefined;
  list(): readonly PresenceEntry<M>[];
  /**
   * The list as `synced`, as soon as there is one, then each change. A reader for whom more than 1000 changes wait is told the
   * list as it is by then instead. Ends when the topic is left or given up, and when the client stops.
   */
  changes(): AsyncIterable<PresenceChange<M>>;
}

/** What is read of a channel's membership. */
type Gate = { readonly joinRef: string | null; readonly open: boolean };
type PresenceListener = Pick<ChannelListener, 'presenceChanged'>;
type Diff = Extract<PresenceNews, { kind: 'diff' }>;

export class ChannelPresence implements Presence {
  readonly #topic: string;
  readonly #gate: Gate;
  readonly #listener: PresenceListener;
  readonly #list = new PresenceList();
  readonly #feed = new PresenceFeed(() => (this.synced ? this.#whole() : null));
  /** Of the join whose state the list is: refs are never used again. */
  #joinRef: string | null = null;
  /** Diffs that wait for the state of their join. */
  #held: Diff[] = [];
  #heldFor: string | null = null;

  constructor(topic: string, gate: Gate, listener: PresenceListener) {
    this.#topic = topic;
    this.#gate = gate;
    this.#listener = listener;
  }

  get synced(): boolean {
    return this.#gate.open && this.#joinRef === this.#gate.joinRef;
  }

  get size(): number {
    return this.#list.size;
  }

  get(key: string): PresenceEntry | undefined {
    return this.#list.get(key);
  }

  list(): readonly PresenceEntry[] {
    return this.#list.list();
  }

  [Symbol.iterator](): Iterator<PresenceEntry> {
    return this.list()[Symbol.iterator]();
  }

  changes(): AsyncIterableIterator<PresenceChange, undefined> {
    return this.#feed.changes();
  }

  /** What comes through the open gate. False: too much is held for a state that does not come. */
  hear(news: PresenceNews, at: number): boolean {
    if (news.kind === 'diff' && !this.synced) return this.#hold(news);
    const changes = news.kind === 'diff' ? this.#list.diff(news) : this.#sync(news.entries);
    for (const change of changes) {
      this.#feed.put(change);
      this.#listener.presenceChanged(this.#topic, change, at);
    }
    return true;
  }

  /** The topic is left: whoever joins it next begins anew. */
  forget(): void {
    this.#joinRef = null;
    this.#held = [];
    this.#list.clear();
    this.#feed.end();
  }

  /** Nobody wants the topic any more. */
  close(): void {
    this.forget();
    this.#feed.close();
  }

  /** The first state of all is told as a whole; of a later one what it changes, too. */
  #sync(entries: PresenceEntries): readonly PresenceChange[] {
    const isFirst = this.#joinRef === null;
    const { joinRef } = this.#gate;
    const held = this.#heldFor === joinRef ? this.#held : [];
    const changes = this.#list.sync(entries);
    const later = held.flatMap((diff) => this.#list.diff(diff));
    this.#held = [];
    this.#joinRef = joinRef;
    return isFirst ? [this.#whole()] : [...changes, ...later, this.#whole()];
  }

  #hold(diff: Diff): boolean {
    if (this.#heldFor !== this.#gate.joinRef) this.#held = [];
    this.#heldFor = this.#gate.joinRef;
    this.#held.push(diff);
    if (this.#held.length <= MOST_HELD) return true;
    this.#held = [];
    return false;
  }

  #whole(): PresenceChange {
    return { type: 'synced', entries: this.list() };
  }
}
