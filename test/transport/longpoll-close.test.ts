/** How a long poll is closed by this side. */

import { describe, expect, test } from 'vitest';
import { accepted, session } from './longpoll-open.js';

describe('close', () => {
  test('sends what was sent before, and then nothing: there is no Close frame', async () => {
    await using open = await session();
    open.dialed.connection.send('[1]');
    open.dialed.connection.close(1000, 'done');
    open.dialed.connection.send('[2]');
    expect((await accepted(open)).body).toBe('[1]');

    expect(await open.dialed.closed).toEqual({
      cause: 'requested',
      code: 1000,
      reason: 'done',
      status: null,
    });
    await open.get.gone;
    expect(open.server.posts.pending).toBe(0);
  });

  test('sends what waits behind the POST before, and in its turn', async () => {
    await using open = await session({ closeTimeout: 60_000 });
    open.dialed.connection.send('[1]');
    const first = await open.server.posts.next();
    open.dialed.connection.send('[2]');
    open.dialed.connection.close(1000, '');
    await new Promise(setImmediate);
    expect(open.dialed.connection.bufferedAmount).toBe(6);
    first.say({ status: 200 });
    expect((await accepted(open)).body).toBe('[2]');

    expect(await open.dialed.closed).toMatchObject({ cause: 'requested', code: 1000 });
    expect(open.server.posts.pending).toBe(0);
  });

  test('waits no longer than closeTimeout for a server that does not accept it', async () => {
    await using open = await session({ closeTimeout: 20 });
    open.dialed.connection.send('[1]');
    open.dialed.connection.close(1000, 'done');

    expect(await open.dialed.closed).toMatchObject({ cause: 'requested', code: 1006 });
  });

  test('hears nothing more', async () => {
    await using open = await session();
    open.dialed.connection.send('[1]');
    const post = await open.server.posts.next();
    open.dialed.connection.close(1000, '');
    open.get.say({ status: 200, token: 'T', messages: ['[2]'] });
    await open.get.gone;
    post.say({ status: 200 });
    await open.dialed.closed;

    expect(open.dialed.reports).toEqual(['opened', 'closed']);
  });
});
