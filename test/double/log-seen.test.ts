/** How a test waits for what happens at a double, and looks only at what comes after a mark. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { connectRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

const TOPIC = 'ping:1';

const start = (): Promise<PhoenixDouble> => PhoenixDouble.start(seedChannels());
const connect = (double: PhoenixDouble, query = ''): Promise<RawClient> =>
  connectRaw(`${double.url}/websocket?vsn=2.0.0${query}`);

async function join(client: RawClient): Promise<void> {
  client.say(['1', '1', TOPIC, 'phx_join', {}]);
  await client.hear();
}

describe('seen', () => {
  test('finds the first of what has happened', async () => {
    await using double = await start();
    await using client = await connect(double);
    await join(client);
    client.say(['1', '2', TOPIC, 'echo', { n: 1 }], ['1', '3', TOPIC, 'echo', { n: 2 }]);
    await client.hear();
    await client.hear();
    expect(await double.seen({ kind: 'received', event: 'echo' })).toMatchObject({ ref: '2' });
  });

  test('waits for what is to come', async () => {
    await using double = await start();
    await using client = await connect(double);
    const joined = double.seen({ kind: 'joined', topic: TOPIC });
    const pushed = double.seen(({ kind }) => kind === 'pushed');
    await join(client);
    double.push(TOPIC, 'news', {});
    expect((await joined).socket).toBe(1);
    expect(await pushed).toMatchObject({ event: 'news' });
  });

  test.each<readonly [string, unknown, boolean]>([
    ['some fields of it', { a: 1 }, true],
    ['some fields at a depth', { deep: { x: [1, { y: 2 }] } }, true],
    ['no field', {}, true],
    ['a part of an object in a list', { deep: { x: [1, {}] } }, true],
    ['another value', { a: 2 }, false],
    ['a field that it must not have', { a: undefined }, false],
    ['a field of every object', { constructor: Object }, false],
    ['a part of a list', { deep: { x: [1] } }, false],
    ['an object where a list is', { deep: { x: { 0: 1 } } }, false],
    ['a value where an object is', { deep: null }, false],
    ['a list where an object is', [], false],
  ])('finds a payload by %s, or does not', async (_what, payload, found) => {
    await using double = await start();
    await using client = await connect(double);
    await join(client);
    double.push(TOPIC, 'news', { a: 1, deep: { x: [1, { y: 2, z: 3 }] } });
    const seen = double.seen({ kind: 'pushed', payload }, { timeout: 1 });
    if (found) expect(await seen).toMatchObject({ event: 'news' });
    else await expect(seen).rejects.toThrow('nothing like');
  });

  test('finds bytes by their content', async () => {
    await using double = await start();
    await using client = await connect(double);
    await join(client);
    double.push(TOPIC, 'bytes', Uint8Array.of(1, 2));
    await double.seen({ kind: 'pushed', payload: Uint8Array.of(1, 2) });
    const other = double.seen({ kind: 'pushed', payload: Uint8Array.of(1) }, { timeout: 1 });
    await expect(other).rejects.toThrow('nothing like');
  });

  test('says what was seen last when it finds nothing in time', async () => {
    await using double = await start();
    await using client = await connect(double, '&token=open');
    await join(client);
    const seen = double.seen({ kind: 'joined', topic: 'ping:2' }, { timeout: 1 });
    await expect(seen).rejects.toThrow(
      /^nothing like \{ kind: 'joined', topic: 'ping:2' \} was seen within 1 ms; the last 5 of 5 entries:\n {2}\S+Z socket 1 dialed \{ path: '[^']*token=open' \}\n {2}\S+Z socket 1 opened \{ params: \{ vsn: '2.0.0', token: 'open' \} \}\n(?:.*\n){2} {2}\S+Z socket 1 joined \{ topic: 'ping:1', joinRef: '1', params: \{\} \}$/,
    );
  });

  test('shows the last ten entries only', async () => {
    await using double = await start();
    await using client = await connect(double);
    await join(client);
    for (let n = 1; n <= 20; n += 1) double.push(TOPIC, 'tick', { n });
    const seen = double.seen({ kind: 'closed' }, { timeout: 1 });
    await expect(seen).rejects.toThrow(/the last 10 of 25 entries:\n.*n: 11 .*(?:\n.*){9}$/);
  });

  test('says that nothing happened at all', async () => {
    await using double = await start();
    const seen = double.seen({ kind: 'dialed' }, { timeout: 1 });
    await expect(seen).rejects.toThrow(
      "nothing like { kind: 'dialed' } was seen within 1 ms, nor anything else",
    );
  });

  test('ends in time although other things happen all the time', async () => {
    await using double = await start();
    await using client = await connect(double);
    client.say(['1', '1', 'numbers:positive', 'phx_join', { every: 1 }]);
    const seen = double.seen({ kind: 'closed' }, { timeout: 50 });
    await expect(seen).rejects.toThrow('within 50 ms');
  });

  test('asks a function once about each entry', async () => {
    await using double = await start();
    await using client = await connect(double);
    const asked: string[] = [];
    const seen = double.seen(({ kind }) => asked.push(kind) > 0 && kind === 'joined');
    await join(client);
    await seen;
    expect(asked).toEqual(['dialed', 'opened', 'received', 'replied', 'joined']);
  });

  test('rejects with what the function throws, and the server goes on', async () => {
    await using double = await start();
    await using client = await connect(double);
    const seen = double.seen(({ kind }) => {
      if (kind === 'joined') throw new Error('my own mistake');
      return false;
    });
    const rejected = expect(seen).rejects.toThrow('my own mistake');
    await join(client);
    await rejected;
    expect([double.crashes, double.subscribers(TOPIC)]).toEqual([[], 1]);
  });
});

describe('a mark', () => {
  test('is a log of what comes after it', async () => {
    await using double = await start();
    await using client = await connect(double);
    await join(client);
    const since = double.mark();
    expect(since.log).toEqual([]);
    const early = since.seen({ kind: 'joined' }, { timeout: 1 });
    await expect(early).rejects.toThrow('nor anything else');
    const again = since.seen({ kind: 'joined' });
    client.say(['2', '2', TOPIC, 'phx_join', {}]);
    expect(await again).toMatchObject({ joinRef: '2' });
    expect(await double.seen({ kind: 'joined' })).toMatchObject({ joinRef: '1' });
  });

  test('may be made of a mark, and outlives a restart', async () => {
    await using double = await start();
    const later = double.mark().mark();
    await double.restart();
    await using _client = await connect(double);
    expect(later.log).toEqual(double.log);
    expect(await later.seen({ kind: 'opened' })).toMatchObject({ socket: 1 });
  });
});
