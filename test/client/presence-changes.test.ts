/** The changes of a view, for who reads them in a loop: in order, bounded, and ended when there are no more to come. */

import { describe, expect, test } from 'vitest';
import type { PresenceChange } from '../../src/index.js';
import { diff, lineOf, member, sayDiff, sayState, TOPIC } from '../support/presence-stage.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Changes = AsyncIterator<PresenceChange, unknown>;

const END = { done: true, value: undefined };

function changesOf(sim: Simulation): Changes {
  return sim.worker.presence(TOPIC).changes()[Symbol.asyncIterator]();
}

/** The next ones, each as a line. */
async function next(changes: Changes, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  while (lines.length < count) lines.push(resultLine(await changes.next()));
  return lines;
}

function resultLine({ done, value }: IteratorResult<PresenceChange, unknown>): string {
  return done === true ? 'end' : lineOf(value);
}

/** One diff after the other, each with another meta of the same key. */
async function flood(sim: Simulation, from: number, to: number): Promise<void> {
  for (let ref = from; ref <= to; ref += 1) {
    sim.phoenix.broadcast(TOPIC, 'presence_diff', diff([`ann:${ref}`], [`ann:${ref - 1}`]));
  }
  await sim.quiet();
}

describe('changes()', () => {
  test('begin with the list as it is, and go on with each change in order', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const changes = changesOf(sim);
    expect(await next(changes, 1)).toEqual(['synced ann:1']);
    await sayDiff(sim, ['bob:1', 'ann:2'], ['ann:1']);
    await sayDiff(sim, [], ['bob:1']);
    expect(await next(changes, 3)).toEqual(['updated ann:1 → ann:2', 'joined bob:1', 'left bob:1']);
  });

  test('begin when the server has said who is there', async () => {
    await using sim = await member();
    const asked = next(changesOf(sim), 2);
    await sayDiff(sim, ['ann:1']);
    await sayState(sim, 'bob:1');
    await sayDiff(sim, [], ['ann:1']);
    expect(await asked).toEqual(['synced bob:1 ann:1', 'left ann:1']);
  });

  test('of a list that belongs to an earlier join begin with that of the next', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    sim.phoenix.cut();
    await sim.pass(2000);
    const asked = next(changesOf(sim), 1);
    await sayState(sim, 'bob:1');
    expect(await asked).toEqual(['synced bob:1']);
  });

  test('go on after a loss with what is different, and then the list', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const asked = next(changesOf(sim), 4);
    sim.phoenix.cut();
    await sim.pass(2000);
    await sayState(sim, 'bob:1');
    expect(await asked).toEqual(['synced ann:1', 'left ann:1', 'joined bob:1', 'synced bob:1']);
  });

  test('wait for a slow reader, up to a thousand', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:0');
    const changes = changesOf(sim);
    await next(changes, 1);
    await flood(sim, 1, 1000);
    const lines = await next(changes, 1000);
    expect(lines[0]).toBe('updated ann:0 → ann:1');
    expect(lines.at(-1)).toBe('updated ann:999 → ann:1000');
  });

  test('give way to the newest list when more than a thousand wait, and go on from there', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:0');
    const [slow, quick] = [changesOf(sim), changesOf(sim)];
    await next(slow, 1);
    await next(quick, 1);
    await flood(sim, 1, 900);
    await next(quick, 900);
    await flood(sim, 901, 1001);
    await flood(sim, 1002, 1100);
    expect(await next(slow, 1)).toEqual(['synced ann:1100']);
    await flood(sim, 1101, 1101);
    expect(await next(slow, 1)).toEqual(['updated ann:1100 → ann:1101']);
    expect(await next(quick, 1)).toEqual(['updated ann:900 → ann:901']);
  });

  test('that are behind when the membership is lost wait for the next list', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:0');
    const changes = changesOf(sim);
    await next(changes, 1);
    await flood(sim, 1, 1001);
    sim.phoenix.cut();
    await sim.pass(2000);
    const asked = next(changes, 2);
    await sayState(sim, 'bob:1');
    await sayDiff(sim, ['cy:1']);
    expect(await asked).toEqual(['synced bob:1', 'joined cy:1']);
  });

  test('are given one by one to a reader that asks ahead', async () => {
    await using sim = await member();
    const changes = changesOf(sim);
    const asked = Promise.all([changes.next(), changes.next(), changes.next()]);
    await sayState(sim, 'ann:1');
    await sayDiff(sim, ['bob:1']);
    sim.worker.leave(TOPIC);
    expect((await asked).map(resultLine)).toEqual(['synced ann:1', 'joined bob:1', 'end']);
  });

  test('end when the topic is left, after what was not read yet', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const changes = changesOf(sim);
    await next(changes, 1);
    await sayDiff(sim, ['bob:1']);
    sim.worker.leave(TOPIC);
    expect(await next(changes, 3)).toEqual(['joined bob:1', 'end', 'end']);
  });

  test('end when the topic is given up', async () => {
    await using sim = await member({ rejoin: false });
    await sayState(sim, 'ann:1');
    const presence = sim.worker.presence(TOPIC);
    const asked = next(presence.changes()[Symbol.asyncIterator](), 2);
    sim.phoenix.crash(TOPIC);
    expect(await asked).toEqual(['synced ann:1', 'end']);
    expect(await next(presence.changes()[Symbol.asyncIterator](), 1)).toEqual(['end']);
  });

  test('end when the worker stops, in whatever state they are', async () => {
    await using sim = await member();
    const early = next(changesOf(sim), 2);
    const behind = changesOf(sim);
    await sayState(sim, 'ann:0');
    await next(behind, 1);
    await flood(sim, 1, 1001);
    await sim.client.stop();
    expect(await early).toEqual(['synced ann:0', 'updated ann:0 → ann:1']);
    expect(await next(behind, 1)).toEqual(['end']);
  });

  test('are no more of a topic that nobody wants', async () => {
    await using sim = await simulate(new SimulatedWorker());
    expect(await next(changesOf(sim), 2)).toEqual(['end', 'end']);
  });

  test('are none with presence: false, until the topic is left', async () => {
    await using sim = await member({ presence: false });
    const asked = next(changesOf(sim), 1);
    await sayState(sim, 'ann:1');
    sim.worker.leave(TOPIC);
    expect(await asked).toEqual(['end']);
  });

  test('end at once when their reader does, though it waits for the next one', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const changes = changesOf(sim);
    await changes.next();
    const waiting = [changes.next(), changes.next()];
    const ended = Promise.all([...waiting, changes.return?.()]);
    expect(await Promise.race([ended, sim.quiet()])).toEqual([END, END, END]);
    await sayDiff(sim, ['bob:1']);
    expect(await changes.next()).toEqual(END);
  });

  test('that a loop breaks off leave nothing behind for it', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const changes = sim.worker.presence(TOPIC).changes();
    for await (const change of changes) if (change.type === 'synced') break;
    await sayDiff(sim, ['bob:1']);
    expect(await next(changes[Symbol.asyncIterator](), 1)).toEqual(['end']);
  });
});
