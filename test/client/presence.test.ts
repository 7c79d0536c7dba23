/** Who is there, as a worker is told: whatever is held, lost or shed. */

import { describe, expect, test } from 'vitest';
import type { PresenceChanged } from '../../src/index.js';
import {
  diff,
  Member,
  member,
  sayDiff,
  sayState,
  state,
  told,
  TOPIC,
  view,
} from '../support/presence-stage.js';
import { type Simulation, simulate } from '../support/worker-simulation.js';

describe('a worker', () => {
  test('is told who is there, and then who comes, changes and goes', async () => {
    await using sim = await member();
    expect(view(sim)).toEqual({ synced: false, list: [] });
    await sayState(sim, 'ann:1', 'bob:1');
    await sayDiff(sim, ['cy:1', 'ann:2']);
    await sayDiff(sim, ['cy:2'], ['cy:1', 'bob:1']);
    expect(told(sim)).toEqual([
      'synced ann:1 bob:1',
      'joined cy:1',
      'updated ann:1 → ann:1,2',
      'updated cy:1 → cy:2',
      'left bob:1',
    ]);
    expect(sim.given('handlePresence').every(({ topic }) => topic === TOPIC)).toBe(true);
    expect(view(sim)).toEqual({ synced: true, list: ['ann:1,2', 'cy:2'] });
    expect(sim.given('handleMessage')).toEqual([]);
  });

  test('is told nothing of a join that is known and a leave that is not', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    await sayDiff(sim, ['ann:1'], ['ann:7', 'bob:1']);
    expect(told(sim)).toEqual(['synced ann:1']);
  });

  test('is told of changes that came before the list as part of it', async () => {
    await using sim = await member();
    await sayDiff(sim, ['cy:1']);
    await sayDiff(sim, ['dan:1'], ['ann:1']);
    expect(told(sim)).toEqual([]);
    expect(view(sim)).toEqual({ synced: false, list: [] });
    await sayState(sim, 'ann:1', 'bob:1');
    expect(told(sim)).toEqual(['synced bob:1 cy:1 dan:1']);
  });

  test('is told what another list changes, and then the list', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1', 'bob:1', 'cy:1');
    await sayState(sim, 'bob:2', 'cy:1', 'dan:1');
    expect(told(sim).slice(1)).toEqual([
      'left ann:1',
      'updated bob:1 → bob:2',
      'joined dan:1',
      'synced bob:2 cy:1 dan:1',
    ]);
  });

  test('is told all that fetch/2 has added', async () => {
    await using sim = await member();
    const ann = { metas: [{ phx_ref: '1', typing: true }], user: { name: 'Ann' } };
    sim.phoenix.push(TOPIC, 'presence_state', { ann });
    await sim.quiet();
    const entry = { ...ann, key: 'ann' };
    expect(sim.given('handlePresence')).toEqual([
      { topic: TOPIC, type: 'synced', entries: [entry] },
    ]);
    expect(sim.worker.presence(TOPIC).get('ann')).toEqual(entry);
    expect(sim.worker.presence(TOPIC).get('bob')).toBeUndefined();
  });

  test('is told of keys that every object has', async () => {
    await using sim = await member();
    const metas = '{"metas":[{"phx_ref":"1"}]}';
    const payload: unknown = JSON.parse(`{"__proto__":${metas},"constructor":${metas}}`);
    sim.phoenix.push(TOPIC, 'presence_state', payload);
    await sim.quiet();
    expect(told(sim)).toEqual(['synced __proto__:1 constructor:1']);
    sim.phoenix.broadcast(TOPIC, 'presence_diff', { joins: {}, leaves: payload });
    await sim.quiet();
    expect(view(sim)).toEqual({ synced: true, list: [] });
    expect(sim.worker.presence(TOPIC).get('toString')).toBeUndefined();
  });
});

describe('a membership that is lost', () => {
  test('leaves the list as it was, and the next one brings what is different', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1', 'bob:1');
    sim.phoenix.cut();
    await sim.quiet();
    expect(view(sim)).toEqual({ synced: false, list: ['ann:1', 'bob:1'] });
    await sim.pass(2000);
    expect(sim.worker.joined(TOPIC)).toBe(true);
    expect(view(sim)).toEqual({ synced: false, list: ['ann:1', 'bob:1'] });
    await sayDiff(sim, ['cy:1'], ['ann:1']);
    expect(view(sim)).toEqual({ synced: false, list: ['ann:1', 'bob:1'] });
    await sayState(sim, 'ann:1', 'bob:2');
    expect(told(sim).slice(1)).toEqual([
      'updated bob:1 → bob:2',
      'left ann:1',
      'joined cy:1',
      'synced bob:2 cy:1',
    ]);
    expect(view(sim)).toEqual({ synced: true, list: ['bob:2', 'cy:1'] });
  });

  test('takes the changes along that waited for its list', async () => {
    await using sim = await member();
    await sayDiff(sim, ['ghost:1']);
    sim.phoenix.crash(TOPIC);
    await sim.pass(2000);
    await sayState(sim, 'ann:1');
    expect(told(sim)).toEqual(['synced ann:1']);
  });

  test('is told in full on version 1, where no message says of which join it is', async () => {
    const options = { serializer: 'v1' } as const;
    await using sim = await member({}, { vsn: '1.0.0', options });
    await sayState(sim, 'ann:1');
    sim.phoenix.crash(TOPIC);
    await sim.pass(2000);
    await sayDiff(sim, ['cy:1']);
    await sayState(sim, 'bob:1');
    expect(told(sim).slice(1)).toEqual([
      'left ann:1',
      'joined bob:1',
      'joined cy:1',
      'synced bob:1 cy:1',
    ]);
  });

  test('whose list comes late is not believed', async () => {
    await using sim = await member();
    const [join] = sim.phoenix.sent('phx_join');
    sim.worker.rejoin(TOPIC);
    await sim.pass(1000);
    const late = [join?.joinRef, null, TOPIC, 'presence_state', state('ghost:1')];
    sim.phoenix.sendRaw(JSON.stringify(late));
    await sim.quiet();
    expect(view(sim)).toEqual({ synced: false, list: [] });
    expect(told(sim)).toEqual([]);
  });
});

describe('a worker that falls behind', () => {
  /** Is busy with the first change until it is let go. */
  class Slow extends Member {
    letGo: () => void = () => undefined;
    #isFirst = true;

    override handlePresence(_change: PresenceChanged): void | Promise<void> {
      if (!this.#isFirst) return undefined;
      this.#isFirst = false;
      return new Promise((resolve) => (this.letGo = resolve));
    }
  }

  function slow(): Promise<Simulation<Slow>> {
    return simulate(new Slow(), { options: { inbox: { messages: 8 } } });
  }

  test('loses the oldest changes and is told so, and its view has all of them', async () => {
    await using sim = await slow();
    await sayState(sim, 'ann:0');
    for (let ref = 1; ref <= 8; ref += 1) await sayDiff(sim, [`k${ref}:${ref}`]);
    await sim.pass(5000);
    for (let ref = 9; ref <= 20; ref += 1) await sayDiff(sim, [`k${ref}:${ref}`]);
    const all = Array.from({ length: 20 }, (_, index) => `k${index + 1}:${index + 1}`);
    expect(view(sim)).toEqual({ synced: true, list: ['ann:0', ...all] });
    sim.worker.letGo();
    await sim.quiet();
    expect(sim.given('handleGap')).toMatchObject([{ topic: TOPIC, dropped: 12 }]);
    expect(told(sim)).toEqual(['synced ann:0', ...all.slice(12).map((short) => `joined ${short}`)]);
  });

  test('is not told what waits of a topic that it leaves', async () => {
    await using sim = await slow();
    await sayState(sim, 'ann:1');
    await sayDiff(sim, ['bob:1']);
    sim.worker.leave(TOPIC);
    sim.worker.letGo();
    await sim.quiet();
    expect(told(sim)).toEqual(['synced ann:1']);
  });

  test('is not told what waits of a topic that it joins again, but the list after that', async () => {
    await using sim = await slow();
    await sayState(sim, 'ann:1');
    await sayDiff(sim, ['bob:1']);
    sim.worker.rejoin(TOPIC);
    sim.worker.letGo();
    await sim.pass(1000);
    await sayState(sim, 'bob:1', 'cy:1');
    expect(told(sim).slice(1)).toEqual(['left ann:1', 'joined cy:1', 'synced bob:1 cy:1']);
  });
});

describe('changes that wait for a list', () => {
  test('may be a thousand', async () => {
    await using sim = await member();
    for (let ref = 1; ref <= 1000; ref += 1) {
      sim.phoenix.broadcast(TOPIC, 'presence_diff', diff([`ann:${ref}`], [`ann:${ref - 1}`]));
    }
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toEqual([]);
    await sayState(sim, 'bob:1');
    expect(told(sim)).toEqual(['synced bob:1 ann:1000']);
  });

  test('and are one more mean that it does not come: the topic is joined anew', async () => {
    await using sim = await member();
    for (let ref = 1; ref <= 1001; ref += 1) {
      sim.phoenix.broadcast(TOPIC, 'presence_diff', diff([`ann:${ref}`]));
    }
    await sim.quiet();
    const [closed] = sim.given('handleChannelClosed');
    expect(closed).toMatchObject({ topic: TOPIC, cause: 'desync' });
    expect(closed?.retryIn).toBeGreaterThan(0);
    await sim.pass(2000);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
    await sayState(sim, 'bob:1');
    expect(told(sim)).toEqual(['synced bob:1']);
  });
});
