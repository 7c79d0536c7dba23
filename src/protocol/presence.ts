/** Who is there: one entry a key, as phoenix.js would list them, and what each piece of news changes. */

/** One process that the server tracks under a key, such as a device. */
export type PresenceMeta<M = object> = M & {
  /** Names it. What is updated gets a new one. */
  readonly phx_ref: string;
};

/** Never changes: what it becomes is another object. */
export type PresenceEntry<M = object> = {
  readonly key: string;
  /** Never empty; the newest last. */
  readonly metas: readonly PresenceMeta<M>[];
  /** What the server's `fetch/2` adds, as of the newest join; a field named `key` is hidden by ours. */
  readonly [extra: string]: unknown;
};

export type PresenceChange<M = object> =
  /** The whole list, after the server has said it. */
  | { readonly type: 'synced'; readonly entries: readonly PresenceEntry<M>[] }
  /** The key has appeared. */
  | { readonly type: 'joined'; readonly entry: PresenceEntry<M> }
  /** The key stays, with other metas: another device, or one whose meta is another now. */
  | {
      readonly type: 'updated';
      readonly entry: PresenceEntry<M>;
      readonly previous: PresenceEntry<M>;
    }
  /** The key has vanished: `entry` is what it was. */
  | { readonly type: 'left'; readonly entry: PresenceEntry<M> };

/** By key. A `Map`, because a key may be `__proto__`. */
export type PresenceEntries = ReadonlyMap<string, PresenceEntry>;
/** Each entry has only the metas that have come, or gone. */
export type PresenceDiff = { readonly joins: PresenceEntries; readonly leaves: PresenceEntries };

type Metas = PresenceEntry['metas'];

export class PresenceList {
  readonly #entries = new Map<string, PresenceEntry>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): PresenceEntry | undefined {
    return this.#entries.get(key);
  }

  list(): readonly PresenceEntry[] {
    return [...this.#entries.values()];
  }

  /** The server has said who is there. */
  sync(state: PresenceEntries): readonly PresenceChange[] {
    return this.diff({ joins: beyond(state, this.#entries), leaves: beyond(this.#entries, state) });
  }

  /** The server has said who has come and gone: at most one change a key. What is known already changes nothing. */
  diff({ joins, leaves }: PresenceDiff): readonly PresenceChange[] {
    const changes: PresenceChange[] = [];
    for (const key of new Set([...leaves.keys(), ...joins.keys()])) {
      const change = this.#change(key, joins.get(key), leaves.get(key));
      if (change !== null) changes.push(change);
    }
    return changes;
  }

  clear(): void {
    this.#entries.clear();
  }

  #change(
    key: string,
    join: PresenceEntry | undefined,
    leave: PresenceEntry | undefined,
  ): PresenceChange | null {
    const previous = this.#entries.get(key);
    const entry = merged(previous, join, leave);
    if (entry === null) {
      this.#entries.delete(key);
      return previous === undefined ? null : { type: 'left', entry: previous };
    }
    if (previous !== undefined && hasSameRefs(previous, entry)) return null;
    this.#entries.set(key, entry);
    return previous === undefined
      ? { type: 'joined', entry }
      : { type: 'updated', entry, previous };
  }
}

/** Those of these metas, by key, which the others do not have. */
function beyond(these: PresenceEntries, others: PresenceEntries): PresenceEntries {
  const left = new Map<string, PresenceEntry>();
  for (const [key, entry] of these) {
    const metas = without(entry.metas, others.get(key));
    if (metas.length > 0) left.set(key, { ...entry, metas });
  }
  return left;
}

/** The join before the leave, and its metas behind those that stay, as phoenix.js has it. Null: nothing is left. */
function merged(
  previous: PresenceEntry | undefined,
  join: PresenceEntry | undefined,
  leave: PresenceEntry | undefined,
): PresenceEntry | null {
  const newest = join ?? previous;
  if (newest === undefined) return null;
  const staying = join === undefined ? [] : without(previous?.metas ?? [], join);
  const metas = without([...staying, ...newest.metas], leave);
  return metas.length === 0 ? null : { ...newest, metas };
}

function hasSameRefs(one: PresenceEntry, other: PresenceEntry): boolean {
  return without(one.metas, other).length === 0 && without(other.metas, one).length === 0;
}

function without(metas: Metas, entry: PresenceEntry | undefined): Metas {
  if (entry === undefined) return metas;
  const refs = new Set(entry.metas.map(({ phx_ref }) => phx_ref));
  return metas.filter(({ phx_ref }) => !refs.has(phx_ref));
}
