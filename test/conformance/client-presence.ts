/** Who is there by the official client's own functions, and what a worker is told when that changes. */

import { Presence } from 'phoenix';

type State = { [key: string]: { readonly metas: readonly unknown[] } };

export class Witness {
  #state: State | null = null;

  /** Null: it says nothing about who is there. A recording has one state for a join, before all diffs. */
  hear(event: string, payload: unknown): readonly object[] | null {
    if (event === 'presence_state') return this.#sync(structuredClone(payload) as State);
    return event === 'presence_diff' ? this.#diff(structuredClone(payload) as never) : null;
  }

  #sync(said: State): readonly object[] {
    if (this.#state !== null) throw new Error('the recording has a second state');
    const state = Presence.syncState({}, said) as State;
    this.#state = state;
    return [{ type: 'synced', entries: Object.keys(state).map((key) => entryOf(key, state)) }];
  }

  #diff(said: { joins: State; leaves: State }): readonly object[] {
    if (this.#state === null) throw new Error('the recording has a diff before the state');
    const before = this.#state;
    const after = Presence.syncDiff(structuredClone(before), said) as State;
    this.#state = after;
    const keys = new Set([...Object.keys(said.leaves), ...Object.keys(said.joins)]);
    return [...keys].map((key) => change(key, before, after));
  }
}

function change(key: string, before: State, after: State): object {
  if (!(key in after)) return { type: 'left', entry: entryOf(key, before) };
  const entry = entryOf(key, after);
  if (!(key in before)) return { type: 'joined', entry };
  return { type: 'updated', entry, previous: entryOf(key, before) };
}

function entryOf(key: string, state: State): object {
  return { ...state[key], key };
}
