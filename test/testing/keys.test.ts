/** Confirmed pushes of a simulation have keys that a test can name. */

import { expect, test } from 'vitest';
import { GenSocketClient } from 'gen-socket-client';
import { simulate } from 'gen-socket-client/testing';

test('a confirmed push without a key of its own has the next of the simulation', async () => {
  class Till extends GenSocketClient {
    override init() {
      this.join('room:1');
      for (const id of [1, 2]) this.push('room:1', 'sell', { id }, { delivery: 'confirmed' });
    }
  }
  await using server = simulate(new Till());
  await server.acceptConnect();
  await (await server.expectJoin('room:1')).reply();
  for (const id of [1, 2]) {
    const payload = { id, idempotency_key: `key-${id}` };
    await (await server.expectPush('room:1', 'sell', payload)).reply();
  }
  expect(server.client.confirmed.list()).toEqual([]);
});
