/** Whatever the server says of who is there, and however often it is joined: the list is right, and what is told adds up to it. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChannelPresence } from '../../src/channel/presence.js';
import type { PresenceChange, PresenceEntry } from '../../src/index.js';
import { readPresence } from '../../src/protocol/presence-news.js';

type Wire = { readonly [key: string]: { readonly metas: readonly { readonly phx_ref: string }[] } };
type Diff = { readonly joins: Wire; readonly leaves: Wire };
type Said =
  | { readonly state: Wire }
  | { readonly diff: Diff }
  | { readonly lose: 'lose' }
  | { readonly join: 'join' };

const metas = fc
  .array(fc.constantFrom('1', '2', '3', '4'), { minLength: 1, maxLength: 5 })
  .map((refs) => ({ metas: refs.map((phx_ref) => ({ phx_ref })) }));
const wire = fc.dictionary(fc.constantFrom('ann', 'bob', 'cy', 'constructor'), metas);
const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ diff: fc.record({ joins: wire, leaves: wire }) }) },
  { weight: 3, arbitrary: fc.record({ state: wire }) },
  { weight: 1, arbitrary: fc.record({ lose: fc.constant('lose' as const) }) },
  { weight: 2, arbitrary: fc.record({ join: fc.constant('join' as const) }) },
);

/** By key the refs of its metas: as simple as it can be said. */
class Model {
  refs = new Map<string, ReadonlySet<string>>();
  isSynced = false;
  #isJoined = false;
  #held: Diff[] = [];

  take(what: Said): void {
    if ('lose' in what || 'join' in what) {
      this.#isJoined = 'join' in what;
      this.isSynced = false;
      this.#held = [];
    } else if (!this.#isJoined) return;
    else if ('state' in what) this.#sync(what.state);
    else if (this.isSynced) this.#apply(what.diff);
    else this.#held.push(what.diff);
  }

  #sync(state: Wire): void {
    this.refs = new Map(Object.entries(state).map(([key, { metas }]) => [key, refsOf(metas)]));
    this.isSynced = true;
    for (const diff of this.#held.splice(0)) this.#apply(diff);
  }

  #apply({ joins, leaves }: Diff): void {
    for (const [key, { metas }] of Object.entries(joins)) {
      this.refs.set(key, new Set([...refsOf(metas), ...(this.refs.get(key) ?? [])]));
    }
    for (const [key, { metas }] of Object.entries(leaves)) {
      const gone = refsOf(metas);
      const left = new Set([...(this.refs.get(key) ?? [])].filter((ref) => !gone.has(ref)));
      if (left.size > 0) this.refs.set(key, left);
      else this.refs.delete(key);
    }
  }
}

/** Who only listens: begins with a list, and does what each change says. */
class Listener {
  readonly entries = new Map<string, PresenceEntry>();
  #isBegun = false;

  take(change: PresenceChange): void {
    if (change.type === 'synced') {
      if (this.#isBegun) expect(change.entries).toEqual([...this.entries.values()]);
      this.#isBegun = true;
      for (const entry of change.entries) this.entries.set(entry.key, entry);
      return;
    }
    expect(this.#isBegun).toBe(true);
    const { entry } = change;
    const known = this.entries.get(entry.key);
    if (change.type === 'joined') expect(known).toBeUndefined();
    if (change.type === 'left') expect(known).toBe(entry);
    if (change.type === 'updated') expect(known).toBe(change.previous);
    if (change.type === 'left') this.entries.delete(entry.key);
    else this.entries.set(entry.key, entry);
  }
}

class World {
  readonly gate: { joinRef: string | null; open: boolean } = { joinRef: null, open: false };
  readonly listener = new Listener();
  readonly presence = new ChannelPresence('room:1', this.gate, {
    presenceChanged: (_, change) => {
      this.listener.take(change);
    },
  });
  #joins = 0;

  take(what: Said): void {
    if ('lose' in what) Object.assign(this.gate, { joinRef: null, open: false });
    else if ('join' in what) {
      this.#joins += 1;
      Object.assign(this.gate, { joinRef: String(this.#joins), open: true });
    } else if (this.gate.open) this.#hear(what);
  }

  #hear(what: Extract<Said, { state: Wire } | { diff: Diff }>): void {
    const news =
      'state' in what
        ? readPresence('presence_state', what.state)
        : readPresence('presence_diff', what.diff);
    if (news === null) throw new Error('it is no presence');
    this.presence.hear(news, 0);
  }
}

test('the list is that of the newest state and all diffs since, and is what the changes add up to', () => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 40 }), (all) => {
      const [model, world] = [new Model(), new World()];
      for (const what of all) {
        model.take(what);
        world.take(what);
        expect(world.presence.synced).toBe(model.isSynced);
        const list = world.presence.list();
        expect(new Map(list.map(({ key, metas }) => [key, refsOf(metas)]))).toEqual(model.refs);
        expect([...world.listener.entries.values()]).toEqual(list);
      }
    }),
    { numRuns: 500, seed: 12 },
  );
});

function refsOf(metas: readonly { readonly phx_ref: string }[]): ReadonlySet<string> {
  return new Set(metas.map(({ phx_ref }) => phx_ref));
}
