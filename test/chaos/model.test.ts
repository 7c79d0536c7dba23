/** The model lets a good story pass, and finds each way in which a story can be bad. */

import { describe, expect, test } from 'vitest';
import { ChaosModel, PROMISES, type Violation } from './model.js';
import type { ChaosDelivery, ChaosFate, Life, WorkerFact } from './story.js';

const TOPIC = 'room:1';
const FIRST: Life = { worker: 1, life: 1 };
const SECOND: Life = { worker: 1, life: 2 };

/** A story in which one may leave out, double and swap. */
class Telling {
  readonly #model = new ChaosModel();

  by(life: Life, ...facts: readonly WorkerFact[]): this {
    for (const fact of facts) this.#model.told(life, fact);
    return this;
  }

  arrived(...ids: readonly string[]): this {
    return this.arrivedOf(1, ...ids);
  }

  arrivedOf(life: number, ...ids: readonly string[]): this {
    for (const id of ids) this.#model.arrived({ worker: 1, life, topic: TOPIC, id, member: 1 });
    return this;
  }

  get broken(): readonly Violation['promise'][] {
    return this.#model.verdict().map(({ promise }) => promise);
  }
}

const started: WorkerFact = { kind: 'started' };
const stopped: WorkerFact = { kind: 'stopped', leaks: [] };
const pushed = (id: string, delivery: ChaosDelivery = 'confirmed'): WorkerFact => ({
  kind: 'pushed',
  id,
  topic: TOPIC,
  delivery,
  awaited: true,
});
const accepted = (id: string): WorkerFact => ({ kind: 'accepted', id });
const persisted = (id: string): WorkerFact => ({ kind: 'persisted', id });
const settled = (id: string, fate: ChaosFate = 'replied'): WorkerFact => ({
  kind: 'settled',
  id,
  fate,
});

describe('a good story', () => {
  test('of confirmed pushes that arrived in order, some of them twice', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'), pushed('b'), accepted('b'))
      .by(FIRST, settled('a'), settled('b'), stopped)
      .arrived('a', 'a', 'b', 'a');
    expect(telling.broken).toEqual([]);
  });

  test('of a kill: what was not accepted may vanish, and a late outcome may be told again', () => {
    const telling = new Telling()
      .by(
        FIRST,
        started,
        pushed('a'),
        accepted('a'),
        settled('a'),
        pushed('b'),
        pushed('c', 'buffered'),
      )
      .by(SECOND, started, settled('a'), stopped)
      .arrived('a');
    expect(telling.broken).toEqual([]);
  });

  test('of an accepted push that a later life sent and told of', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'))
      .by(SECOND, started, pushed('b'), accepted('b'), settled('a'), settled('b'), stopped)
      .arrived('a', 'b');
    expect(telling.broken).toEqual([]);
  });

  test('of a push that a stop left in the store, and the next life sent again and told of', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'), persisted('a'), stopped)
      .by(SECOND, started, settled('a'), stopped)
      .arrived('a')
      .arrivedOf(2, 'a');
    expect(telling.broken).toEqual([]);
  });

  test('of a push whose reply came to a process that was killed before it told', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'))
      .by(SECOND, started, stopped)
      .arrived('a');
    expect(telling.broken).toEqual([]);
  });

  test('of buffered and volatile pushes that were lost, or never sent', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a', 'buffered'), pushed('b', 'buffered'), pushed('c', 'volatile'))
      .by(FIRST, settled('a', 'unknown'), settled('b', 'no'), settled('c'), stopped)
      .arrived('c');
    expect(telling.broken).toEqual([]);
  });
});

describe('a bad story', () => {
  test('an accepted push never arrived', () => {
    const telling = new Telling().by(
      FIRST,
      started,
      pushed('a'),
      accepted('a'),
      settled('a', 'unknown'),
      stopped,
    );
    expect(telling.broken).toEqual([PROMISES.delivered]);
  });

  test('an accepted push was lost in a kill', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'))
      .by(SECOND, started, stopped);
    expect(telling.broken).toEqual([PROMISES.delivered, PROMISES.settled]);
  });

  test.each(['confirmed', 'buffered'] as const)('%s pushes arrived out of order', (delivery) => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a', delivery), pushed('b', delivery))
      .by(FIRST, settled('a'), settled('b'), stopped)
      .arrived('b', 'a');
    expect(telling.broken).toEqual([PROMISES.ordered]);
  });

  test('a new push overtook one that an earlier life had left', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'))
      .by(SECOND, started, pushed('b'), settled('a'), settled('b'), stopped)
      .arrived('b', 'a');
    expect(telling.broken).toEqual([PROMISES.ordered]);
  });

  test('a push settled twice', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), settled('a'), settled('a', 'unknown'), stopped)
      .arrived('a');
    expect(telling.broken).toEqual([PROMISES.settledOnce]);
  });

  test('an accepted push was sent by a life that stopped in order, and nobody was told', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'))
      .by(SECOND, started, stopped)
      .arrivedOf(2, 'a');
    expect(telling.broken).toEqual([PROMISES.settled]);
  });

  test('a push was persisted that the store never took', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), persisted('a'), stopped)
      .by(SECOND, started, settled('a'), stopped)
      .arrivedOf(2, 'a');
    expect(telling.broken).toEqual([PROMISES.honest]);
  });

  test('a push settled in a life that stopped in order, and again in the next', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a'), accepted('a'), settled('a'), stopped)
      .by(SECOND, started, settled('a'), stopped)
      .arrived('a');
    expect(telling.broken).toEqual([PROMISES.settledOnce]);
  });

  test.each(['volatile', 'buffered'] as const)('a %s push never settled', (delivery) => {
    const telling = new Telling().by(FIRST, started, pushed('a', delivery), stopped);
    expect(telling.broken).toEqual([PROMISES.settled]);
  });

  test.each(['volatile', 'buffered'] as const)('a %s push arrived twice', (delivery) => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a', delivery), settled('a'), stopped)
      .arrived('a', 'a');
    expect(telling.broken).toEqual([PROMISES.once]);
  });

  test('a push was told as never sent, and arrived', () => {
    const telling = new Telling()
      .by(FIRST, started, pushed('a', 'buffered'), settled('a', 'no'), stopped)
      .arrived('a');
    expect(telling.broken).toEqual([PROMISES.honest]);
  });

  test('a push was replied to, and never arrived', () => {
    const telling = new Telling().by(
      FIRST,
      started,
      pushed('a', 'buffered'),
      settled('a'),
      stopped,
    );
    expect(telling.broken).toEqual([PROMISES.honest]);
  });

  test('something arrived, or settled, that nobody had pushed', () => {
    const telling = new Telling().by(FIRST, started, settled('x'), stopped).arrived('y');
    expect(telling.broken).toEqual([PROMISES.honest, PROMISES.honest]);
  });

  test('a worker complained', () => {
    const about = 'unhandled rejection';
    const telling = new Telling().by(FIRST, started, { kind: 'complained', about }, stopped);
    expect(telling.broken).toEqual([PROMISES.quiet]);
  });

  test('a worker left a socket open', () => {
    const telling = new Telling().by(FIRST, started, {
      kind: 'stopped',
      leaks: ['1 TCPSocketWrap'],
    });
    expect(telling.broken).toEqual([PROMISES.clean]);
  });
});
