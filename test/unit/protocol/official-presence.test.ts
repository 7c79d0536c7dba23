/** The same presence through Phoenix's own client and through ours: the same list, whatever comes. */

import fc from 'fast-check';
import { Presence } from 'phoenix';
import { expect, test } from 'vitest';
import { PresenceList } from '../../../src/protocol/presence.js';
import { readPresence } from '../../../src/protocol/presence-news.js';

type Wire = { [key: string]: { metas: { phx_ref: string; of: string }[]; user: string } };
type News = { readonly state: Wire } | { readonly joins: Wire; readonly leaves: Wire };

const KEYS = ['ann', 'bob', '7', '__proto__', 'constructor'];

/** What a meta and an extra say follows from their names, as on a server. */
const presence = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
  .map((refs) => refs.map((phx_ref) => ({ phx_ref, of: `meta ${phx_ref}` })));

const wire: fc.Arbitrary<Wire> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), presence), { selector: ([key]) => key })
  .map(
    (all) =>
      JSON.parse(
        `{${all.map(([key, metas]) => `"${key}":${JSON.stringify({ metas, user: key })}`).join()}}`,
      ) as Wire,
  );

const news: fc.Arbitrary<News> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ state: wire }) },
  { weight: 5, arbitrary: fc.record({ joins: wire, leaves: wire }) },
);

/** phoenix.js changes what it is given. */
function official(state: object, said: News): object {
  const copy = JSON.parse(JSON.stringify(said)) as News;
  return 'state' in copy
    ? (Presence.syncState(state, copy.state) as object)
    : (Presence.syncDiff(state, copy) as object);
}

function take(list: PresenceList, said: News): void {
  const read =
    'state' in said
      ? readPresence('presence_state', said.state)
      : readPresence('presence_diff', said);
  if (read === null) throw new Error('it is no presence');
  if (read.kind === 'state') list.sync(read.entries);
  else list.diff(read);
}

/** By key, each with its metas by ref: a join that is known already puts phoenix.js's metas in another order. */
function theirs(state: object): unknown {
  return sorted(Object.entries(state as Wire).map(([key, one]) => ({ ...one, key })));
}

function sorted(all: readonly { key: string; metas: readonly object[] }[]): unknown {
  const byText = (one: unknown, other: unknown) =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
  return all
    .map(({ key, metas, ...rest }) => ({ key, metas: metas.toSorted(byText), ...rest }))
    .toSorted(byText);
}

test('both have the same list', () => {
  fc.assert(
    fc.property(fc.array(news, { maxLength: 20 }), (all) => {
      const list = new PresenceList();
      let state: object = Object.create(null) as object;
      for (const said of all) {
        state = official(state, said);
        take(list, said);
        expect(sorted(list.list())).toEqual(theirs(state));
      }
    }),
    { numRuns: 500, seed: 8 },
  );
});

/** As a server makes them: each join is of a meta that is new, each leave of one that is there. */
const steps = fc.array(
  fc.record({
    key: fc.constantFrom(...KEYS),
    joins: fc.nat({ max: 2 }),
    leaves: fc.nat({ max: 2 }),
  }),
  { maxLength: 40 },
);

test('both have the metas in the same order, with diffs as a server makes them', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const list = new PresenceList();
      let state: object = Object.create(null) as object;
      let count = 0;
      for (const { key, joins, leaves } of all) {
        const made = Array.from({ length: joins }, () => ({ phx_ref: String(++count), of: key }));
        const gone = list.get(key)?.metas.slice(0, leaves) ?? [];
        const said = JSON.parse(
          `{"joins":{${wireOf(key, made)}},"leaves":{${wireOf(key, gone)}}}`,
        ) as News;
        state = official(state, said);
        take(list, said);
        expect(
          list
            .list()
            .map(({ key, metas }) => [key, metas])
            .toSorted(),
        ).toEqual(
          Object.entries(state as Wire)
            .map(([key, { metas }]) => [key, metas])
            .toSorted(),
        );
      }
    }),
    { numRuns: 300, seed: 8 },
  );
});

function wireOf(key: string, metas: readonly object[]): string {
  return metas.length === 0 ? '' : `"${key}":${JSON.stringify({ metas, user: key })}`;
}
