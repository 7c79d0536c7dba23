/** `channel.push`: what can be asked of a push, and what becomes of it when nobody can have it. */

import { describe, expect, test } from 'vitest';
import { connect } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { Fate, failureOf } from '../support/fate.js';
import { refusal } from '../support/memory-phoenix.js';
import { openSocket } from '../support/socket-stage.js';

const TOPIC = 'room:1';

describe('a push that fails', () => {
  test('because its channel was left, or is being left, was never sent', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const waits = room.push('said', {}, { timeout: 50 });
    const leave = room.leave();
    for (const push of [room.push('said'), (await leave, room.push('said'))]) {
      expect(await failureOf(push.ok())).toMatchObject({
        code: 'PHX_PUSH_DROPPED',
        delivered: 'no',
      });
    }
    expect(await failureOf(waits.ok())).toMatchObject({ code: 'PHX_PUSH_LOST' });
  });

  test('because the socket has closed, or its channel was given up, was never sent', async () => {
    await using stage = await openSocket({ options: { rejoin: false } });
    const room = await stage.socket.join(TOPIC);
    const other = await stage.socket.join('room:2');
    stage.phoenix.crash(TOPIC);
    await stage.quiet();
    expect(await room.push('said').outcome()).toMatchObject({
      ok: false,
      error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' },
    });
    await stage.socket.disconnect();
    expect(await failureOf(other.push('said').sent())).toMatchObject({ delivered: 'no' });
    expect(await failureOf(other.push('said').queued())).toMatchObject({ delivered: 'no' });
  });

  test('because the socket drains was never sent, though what is under way may settle', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const asked = room.push('ask').ok();
    const drain = stage.socket.drain();
    expect(await failureOf(room.push('said').ok())).toMatchObject({ code: 'PHX_PUSH_DROPPED' });
    await stage.quiet();
    stage.phoenix.reply(stage.phoenix.sent('ask').at(-1)!, ['ok', { n: 1 }]);
    expect(await asked).toEqual({ n: 1 });
    expect(await drain).toMatchObject({
      settled: 2,
      unsent: 0,
      unanswered: 0,
      persisted: 0,
      forced: false,
    });
  });

  test('is not waited for by a drain when nobody has asked about it, once it was sent', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    room.push('said');
    const drain = stage.socket.drain();
    await stage.quiet();
    expect(await drain).toMatchObject({ unsent: 0, unanswered: 1, forced: false });
    expect(stage.phoenix.sent('said')).toHaveLength(1);
  });

  test('because nobody answers rejects by its timeout, or when the connection is lost', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const late = new Fate(room.push('ask', {}, { timeout: 50 }).ok());
    const lost = new Fate(room.push('ask').reply());
    await stage.pass(50);
    stage.phoenix.cut();
    await stage.quiet();
    expect([late.code, lost.code]).toEqual(['PHX_PUSH_TIMEOUT', 'PHX_PUSH_LOST']);
    expect(late.error).toMatchObject({ delivered: 'unknown' });
  });

  test('because it was refused is a reply like any other, and an error to who asks for ok', async () => {
    await using stage = await openSocket({ script: { push: () => refusal('no') } });
    const room = await stage.socket.join(TOPIC);
    const push = room.push('ask');
    expect(await push.reply()).toEqual({ status: 'error', response: { reason: 'no' } });
    expect(await failureOf(push.ok())).toMatchObject({ code: 'PHX_PUSH_REFUSED', status: 'error' });
  });

  test('to nobody’s knowledge disturbs nobody', async () => {
    await using stage = await openSocket({ options: { rejoin: false } });
    const room = await stage.socket.join(TOPIC);
    room.push('ask');
    stage.phoenix.cut();
    await stage.quiet();
    room.push('ask');
    await stage.socket.disconnect();
  });

  test.each<[string, string, unknown, object]>([
    ['PHX_BAD_OPTION', 'phx_leave', {}, {}],
    ['PHX_BAD_OPTION', '', {}, {}],
    ['PHX_BAD_OPTION', 'said', {}, { timeout: 'soon' }],
    ['PHX_BAD_OPTION', 'said', {}, { dellivery: 'volatile' }],
    ['PHX_ENCODING', 'said', { n: 1n }, {}],
  ])('with %s throws at once, of an open channel and of a closed one', async (code, ...given) => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    const push = () => room.push(...(given as Parameters<typeof room.push>));
    expect(push).toThrow(expect.objectContaining({ code }));
    await room.leave();
    expect(push).toThrow(expect.objectContaining({ code }));
  });
});

describe('a push', () => {
  test('has its ref at once, and is queued, sent and answered in turn', async () => {
    await using phoenix = await PhoenixDouble.start(seedChannels());
    await using socket = await connect(phoenix.url);
    const ping = await socket.join('ping:1');
    const push = ping.push('echo', { a: 'b' });
    expect(push).toMatchObject({ ref: '2', topic: 'ping:1', event: 'echo' });
    await push.queued();
    await push.sent();
    expect(await push.reply()).toEqual({ status: 'ok', response: { a: 'b' } });
    expect(await push.outcome()).toEqual({ ok: true, response: { a: 'b' } });
    expect(await ping.push('custom_status', { x: 1 }).reply()).toEqual({
      status: 'custom',
      response: { x: 1 },
    });
  });

  test('of bytes is answered with bytes', async () => {
    await using phoenix = await PhoenixDouble.start(seedChannels());
    const socket = await connect(phoenix.url);
    const ping = await socket.join('ping:1');
    const bytes = new Uint8Array([1, 2, 255]);
    expect(await ping.push('bin_echo', bytes).ok()).toEqual(bytes);
    ping.push('bin_push', bytes.buffer);
    expect((await ping.receive('bin_pushed')).payload).toEqual(bytes);
    await socket.disconnect();
  });

  test('made while the channel is away goes out after the rejoin, in order', async () => {
    await using stage = await openSocket();
    const room = await stage.socket.join(TOPIC);
    stage.phoenix.cut();
    await stage.quiet();
    const pushes = ['a', 'b'].map((event) => new Fate(room.push(event).sent()));
    await stage.pass(10_000);
    expect(pushes.map(({ state }) => state)).toEqual(['resolved', 'resolved']);
    expect(stage.phoenix.received.slice(-3).map(({ event }) => event)).toEqual([
      'phx_join',
      'a',
      'b',
    ]);
  });
});
