/** The fault proxy does to a connection what its rules say, seen from both of its ends. */

import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../support/fault-rules.js';
import { ProxiedPair } from '../support/proxied-pair.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const LONG = 'abcdefghij'.repeat(100);
/** Bytes: more than all buffers between two ends hold. */
const FLOOD = 16 * 1024 * 1024;

test('without rules everything passes, both ways, and so does each end', async () => {
  await using pair = await ProxiedPair.start();
  const { client, server } = await pair.both();

  client.say('from the client');
  server.say('from the server');
  await server.heard('from the client');
  await client.heard('from the server');
  client.socket.end();
  await server.until(({ end }) => end === 'fin');
  server.say(', after that');
  await client.heard('from the server, after that');
  server.socket.end();

  await client.until(({ end }) => end === 'fin');
  await expect.poll(() => pair.proxy.connections).toBe(0);
  expect(pair.proxy.log).toMatchObject([
    { connection: 1, did: 'accepted' },
    { connection: 1, did: 'closed' },
  ]);
});

describe('a rule that ends a connection', () => {
  test('cuts it after so many bytes on that way, which still arrive', async () => {
    const cut: FaultRule = { to: 'server', when: { bytes: 4 }, do: { kind: 'cut' } };
    await using pair = await ProxiedPair.start({ rules: [cut] });
    const { client, server } = await pair.both();

    client.say('abcdef');

    await server.until(({ end }) => end === 'fin');
    await client.until(({ end }) => end !== 'none');
    expect(server.text).toBe('abcd');
    expect(pair.proxy.count('cut')).toBe(1);
  });

  test('counts the bytes from when it was given, on connections that are there', async () => {
    await using pair = await ProxiedPair.start();
    const { client, server } = await pair.both();
    server.say('12345');
    await client.heard('12345');

    pair.proxy.obey([{ to: 'client', when: { bytes: 2 }, do: { kind: 'cut' }, times: 1 }]);
    server.say('67890');
    await client.until(({ end }) => end === 'fin');
    const again = await pair.both();
    again.server.say('67890');

    expect(client.text).toBe('1234567');
    await again.client.heard('67890');
  });

  test('cuts it after so many milliseconds, and not before', async () => {
    const cut: FaultRule = { to: 'client', when: { ms: 40 }, do: { kind: 'cut' } };
    const clock = new SimulatedClock();
    await using pair = await ProxiedPair.start({ clock, rules: [cut] });
    const { client, server } = await pair.both();
    server.say('before');
    await client.heard('before');

    clock.advance(39);
    expect(pair.proxy.count('cut')).toBe(0);
    clock.advance(1);

    await client.until(({ end }) => end === 'fin');
    await server.until(({ end }) => end === 'fin');
  });

  test('resets both ends', async () => {
    await using pair = await ProxiedPair.start();
    const { client, server } = await pair.both();

    pair.proxy.obey([{ to: 'client', do: { kind: 'reset' } }]);

    await client.until(({ end }) => end === 'reset');
    await server.until(({ end }) => end === 'reset');
  });

  test('closes one way and leaves the other open', async () => {
    await using pair = await ProxiedPair.start();
    const { client, server } = await pair.both();

    pair.proxy.obey([{ to: 'client', do: { kind: 'halfClose' } }]);
    await client.until(({ end }) => end === 'fin');
    client.say('still here');

    await server.heard('still here');
    expect(server.end).toBe('none');
  });

  test('refuses as many connections as it says, and then no more', async () => {
    await using pair = await ProxiedPair.start({ rules: [{ do: { kind: 'refuse' }, times: 2 }] });

    const refused = [pair.dial(), pair.dial()];
    for (const client of refused) await client.until(({ end }) => end === 'reset');
    const { client, server } = await pair.both();
    client.say('through');

    await server.heard('through');
    expect(pair.proxy.count('refuse')).toBe(2);
  });
});

describe('a rule that holds', () => {
  test('delays what passes, in order', async () => {
    const delay: FaultRule = { to: 'server', do: { kind: 'delay', ms: 30, jitter: 30 } };
    const clock = new SimulatedClock();
    await using pair = await ProxiedPair.start({ clock, rules: [delay] });
    const { client, server } = await pair.both();

    for (const letter of 'abcdefgh') client.say(letter);
    await expect.poll(() => pair.proxy.waiting).toBe(8);
    clock.advance(29);
    expect(pair.proxy.waiting).toBe(8);
    clock.advance(60);

    await server.heard('abcdefgh');
  });

  test('narrows the pipe to so many bytes a second', async () => {
    const narrow: FaultRule = { do: { kind: 'bandwidth', bytesPerSecond: 10_000 } };
    const clock = new SimulatedClock();
    await using pair = await ProxiedPair.start({ clock, rules: [narrow] });
    const { client, server } = await pair.both();

    client.say(LONG);
    // A write has what goes through in 10 ms, and the first one leaves at once.
    await expect.poll(() => pair.proxy.waiting).toBe(900);
    clock.advance(50);
    expect(pair.proxy.waiting).toBe(400);
    clock.advance(40);

    await server.heard(LONG);
  });

  test('splits what passes into small writes', async () => {
    await using pair = await ProxiedPair.start({ rules: [{ do: { kind: 'split', most: 3 } }] });
    const { client, server } = await pair.both();

    client.say(LONG);
    await server.heard(LONG);

    expect(server.chunks.length).toBeGreaterThan(10);
  });

  test('merges what passes into one write', async () => {
    const merge: FaultRule = { to: 'server', do: { kind: 'merge', ms: 50 } };
    const clock = new SimulatedClock();
    await using pair = await ProxiedPair.start({ clock, rules: [merge] });
    const { client, server } = await pair.both();

    for (const [at, letter] of ['a', 'b', 'c'].entries()) {
      client.say(letter);
      await expect.poll(() => pair.proxy.waiting).toBe(at + 1);
      clock.advance(at === 0 ? 49 : 0);
    }
    clock.advance(1);
    await server.heard('abc');

    expect(server.chunks).toHaveLength(1);
  });

  test('stalls, so that the sender has to wait, and goes on where it stood', async () => {
    await using pair = await ProxiedPair.start({ rules: [{ do: { kind: 'stall' } }] });
    const { client, server } = await pair.both();

    const flood = 'x'.repeat(FLOOD);
    client.say(flood);
    server.say('hello?');
    pair.proxy.obey([]);
    await client.heard('hello?');
    await server.until(
      ({ chunks }) => chunks.reduce((sum, { length }) => sum + length, 0) === FLOOD,
    );

    expect(server.text === flood).toBe(true);
  });

  test('swallows what goes one way, for the rest of that connection, and tells both at the end', async () => {
    await using pair = await ProxiedPair.start();
    const { client, server } = await pair.both();
    client.say('heard');
    await server.heard('heard');

    pair.proxy.obey([{ to: 'server', do: { kind: 'blackhole' } }]);
    client.say(', and this is not');
    server.say('the other way is open');
    await client.heard('the other way is open');
    client.socket.destroy();
    pair.proxy.obey([]);

    await server.until(({ end }) => end === 'reset');
    expect(server.text).toBe('heard');
  });
});

describe('chance', () => {
  const corrupt: FaultRule = { to: 'server', when: { bytes: 5 }, do: { kind: 'corrupt' } };

  test('flips one bit of the byte that the rule names, and the seed says which', async () => {
    const first = await corrupted(7);
    const others = await Promise.all([8, 9, 10, 11, 12].map(corrupted));

    expect(await corrupted(7)).toBe(first);
    expect(new Set([first, ...others]).size).toBeGreaterThan(1);
    expect(flippedBits(first)).toEqual([5]);
  });

  test('splits one stream in the same way again, under the same seed', async () => {
    const sizes = await splits(3);
    expect(await splits(3)).toEqual(sizes);
    expect(await splits(4)).not.toEqual(sizes);
  });

  async function corrupted(seed: number): Promise<string> {
    await using pair = await ProxiedPair.start({ seed, rules: [corrupt] });
    const { client, server } = await pair.both();
    client.say(LONG);
    await server.until(({ text }) => text.length === LONG.length);
    return server.text;
  }

  /** One byte each 20 ms at most, so that each is seen by itself. */
  async function splits(seed: number): Promise<readonly number[]> {
    const split: FaultRule = { to: 'server', do: { kind: 'split', most: 9 } };
    const slow: FaultRule = { to: 'server', do: { kind: 'bandwidth', bytesPerSecond: 2000 } };
    await using pair = await ProxiedPair.start({ seed, rules: [split, slow] });
    const { client, server } = await pair.both();
    client.say('0123456789'.repeat(6));
    await server.until(({ text }) => text.length === 60);
    return server.chunks.map(({ length }) => length);
  }
});

/** Where the text differs from LONG, if by one bit. */
function flippedBits(text: string): readonly number[] {
  return Array.from(text).flatMap((letter, at) => {
    const difference = letter.charCodeAt(0) ^ LONG.charCodeAt(at);
    if (difference === 0) return [];
    expect(Number.isInteger(Math.log2(difference))).toBe(true);
    return [at];
  });
}

test('a client that is not read fills no memory of the proxy', async () => {
  await using pair = await ProxiedPair.start();
  const { client, server } = await pair.both();

  client.socket.pause();
  const flood = Buffer.alloc(FLOOD, 'x');
  server.socket.write(flood);
  const passed = await quiet(() => pair.proxy.bytesToClients);
  client.socket.resume();
  await client.until(({ chunks }) => chunks.reduce((sum, { length }) => sum + length, 0) === FLOOD);

  expect(passed).toBeLessThan(FLOOD);
});

/** Its value when it has been the same for some turns of the event loop. */
async function quiet(value: () => number): Promise<number> {
  let last = value();
  for (let still = 0; still < 100; still += 1) {
    await new Promise(setImmediate);
    if (value() !== last) still = 0;
    last = value();
  }
  return last;
}
