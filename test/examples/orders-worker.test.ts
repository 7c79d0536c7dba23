/** The worker of examples/orders-worker survives a crash of its store, misses no order, and drains on a signal. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble } from 'gen-socket-client/testing';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const PROGRAM = new URL('../../examples/orders-worker/program.ts', import.meta.url);

test('goes on with a fresh worker at the cursor of its store', async () => {
  const cursors: unknown[] = [];
  const missed = [[], [{ id: 'o2', total: 1, position: 2 }]];
  const join = (params: unknown) => {
    cursors.push((params as { cursor: number }).cursor);
    return { missed: missed.shift() ?? [] };
  };
  const handle = { ack: () => ({ acked: true }) };
  await using server = await PhoenixDouble.start({ 'orders:*': { join, handle } });
  const env = { PHOENIX_URL: server.url, METRICS: '0' };
  await using program = new ChildProgram(PROGRAM, [], [], env);

  await expect.poll(() => server.topics(), { timeout: SLOW_START }).toEqual(['orders:eu']);
  server.broadcast('orders:eu', 'created', { id: 'o1', total: 1, position: 1 });
  await program.until('stored o1');
  server.broadcast('orders:eu', 'created', { id: 'o2', total: -1, position: 2 });
  await program.until('stored o2');
  expect(cursors).toEqual([0, 1]);

  program.signal('SIGTERM');
  const { code, said, complaints } = await program.ended;
  expect({ code, said: said.at(-1) }).toEqual({ code: 0, said: 'ended with 0' });
  expect(complaints).toContain('"fact":"worker.restarted"');
});
