/** The settings that stand when nothing is said, and when something is. */

import { describe, expect, test } from 'vitest';
import { v2 } from '../../../src/protocol/v2-serializer.js';
import { settingsOf } from '../../../src/sockets/settings.js';

describe('the default settings', () => {
  const settings = settingsOf({});

  test('are those of the reference', () => {
    expect(settings).toMatchObject({
      endpoint: null,
      params: {},
      headers: {},
      credentials: {},
      heartbeat: { interval: 25_000, timeout: 10_000 },
      timeouts: {
        connect: 10_000,
        join: 10_000,
        push: 10_000,
        leave: 5000,
        call: 5000,
        credentials: 10_000,
      },
      outbox: { enabled: true, messages: 1000, bytes: 4_194_304, ttl: 60_000, whenFull: 'reject' },
      inbox: { messages: 10_000, whenFull: 'shedOldest' },
      maxChannelsPerSocket: false,
      maxSockets: 10,
      transports: ['websocket'],
      serializer: { vsn: '2.0.0' },
      websocket: {},
    });
    expect(settings.reconnect).toMatchObject({ enabled: true, stableAfter: 10_000 });
    expect(settings.rejoin).toMatchObject({ enabled: true, refused: 5, concurrency: 10 });
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(settings)).toBe(true);
  });

  test('stand for every field that is left out or undefined', () => {
    const none = { heartbeat: undefined, timeouts: undefined, reconnect: undefined } as object;
    expect(settingsOf({ ...none, timeouts: {}, outbox: {} })).toEqual(settings);
  });
});

describe('settings', () => {
  test('hold every length in milliseconds or bytes', () => {
    const settings = settingsOf({
      heartbeat: { interval: '1m' },
      timeouts: { join: '2.5s' },
      websocket: { maxPayload: '1KiB', writeTimeout: '3s', closeTimeout: 5, redirects: 2 },
    });

    expect(settings.heartbeat).toEqual({ interval: 60_000, timeout: 10_000 });
    expect(settings.timeouts.join).toBe(2500);
    expect(settings.websocket).toEqual({
      maxPayload: 1024,
      writeTimeout: 3000,
      closeTimeout: 5,
      redirects: 2,
    });
  });

  test('without heartbeats have no interval', () => {
    expect(settingsOf({ heartbeat: false }).heartbeat.interval).toBeNull();
  });

  test('keep a serializer and a transport of the user as they are', () => {
    const serializer = { vsn: '3.0.0', encode: () => '', decode: () => new Error() as never };
    const transport = { name: 'pigeon', dial: () => ({}) as never };
    const settings = settingsOf({ serializer, transports: [transport] });

    expect(settings.serializer.vsn).toBe('3.0.0');
    expect(settings.transports).toEqual([transport]);
  });

  test('turn whatever a serializer of the user throws into PHX_ENCODING, its own words as the cause', () => {
    const cause = new TypeError('no such thing');
    const encode = () => {
      throw cause;
    };
    const { serializer } = settingsOf({ serializer: { vsn: '2.0.0', encode, decode: v2.decode } });
    const message = { joinRef: '1', ref: '2', topic: 'room:1', event: 'say', payload: {} };
    expect(() => serializer.encode(message)).toThrow(
      expect.objectContaining({ code: 'PHX_ENCODING', cause, topic: 'room:1' }),
    );
  });

  test.each([
    [{ headers: { 'bad name': 'x' } }, /^headers\.bad name is no HTTP header/],
    [{ headers: { 'x-a': 'a\nb' } }, /^headers\.x-a is no HTTP header/],
    [{ credentials: { authToken: 5 } }, /^credentials\.authToken is a number: write text$/],
    [{ credentials: { authToken: '???' } }, /as a param/],
    [{ credentials: { header: {} } }, /^there is no option credentials\.header/],
    [{ websocket: { maxPayload: 0 } }, /^websocket\.maxPayload is 0/],
    [{ timeouts: 5 }, /^timeouts is 5/],
    [{ credentials: { params: { f: () => 1 } } }, /param/],
  ])('refuse %o at once', (options, message) => {
    const start = () => settingsOf(options as object);
    expect(start).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    expect(start).toThrow(message);
  });
});
