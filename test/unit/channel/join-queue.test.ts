/** Turns to join: so many at a time, in the order of asking. */

import { describe, expect, test } from 'vitest';
import { type Joiner, JoinQueue } from '../../../src/channel/join-queue.js';

const isOpen = (): boolean => true;

class Noted implements Joiner {
  readonly name: string;
  readonly #turns: string[];
  readonly #then: () => void;

  constructor(name: string, turns: string[], then: () => void = () => undefined) {
    this.name = name;
    this.#turns = turns;
    this.#then = then;
  }

  takeTurn(): void {
    this.#turns.push(this.name);
    this.#then();
  }
}

describe('a join queue', () => {
  test('gives no turn while it is shut', () => {
    const turns: string[] = [];
    let open = false;
    const queue = new JoinQueue(2, () => open);
    const [a, b] = ['a', 'b'].map((name) => new Noted(name, turns)) as [Noted, Noted];
    queue.ask(a);
    expect(turns).toEqual([]);

    open = true;
    queue.ask(b);
    expect(turns).toEqual(['a', 'b']);
  });

  test('gives as many turns as it may, then one for each that is freed, in order', () => {
    const turns: string[] = [];
    const queue = new JoinQueue(2, isOpen);
    const joiners = ['a', 'b', 'c', 'd'].map((name) => new Noted(name, turns));
    for (const joiner of joiners) queue.ask(joiner);
    expect(turns).toEqual(['a', 'b']);

    queue.free(joiners[1] as Joiner);
    expect(turns).toEqual(['a', 'b', 'c']);
    expect(queue.inFlight).toBe(2);
  });

  test('gives none to who asks no more', () => {
    const turns: string[] = [];
    const queue = new JoinQueue(1, isOpen);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new Noted(name, turns)) as [
      Noted,
      Noted,
      Noted,
    ];
    for (const joiner of [a, b, c]) queue.ask(joiner);
    queue.forgo(b);
    queue.free(a);

    expect(turns).toEqual(['a', 'c']);
  });

  test('gives a turn once, whoever frees what he has not', () => {
    const turns: string[] = [];
    const queue = new JoinQueue(1, isOpen);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new Noted(name, turns)) as [
      Noted,
      Noted,
      Noted,
    ];
    for (const joiner of [a, b, c]) queue.ask(joiner);
    queue.free(b);
    queue.free(c);
    expect(turns).toEqual(['a']);

    queue.free(a);
    queue.free(a);
    expect(turns).toEqual(['a', 'b']);
  });

  test('goes on when a turn is given back before it returns, however many there are', () => {
    const turns: string[] = [];
    const queue = new JoinQueue(1, isOpen);
    for (let n = 0; n < 20_000; n += 1) {
      const joiner: Noted = new Noted(String(n), turns, () => {
        queue.free(joiner);
      });
      queue.ask(joiner);
    }

    expect(turns).toHaveLength(20_000);
    expect(queue.inFlight).toBe(0);
  });
});
