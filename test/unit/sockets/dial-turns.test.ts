/** Turns to dial: one at a time, in the order of asking. */

import { describe, expect, test } from 'vitest';
import { DialTurns } from '../../../src/sockets/dial-turns.js';

describe('turns to dial', () => {
  test('are given one at a time, in order', () => {
    const turns = new DialTurns();
    const given: string[] = [];
    const back = ['a', 'b', 'c'].map((name) => turns.take(() => given.push(name)));
    expect(given).toEqual(['a']);

    back[0]?.();
    expect(given).toEqual(['a', 'b']);
    back[1]?.();
    back[2]?.();
    expect(given).toEqual(['a', 'b', 'c']);
  });

  test('are not given to who waits no more', () => {
    const turns = new DialTurns();
    const given: string[] = [];
    const back = ['a', 'b', 'c'].map((name) => turns.take(() => given.push(name)));
    back[1]?.();
    back[0]?.();

    expect(given).toEqual(['a', 'c']);
  });

  test('that are given back twice are one turn', () => {
    const turns = new DialTurns();
    const given: string[] = [];
    const back = ['a', 'b', 'c'].map((name) => turns.take(() => given.push(name)));
    back[0]?.();
    back[0]?.();

    expect(given).toEqual(['a', 'b']);
  });

  test('are withheld while sockets are hung up, and then given to who still waits', () => {
    const turns = new DialTurns();
    const given: string[] = [];
    const back = ['a', 'b', 'c'].map((name) => turns.take(() => given.push(name)));
    turns.withhold(() => {
      back[0]?.();
      back[1]?.();
      expect(given).toEqual(['a']);
    });

    expect(given).toEqual(['a', 'c']);
  });
});
