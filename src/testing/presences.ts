/** Who is present on which topic, as Phoenix.Presence keeps it: each change is told to the topic as one diff. */

import { randomBytes } from 'node:crypto';

/** One presence under a key, with what the channel said of itself. */
export type PresenceMeta = {
  /** Identifies the meta; a new one with each change. */
  readonly phx_ref: string;
  /** Of the meta that an update has replaced. */
  readonly phx_ref_prev?: string;
  readonly [field: string]: unknown;
};

/** By key, without a prototype: a key named `__proto__` is a key. The payload of `presence_state`. */
export type PresenceState = {
  readonly [key: string]: { readonly metas: readonly PresenceMeta[] };
};

type Keyed = readonly [key: string, meta: PresenceMeta];
type Tell = (topic: string, event: string, diff: object) => void;

const DIFF = 'presence_diff';

/** As many as Phoenix takes; never the same, so that a client never takes a new meta for one it knows. */
const REF_BYTES = 12;

/** A channel; it is told apart by identity. */
export interface Tracker {
  readonly topic: string;
}

export class Presences {
  readonly #tell: Tell;
  /** By topic, then by channel in the order of their first `track`, then by key. */
  readonly #topics = new Map<string, Map<Tracker, Map<string, PresenceMeta>>>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  track(channel: Tracker, key: string, meta: object): void {
    const { topic } = channel;
    if (this.#of(channel).has(key)) {
      throw new Error(`${key} is already tracked by this channel of ${topic}: update it`);
    }
    const joined = { ...checked(key, meta), phx_ref: freshRef() };
    this.#put(channel, key, joined);
    this.#diff(topic, [[key, joined]], []);
  }

  update(channel: Tracker, key: string, meta: object): void {
    const { topic } = channel;
    const left = this.#of(channel).get(key);
    if (left === undefined) {
      throw new Error(`${key} is not tracked by this channel of ${topic}: track it first`);
    }
    const phx_ref_prev = left.phx_ref;
    const joined = { ...checked(key, meta), phx_ref: freshRef(), phx_ref_prev };
    this.#put(channel, key, joined);
    this.#diff(topic, [[key, joined]], [[key, left]]);
  }

  /** One key, or all that the channel has; what is not tracked is no error. */
  untrack(channel: Tracker, key?: string): void {
    const { topic } = channel;
    const tracked = this.#of(channel);
    const left = [...tracked].filter(([each]) => key === undefined || each === key);
    if (left.length === 0) return;
    for (const [each] of left) tracked.delete(each);
    if (tracked.size === 0) this.#forget(channel);
    this.#diff(topic, [], left);
  }

  list(topic: string): PresenceState {
    const channels = this.#topics.get(topic)?.values() ?? [];
    return stateOf([...channels].flatMap((tracked) => [...tracked]));
  }

  #of(channel: Tracker): Map<string, PresenceMeta> {
    return this.#topics.get(channel.topic)?.get(channel) ?? new Map<string, PresenceMeta>();
  }

  #put(channel: Tracker, key: string, meta: PresenceMeta): void {
    const { topic } = channel;
    const channels = this.#topics.get(topic) ?? new Map<Tracker, Map<string, PresenceMeta>>();
    this.#topics.set(topic, channels.set(channel, this.#of(channel).set(key, meta)));
  }

  #forget(channel: Tracker): void {
    const channels = this.#topics.get(channel.topic);
    channels?.delete(channel);
    if (channels?.size === 0) this.#topics.delete(channel.topic);
  }

  #diff(topic: string, joins: readonly Keyed[], leaves: readonly Keyed[]): void {
    this.#tell(topic, DIFF, { joins: stateOf(joins), leaves: stateOf(leaves) });
  }
}

function freshRef(): string {
  return randomBytes(REF_BYTES).toString('base64url');
}

/** A copy, as JSON carries it: what cannot be told must crash the channel now and not each one that lists it. */
function checked(key: string, meta: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(meta));
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) return copy;
  throw new Error(`the meta of ${key} must be an object`);
}

function stateOf(presences: readonly Keyed[]): PresenceState {
  const state = Object.create(null) as { [key: string]: { metas: PresenceMeta[] } };
  for (const [key, meta] of presences) {
    const entry = state[key];
    if (entry === undefined) state[key] = { metas: [meta] };
    else entry.metas.push(meta);
  }
  return state;
}
