/** A worker as a process: how signals end it, what its exit code says, and what its last line. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { PhoenixDouble } from '../../src/testing/index.js';
import { SLOW_START } from '../support/child-program.js';
import { CHANNELS, logged, NOWHERE, program, untilLogged } from '../support/worker-process.js';

vi.setConfig({ testTimeout: SLOW_START });

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s drains the worker, and the process ends with 0',
    async (signal) => {
      await using server = await PhoenixDouble.start(CHANNELS);
      await using child = program('Idle', { url: server.url });
      await child.until('joined');
      child.signal(signal);
      const ending = await child.ended;
      expect(ending).toMatchObject({ code: 0, said: ['joined', 'code 0'] });
      expect(logged(ending, 'the worker drains')).toMatchObject([{ signal }]);
      expect(logged(ending, 'the worker has ended')).toMatchObject([
        { code: 0, stop: 'requested' },
      ]);
      expect(server.topics()).toEqual([]);
    },
  );

  test('that comes a second time stops it at once, with 128 and its number', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program('Hanging', { url: server.url, drain: { grace: '1h' } });
    await child.until('joined');
    child.signal('SIGTERM');
    await untilLogged(child, 'the worker drains');
    child.signal('SIGTERM');
    const ending = await child.ended;
    expect(ending.code).toBe(143);
    expect(logged(ending, 'the worker stops at once')).toHaveLength(1);
  });

  test('that comes a third time would find nobody who listens, and so end the process by itself', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program('Listening', { url: server.url, drain: { grace: '1h' } });
    await child.until('joined');
    child.signal('SIGTERM');
    await child.until('listeners 1');
    child.signal('SIGTERM');
    expect((await child.ended).said).toContain('listeners 0');
  });

  test('is listened to no longer when the worker has ended', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program('Counting', { url: server.url });
    expect(await child.ended).toMatchObject({ code: 0, said: ['code 0', 'listeners 0'] });
  });

  test('after an error that nothing has caught ends what is left at once, and drains nothing', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    const drain = { grace: '1h', force: '1h' };
    await using child = program('Failing', { url: server.url, drain });
    await untilLogged(child, 'nothing has caught an error');
    child.signal('SIGTERM');
    const ending = await child.ended;
    expect(ending.code).toBe(70);
    expect(logged(ending, 'the worker drains')).toEqual([]);
    expect(logged(ending, 'the worker stops at once')).toHaveLength(1);
  });

  test('ends a process that something else keeps alive, when the force is over, and says so once', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program('Busy', { url: server.url, drain: { grace: 100, force: 100 } });
    await child.until('joined');
    child.signal('SIGTERM');
    const ending = await child.ended;
    expect(ending.said).toContain('code 0');
    expect(ending.code).toBe(0);
    expect(logged(ending, 'the process does not end by itself: it is ended')).toHaveLength(1);
  });
});

describe('the exit code is', () => {
  test('69 when the reconnect policy has given up', async () => {
    await using child = program('Idle', { url: NOWHERE, reconnect: { attempts: 1 } });
    expect(await child.ended).toMatchObject({ code: 69, said: ['code 69'] });
  });

  test('70 when the worker crashed too often', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program('Crashing', { url: server.url, restart: { max: 1 } });
    const ending = await child.ended;
    expect(ending.code).toBe(70);
    const crashes = logged(ending, 'an error escaped a callback');
    expect(crashes).toHaveLength(2);
    expect(logged(ending, 'the worker crashed too often')).toHaveLength(1);
  });

  test('74 when its store cannot be opened', async () => {
    await using child = program('Storing', { url: NOWHERE, restart: { max: 0 } });
    expect((await child.ended).code).toBe(74);
  });

  test('75 when the grace ended with work left', async () => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program('Unanswered', { url: server.url, drain: { grace: 50 } });
    await child.until('pushed');
    child.signal('SIGTERM');
    const ending = await child.ended;
    expect(ending.code).toBe(75);
    expect(logged(ending, 'the worker has ended')).toMatchObject([{ unanswered: 1 }]);
  });

  test('77 when its credentials are refused for good', async () => {
    await using child = program('Idle', { url: NOWHERE }, 'revoked');
    expect((await child.ended).code).toBe(77);
  });

  test.each<[string, object, string]>([
    ['an option', { url: NOWHERE, reconnect: { min: -1 } }, 'reconnect.min'],
    ['a name of an option', { url: NOWHERE, restarts: 3 }, 'there is no option restarts'],
    ['an address', { url: NOWHERE, metrics: { listen: 'nowhere' } }, 'metrics.listen is nowhere'],
    ['a signal', { url: NOWHERE, signals: ['SIGNAL'] }, "signals has 'SIGNAL'"],
    ['the drain', { url: NOWHERE, drain: { grace: '1 day' } }, 'drain.grace'],
  ])('78 when %s cannot be right', async (_, options, words) => {
    await using child = program('Idle', options);
    const { code, said, complaints } = await child.ended;
    expect({ code, said }).toEqual({ code: 78, said: ['code 78'] });
    expect(complaints).toContain(words);
  });

  test('78 when the port of its probes is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using child = program('Idle', { url: NOWHERE, metrics: { listen: port } });
    const { code, complaints } = await child.ended;
    other.close();
    expect(code).toBe(78);
    expect(complaints).toContain('EADDRINUSE');
  });
});

describe('the last line says why the worker ended,', () => {
  test('once for an error of the worker, in its words and with its place', async () => {
    await using child = program('Unset', { url: NOWHERE, restart: { max: 1 } });
    const ending = await child.ended;
    expect(ending.code).toBe(70);
    const why = {
      thrown: expect.stringContaining('Error at new Unset'),
      error: expect.stringMatching(/^Error: DATABASE_URL is not set\n +at new Unset/),
    };
    expect(logged(ending, 'the worker crashed, and another one begins')).toMatchObject([
      { ...why, delay: 0 },
    ]);
    expect(logged(ending, 'the worker has ended')).toMatchObject([{ stop: 'crashed', ...why }]);
    expect(ending.complaints.split('DATABASE_URL')).toHaveLength(3);
  });

  test.each([
    ['a store that is corrupt', 'Doomed', 74, 'StoreError PHX_STORE_CORRUPT', '/var/outbox cannot'],
    ['an option that cannot be right', 'Misled', 78, 'UsageError PHX_BAD_OPTION', 'topic'],
  ])('for %s, which is not restarted', async (_, worker, code, thrown, words) => {
    await using child = program(worker, { url: NOWHERE });
    const ending = await child.ended;
    expect(ending.code).toBe(code);
    expect(logged(ending, 'the worker crashed and is restarted')).toEqual([]);
    expect(logged(ending, 'the worker has ended')).toMatchObject([
      { thrown: expect.stringContaining(thrown), error: expect.stringContaining(words) },
    ]);
  });

  test('for a server that was given up', async () => {
    await using child = program('Idle', { url: NOWHERE, reconnect: { attempts: 1 } });
    expect(logged(await child.ended, 'the worker has ended')).toMatchObject([
      { stop: 'gaveUp', cause: 'network', error: expect.stringContaining('ECONNREFUSED') },
    ]);
  });
});

describe('an error that nothing has caught', () => {
  test.each([
    ['a rejection', 'Rejecting', 'TypeError', 'nobody waits'],
    ['an exception', 'Throwing', 'RangeError', 'nobody catches'],
  ])('%s is said once and ends the process with 70', async (_, worker, name, words) => {
    await using server = await PhoenixDouble.start(CHANNELS);
    await using child = program(worker, { url: server.url });
    const ending = await child.ended;
    expect(ending.code).toBe(70);
    const said = logged(ending, 'nothing has caught an error');
    expect(said).toMatchObject([
      { thrown: expect.stringContaining(`${name} at`), error: expect.stringContaining(words) },
    ]);
    expect(ending.complaints.split(words)).toHaveLength(2);
  });
});
