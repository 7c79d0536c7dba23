/** What a long poll sends and hears while it is open, and every way in which that ends. */

import { describe, expect, test } from 'vitest';
import { Arrivals } from '../../src/transport/arrivals.js';
import { SimulatedClock } from '../support/simulated-clock.js';
import { accepted, session } from './longpoll-open.js';

const LONGEST = 8_000_000;

describe('the next GET', () => {
  const nothing = { status: 204, token: 'T', messages: [] };
  const news = { status: 200, token: 'T', messages: ['[0]'] };

  test('follows an empty answer a second after the one before, whoever gave it at once', async () => {
    const clock = new SimulatedClock();
    await using open = await session({ clock });
    clock.advance(400);
    open.get.say(nothing);
    await expect.poll(() => clock.nextIn).toBe(600);
    await new Promise(setImmediate);
    expect(open.server.gets.pending).toBe(0);

    clock.advance(600);

    (await open.server.gets.next()).say({ ...nothing, status: 200 });
    await expect.poll(() => clock.nextIn).toBe(1000);
  });

  test('follows at once when the server has held the one before, or had something to say', async () => {
    const clock = new SimulatedClock();
    await using open = await session({ clock });
    open.get.say(news);
    const second = await open.server.gets.next();
    clock.advance(1000);
    second.say(nothing);

    await open.server.gets.next();
  });
});

describe('what is sent', () => {
  test('may take its time for each frame, and is then given up', async () => {
    const clock = new SimulatedClock();
    await using open = await session({ clock });
    for (const frame of ['[1]', '[2]', '[3]']) open.dialed.connection.send(frame);
    await open.server.posts.next();
    let { get } = open;
    for (let held = 1; held <= 3; held += 1) {
      clock.advance(19_999);
      get.say({ status: 200, token: 'T', messages: ['[0]'] });
      get = await open.server.gets.next();
    }

    clock.advance(3);

    expect(await open.dialed.closed).toMatchObject({
      cause: 'writeTimeout',
      reason: 'the server did not accept 3 frames within 60000 ms',
    });
  });

  test('in one turn leaves in one POST, a frame a line, with no line break at the end', async () => {
    await using open = await session();
    for (const frame of ['[1]', '[2]', new Uint8Array([0, 255])])
      open.dialed.connection.send(frame);

    const { request, body } = await open.server.posts.next();

    expect(request.headers['content-type']).toBe('application/x-ndjson');
    expect(body).toBe('[1]\n[2]\nAP8=');
  });

  test('is split at a hundred lines, which are all that Phoenix reads, and keeps its order', async () => {
    await using open = await session();
    const frames = Array.from({ length: 250 }, (_, n) => `[${n}]`);
    for (const frame of frames) open.dialed.connection.send(frame);

    const posts = [await accepted(open), await accepted(open), await accepted(open)];

    expect(posts.map(({ lines }) => lines.length)).toEqual([100, 100, 50]);
    expect(posts.flatMap(({ lines }) => lines)).toEqual(frames);
  });

  test('waits for the POST before, so that nothing overtakes it', async () => {
    await using open = await session();
    open.dialed.connection.send('[1]');
    const first = await open.server.posts.next();
    open.dialed.connection.send('[2]');
    open.dialed.connection.send('[3]');
    await new Promise(setImmediate);
    expect(open.server.posts.pending).toBe(0);
    expect(open.dialed.connection.bufferedAmount).toBe(9);
    first.say({ status: 200 });

    expect((await accepted(open)).body).toBe('[2]\n[3]');
  });

  test('is counted as buffered until the server has accepted it', async () => {
    await using open = await session();
    open.dialed.connection.send('["é"]');
    expect(open.dialed.connection.bufferedAmount).toBe(6);
    await accepted(open);
    open.dialed.connection.send('[2]');
    await open.server.posts.next();

    expect(open.dialed.connection.bufferedAmount).toBe(3);
  });

  test('as the object of version 1 goes alone and not as a line, which Phoenix would answer 500', async () => {
    await using open = await session();
    const frames = ['{"topic":"a"}', '{"topic":"b"}'];
    for (const frame of frames) open.dialed.connection.send(frame);

    const posts = [await accepted(open), await accepted(open)];

    expect(posts.map(({ body }) => body)).toEqual(frames);
    expect(posts.map(({ request }) => request.headers['content-type'])).toEqual([
      'application/json',
      'application/json',
    ]);
  });

  test('is split where a body would be longer than Plug reads', async () => {
    await using open = await session();
    const half = `["${'x'.repeat(LONGEST / 2 - 4)}"]`;
    for (const frame of [half, half, '[3]']) open.dialed.connection.send(frame);

    const posts = [await accepted(open), await accepted(open)];

    expect(posts.map(({ lines }) => lines.length)).toEqual([1, 2]);
  });

  test('and is longer than any body may be ends the session with 1009', async () => {
    await using open = await session();
    open.dialed.connection.send(`["${'x'.repeat(LONGEST)}"]`);

    const close = await open.dialed.closed;

    expect(close).toMatchObject({ cause: 'peer', code: 1009 });
    expect(close.reason).toContain(`${LONGEST + 4} bytes, and servers take ${LONGEST}`);
  });

  test('does not let a content-type of the caller’s spoil it', async () => {
    await using open = await session({ headers: { 'Content-Type': 'text/plain' } });
    open.dialed.connection.send('[1]');

    const { request } = await open.server.posts.next();

    expect(request.headers['content-type']).toBe('application/x-ndjson');
  });
});

describe('what is heard', () => {
  test('comes in order, and one GET follows the other', async () => {
    await using open = await session();
    open.get.say({ status: 200, token: 'T', messages: ['[1]', '[2]'] });
    const next = await open.server.gets.next();
    expect(open.server.gets.pending).toBe(0);
    next.say({ status: 200, token: 'T', messages: ['[3]'] });

    const { frames } = open.dialed;
    expect([await frames.next(), await frames.next(), await frames.next()]).toEqual([
      '[1]',
      '[2]',
      '[3]',
    ]);
  });

  test('as bytes that are UTF-8 is a binary frame again', async () => {
    await using open = await session();
    open.get.say({ status: 200, token: 'T', messages: ['\u0002\u0001\u0001té'] });

    expect(await open.dialed.frames.next()).toEqual(Buffer.from('\u0002\u0001\u0001té'));
  });

  test('waits while reading is paused, and so does the next GET', async () => {
    await using open = await session();
    open.dialed.connection.pause();
    open.get.say({ status: 200, token: 'T', messages: ['[1]', '[2]'] });
    open.dialed.connection.send('["a round"]');
    await accepted(open);
    expect([open.dialed.frames.pending, open.server.gets.pending]).toEqual([0, 0]);
    open.dialed.connection.resume();

    expect([await open.dialed.frames.next(), await open.dialed.frames.next()]).toEqual([
      '[1]',
      '[2]',
    ]);
    await open.server.gets.next();
  });

  test('before the end is told before it', async () => {
    const arrived = new Arrivals<true>();
    await using open = await session({ fetch: (url, init) => whole(url, init, arrived) });
    await arrived.next();
    open.dialed.connection.pause();
    open.get.say({ status: 200, token: 'T', messages: ['[1]'] });
    await arrived.next();
    open.dialed.connection.send('[2]');
    (await open.server.posts.next()).say({ status: 410 });
    await open.dialed.closed;

    expect(open.dialed.reports).toEqual(['opened', '[1]', 'closed']);
  });
});

describe('an open session ends', () => {
  test.each([
    ['410, which phoenix.js calls 3410', { status: 410, token: 'N' }, 'peer', 3410],
    ['403, when it would not be made again', { status: 403 }, 'refused', 1006],
    ['another status', { status: 500 }, 'peer', 1002],
    ['no JSON', 'oops', 'peer', 1002],
    ['messages that are no list', { status: 200, messages: 'a' }, 'peer', 1002],
    ['messages that are no texts', { status: 200, messages: [{}] }, 'peer', 1002],
  ])('when a GET is answered %s', async (_what, body, cause, code) => {
    await using open = await session();
    open.get.say(body);

    expect(await open.dialed.closed).toMatchObject({ cause, code });
  });

  test.each([
    ['408: a frame took longer than the window', { status: 408 }, 1011],
    ['410: the session is gone', { status: 410 }, 3410],
    ['another status', { status: 401 }, 1002],
    ['no JSON', 'oops', 1002],
  ])('when a POST is answered %s', async (_what, body, code) => {
    await using open = await session();
    open.dialed.connection.send('[1]');
    (await open.server.posts.next()).say(body);

    expect(await open.dialed.closed).toMatchObject({ cause: 'peer', code });
  });

  test.each([500, 502])(
    'when a GET is answered HTTP %i, as bytes that are no UTF-8 are',
    async (status) => {
      await using open = await session();
      open.get.refuse(status);

      expect(await open.dialed.closed).toMatchObject({ cause: 'refused', status });
    },
  );

  test('when a POST breaks off', async () => {
    await using open = await session();
    open.dialed.connection.send('[1]');
    (await open.server.posts.next()).response.destroy();

    expect(await open.dialed.closed).toMatchObject({ cause: 'network', code: 1006 });
  });

  test('when the headers of a GET never come', async () => {
    await using open = await session({ requestTimeout: 20 });

    const { cause, reason } = await open.dialed.closed;

    expect({ cause, reason }).toEqual({
      cause: 'peer',
      reason: 'the server did not answer a GET within 20 ms',
    });
    await open.get.gone;
  });

  test('when the body of a GET never ends', async () => {
    await using open = await session({ requestTimeout: 50 });
    open.get.response.write('{"status":200,"messages":[');

    expect((await open.dialed.closed).reason).toBe('the server did not answer a GET within 50 ms');
  });

  test('when a body is longer than maxPayload', async () => {
    await using open = await session({ maxPayload: 100 });
    open.get.say({ status: 200, token: 'T', messages: ['x'.repeat(100)] });

    const { code, reason } = await open.dialed.closed;

    expect(code).toBe(1009);
    expect(reason).toContain('maxPayload (100 bytes): raise longpoll.maxPayload');
  });
});

/** Answers with what has arrived whole, and tells when. */
async function whole(url: URL, init: RequestInit, arrived: Arrivals<true>): Promise<Response> {
  const response = await fetch(url, init);
  const body = await response.text();
  arrived.put(true);
  return new Response(body, { status: response.status });
}
