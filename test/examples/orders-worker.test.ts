/** The worker of examples/orders-worker survives a crash of its store and a kill, misses no order, and drains on a signal. */

import { expect, test, vi } from 'vitest';
import { noReply, PhoenixDouble } from 'gen-socket-client/testing';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

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
  const env = { PHOENIX_URL: server.url, METRICS: '0', OUTBOX: temporaryFolder() };
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

test('acknowledges after a kill what was not replied to before, with the same key', async () => {
  const acks: unknown[] = [];
  let replies = false;
  const ack = (payload: unknown) => {
    acks.push(payload);
    return replies ? { acked: true } : noReply;
  };
  const join = () => ({ missed: [] });
  await using server = await PhoenixDouble.start({ 'orders:*': { join, handle: { ack } } });
  const env = { PHOENIX_URL: server.url, METRICS: '0', OUTBOX: temporaryFolder() };
  const program = () => new ChildProgram(PROGRAM, [], [], env);
  const once = { id: 'o1', idempotency_key: 'ack:o1' };

  await using first = program();
  await expect.poll(() => server.topics(), { timeout: SLOW_START }).toEqual(['orders:eu']);
  server.broadcast('orders:eu', 'created', { id: 'o1', total: 1, position: 1 });
  await expect.poll(() => acks, { timeout: SLOW_START }).toEqual([once]);
  first.signal('SIGKILL');
  await first.ended;

  replies = true;
  await using second = program();
  await expect.poll(() => acks, { timeout: SLOW_START }).toEqual([once, once]);
  second.signal('SIGTERM');
  expect((await second.ended).said.at(-1)).toBe('ended with 0');
});
