/** Which socket carries a topic. */

import { describe, expect, test } from 'vitest';
import { placeAmong } from '../../../src/sockets/placement.js';

const load = (carried: number) => ({ carried });

describe('a topic is carried by', () => {
  test('the first socket with room', () => {
    const sockets = [load(2), load(1), load(0)];
    expect(placeAmong(sockets, { channels: 2, sockets: 10 })).toBe(sockets[1]);
  });

  test('a new socket when all are full', () => {
    expect(placeAmong([load(2), load(2)], { channels: 2, sockets: 3 })).toBe('new');
    expect(placeAmong([], { channels: 2, sockets: 1 })).toBe('new');
  });

  test('none when all are full and there may be no more', () => {
    expect(placeAmong([load(2), load(3)], { channels: 2, sockets: 2 })).toBeNull();
  });

  test('the first socket when there is no limit', () => {
    const sockets = [load(100_000)];
    expect(placeAmong(sockets, { channels: Infinity, sockets: 10 })).toBe(sockets[0]);
  });
});
