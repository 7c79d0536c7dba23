/** The programs of the README and of the guides run, and print what one would expect. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from 'gen-socket-client/testing';

/** What a program printed, one line a call. */
function listen(): readonly unknown[][] {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => {
    log.mockRestore();
  });
  return log.mock.calls;
}

test('the worker on the first page pushes before it is joined, asks, is told, and joins again', async () => {
  await using server = await PhoenixDouble.start(seedChannels());
  vi.stubEnv('PHOENIX_URL', server.url);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const lines = listen();
  const { client } = await import('../../examples/minimal/program.js');
  await expect.poll(() => lines).toContainEqual(['told:', 'ping', 'ok', { ping: 'early' }]);
  expect(lines).toContainEqual(['asked:', { ping: 'wit' }]);
  server.cut();
  const isGap = (line: unknown[]) => String(line[0]).startsWith('ping:wild: messages since');
  await expect.poll(() => lines.some(isGap)).toBe(true);
  await client.stop();
  await expect.poll(() => lines).toContainEqual(['stopped:', 'requested']);
});

test('the script on the first page asks, receives, and ends', async () => {
  await using server = await PhoenixDouble.start(seedChannels());
  vi.stubEnv('PHOENIX_URL', server.url);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const lines = listen();
  await import('../../examples/script/program.js');
  expect(lines).toEqual([[{ pong: 'pong' }], [{ bar: 'baz' }]]);
  await expect.poll(() => server.sockets).toBe(0);
});

test('a server in a few lines answers the join and broadcasts', async () => {
  const lines = listen();
  await import('../../examples/own-server/program.js');
  expect(lines).toEqual([
    ['shout', { body: 'hello' }],
    [{ kind: 'requested', reason: 'heard myself' }],
  ]);
});

test('policies decide what is tried again: a crash and a loss are, a refusal and a ban are not', async () => {
  await using server = await PhoenixDouble.start(seedChannels());
  vi.stubEnv('PHOENIX_URL', server.url);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const lines = listen();
  const { client } = await import('../../examples/policies/program.js');
  await expect.poll(() => lines).toContainEqual(['members:only', 'PHX_JOIN_REFUSED', 'given up']);
  server.crash('ping:wild');
  await expect.poll(() => lines).toContainEqual(['ping:wild', 'crashed', 'joined again soon']);
  server.kick(1001);
  await expect.poll(() => lines).toContainEqual([1001, 'dialed again soon']);
  await expect.poll(() => server.sockets).toBe(1);
  server.kick(4001);
  await expect(client.stopped).resolves.toMatchObject({ kind: 'gaveUp', close: { code: 4001 } });
  expect(lines.at(-1)).toEqual([4001, 'given up']);
});
