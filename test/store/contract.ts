/** What every store of confirmed pushes must do, whoever wrote it: call it inside a `describe`. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutboxStore, StoredPush } from 'gen-socket-client/store';
import { leftIn, push, read } from './pushes.js';

/** Each call gives a store on the same place, as the next process would: a new object, or the same where nothing else has it. */
export type Place = () => OutboxStore;

export function keepsTheContract(newPlace: () => Place): void {
  keepsOrder(newPlace);
  keepsValues(newPlace);
  keepsOwners(newPlace);
  keepsToTheModel(newPlace);
}

function keepsOrder(newPlace: () => Place): void {
  test('gives the next owner what was put, in order', async () => {
    const place = newPlace();
    const store = place();
    expect(await read(store)).toEqual([]);
    await store.put(push('b'));
    await store.put(push('a'));
    await store.close();
    expect(await leftIn(place())).toEqual([push('b'), push('a')]);
    expect(await leftIn(place())).toEqual([push('b'), push('a')]);
  });

  test('puts a key that is there in its place', async () => {
    const place = newPlace();
    const store = place();
    await Promise.all([store.put(push('a')), store.put(push('b'))]);
    await store.put(push('a', { of: 'later' }));
    await store.close();
    expect(await leftIn(place())).toEqual([push('a', { of: 'later' }), push('b')]);
  });

  test('puts a key that was deleted last', async () => {
    const place = newPlace();
    const store = place();
    await Promise.all([store.put(push('a')), store.put(push('b'))]);
    await store.delete('a');
    await store.put(push('a'));
    await store.close();
    expect(await leftIn(place())).toEqual([push('b'), push('a')]);
  });

  test('does what is asked at once in the order of the calls', async () => {
    const place = newPlace();
    const store = place();
    const asked = [
      store.put(push('a')),
      store.delete('a'),
      store.put(push('b')),
      store.put(push('a', 1)),
      store.put(push('b', 2)),
      store.delete('c'),
      store.put(push('c')),
      store.close(),
    ];
    await Promise.all(asked);
    expect(await leftIn(place())).toEqual([push('b', 2), push('a', 1), push('c')]);
  });

  test('goes on after what an earlier owner put', async () => {
    const place = newPlace();
    for (const key of ['a', 'b', 'c']) {
      const store = place();
      await read(store);
      await store.put(push(key));
      await store.close();
    }
    expect(await leftIn(place())).toEqual([push('a'), push('b'), push('c')]);
  });
}

function keepsValues(newPlace: () => Place): void {
  test('deletes what it has, and nothing of a key that it has not', async () => {
    const place = newPlace();
    const store = place();
    await store.delete('never there');
    await Promise.all([store.put(push('a')), store.put(push('b'))]);
    await store.delete('a');
    await store.delete('a');
    await store.close();
    expect(await leftIn(place())).toEqual([push('b')]);
  });

  test('stores what was pushed, whatever becomes of it later', async () => {
    const place = newPlace();
    const store = place();
    const payload = { list: [1] };
    const done = store.put(push('a', payload));
    payload.list.push(2);
    await done;
    await store.close();
    expect(await leftIn(place())).toEqual([push('a', { list: [1] })]);
  });

  test('stores any text and any JSON', async () => {
    const place = newPlace();
    const store = place();
    const odd = '\u0000\n"\u2028ü🚀\ud800';
    const payload = JSON.parse('{"__proto__":{"a":[null,1e300]},"":[[{}]]}') as unknown;
    const pushes = [
      { key: odd, topic: odd, event: odd, payload: { odd }, expires: 1_800_000_000_000 },
      { key: '__proto__', topic: '', event: '', payload, expires: 0 },
    ];
    for (const one of pushes) await store.put(one);
    await store.close();
    expect(await leftIn(place())).toEqual(pushes);
  });

  test('refuses what is no JSON, and keeps what it has', async () => {
    const place = newPlace();
    const store = place();
    await store.put(push('a'));
    await expect(store.put(push('a', { big: 1n }))).rejects.toThrow('BigInt');
    await store.close();
    expect(await leftIn(place())).toEqual([push('a')]);
  });
}

function keepsOwners(newPlace: () => Place): void {
  test('has one owner, until that one closes it', async () => {
    const place = newPlace();
    const store = place();
    await read(store);
    await store.put(push('a'));
    await expect(read(place())).rejects.toMatchObject({
      code: 'PHX_STORE_LOCKED',
      retryable: true,
    });
    await store.put(push('b'));
    await store.close();
    expect(await leftIn(place())).toEqual([push('a'), push('b')]);
  });

  test('refuses the same store to a second owner', async () => {
    const store = newPlace()();
    await read(store);
    await expect(read(store)).rejects.toMatchObject({ code: 'PHX_STORE_LOCKED' });
    await store.close();
    expect(await read(store)).toEqual([]);
    await store.close();
  });

  test('may be closed before it is opened, and twice', async () => {
    const place = newPlace();
    const store = place();
    await store.close();
    await store.put(push('a'));
    await Promise.all([store.close(), store.close()]);
    expect(await leftIn(place())).toEqual([push('a')]);
  });

  test('is opened by the first put, too, and can still be read', async () => {
    const store = newPlace()();
    await store.put(push('a'));
    expect(await read(store)).toEqual([push('a')]);
    await store.close();
  });
}

type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: number; readonly awaited: boolean }
  | { readonly do: 'delete'; readonly key: string; readonly awaited: boolean }
  | { readonly do: 'reopen' };

const asked = { key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), awaited: fc.boolean() };
const aPut = fc.record({ do: fc.constant('put' as const), value: fc.nat(9), ...asked });
const aDelete = fc.record({ do: fc.constant('delete' as const), ...asked });
const aReopening = fc.record({ do: fc.constant('reopen' as const) });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: aPut },
    { weight: 4, arbitrary: aDelete },
    { weight: 1, arbitrary: aReopening },
  ),
  { maxLength: 40 },
);

function keepsToTheModel(newPlace: () => Place): void {
  test('has what was put and not deleted, in order, whatever was asked and however often it was opened', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (all) => agrees(newPlace(), all)),
      { numRuns: 40 },
    );
  });
}

async function agrees(place: Place, all: readonly Step[]): Promise<void> {
  const model = new Map<string, StoredPush>();
  const underWay: Promise<void>[] = [];
  let store = place();
  for (const one of all) {
    if (one.do === 'reopen') {
      await store.close();
      store = place();
      expect(await read(store)).toEqual([...model.values()]);
      continue;
    }
    const done = ask(store, model, one);
    underWay.push(done);
    if (one.awaited) await done;
  }
  await Promise.all([...underWay, store.close()]);
  expect(await leftIn(place())).toEqual([...model.values()]);
}

function ask(
  store: OutboxStore,
  model: Map<string, StoredPush>,
  one: Exclude<Step, { do: 'reopen' }>,
): Promise<void> {
  if (one.do === 'delete') {
    model.delete(one.key);
    return store.delete(one.key);
  }
  const stored = push(one.key, one.value);
  model.set(one.key, stored);
  return store.put(stored);
}
