/** Confirmed pushes of scripts: awaited, looked at, and left to the next script. */

import { expect, test } from 'vitest';
import { OK } from '../support/memory-phoenix.js';
import { NotedStore } from '../support/noted-store.js';
import { openSocket } from '../support/socket-stage.js';

const CONFIRMED = { delivery: 'confirmed' } as const;

test('a confirmed push is sent again after a loss, and answers whoever awaits it', async () => {
  await using stage = await openSocket({ script: { push: () => null } });
  const room = await stage.socket.join('room:1');
  const push = room.push('ship', { n: 1 }, CONFIRMED);
  const response = push.ok();
  await stage.quiet();
  expect(stage.socket.confirmed.list()).toMatchObject([{ event: 'ship', state: 'sent' }]);
  stage.phoenix.script = { push: () => OK };
  stage.phoenix.cut();
  await stage.pass(1000);
  expect(await response).toEqual({});
  expect(stage.phoenix.sent('ship')).toHaveLength(2);
});

test('a store that is open elsewhere rejects connect, and leaves nothing running', async () => {
  const store = new NotedStore();
  store.isOpen = true;
  const opening = openSocket({ options: { outbox: { store } } });
  await expect(opening).rejects.toMatchObject({ code: 'PHX_STORE_LOCKED' });
});

test('a drain leaves to the store what waits, and says how many', async () => {
  const store = new NotedStore();
  await using stage = await openSocket({ options: { outbox: { store } } });
  const room = await stage.socket.join('room:1');
  room.push('ship', {}, CONFIRMED);
  const waits = room.push('bill', {}, CONFIRMED).outcome();
  await stage.quiet();
  const report = stage.socket.drain({ grace: 100 });
  await stage.pass(5000);
  expect(await waits).toMatchObject({ error: { code: 'PHX_PUSH_PERSISTED', delivered: 'no' } });
  expect(await report).toMatchObject({ unsent: 0, unanswered: 0, persisted: 2 });
  expect(store.kept.size).toBe(2);
});
