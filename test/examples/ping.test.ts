/** The ping worker twice, by hand and declared: it says what had to wait, comes back after a loss, and gives up in the end. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble } from 'gen-socket-client/testing';

/** What the server heard, and how often it was asked to let somebody in: the first time it refuses. */
class Pinged {
  readonly phrases: string[] = [];
  #joins = 0;

  readonly channels: ChannelTable = {
    'ping:*': {
      join: (_params, channel) => {
        this.#joins += 1;
        if (this.#joins === 1) channel.refuse({ reason: 'not yet' });
      },
      handle: {
        ping: (payload) => {
          const { ack_phrase } = payload as { ack_phrase: string };
          this.phrases.push(ack_phrase);
          return { ping: ack_phrase };
        },
      },
    },
  };
}

function listen(): readonly unknown[][] {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => {
    log.mockRestore();
    vi.unstubAllEnvs();
  });
  return log.mock.calls;
}

describe.each([
  [
    'by hand',
    () => import('../../examples/ping-manual/program.js'),
    { kind: 'requested', reason: expect.stringMatching(/^gave up after /) },
    ['not joined', 'ping:lobby', 'PHX_JOIN_REFUSED', { reason: 'not yet' }],
  ],
  [
    'declared',
    () => import('../../examples/ping-declarative/program.js'),
    { kind: 'gaveUp', close: expect.objectContaining({ cause: 'network' }) },
    ['PHX_PUSH_DROPPED', 'delivered:', 'no'],
  ],
] as const)('the ping worker %s', (_, load, end, whileRefused) => {
  test('keeps what is told too early, joins after a refusal, comes back after a loss, and gives up', async () => {
    const pinged = new Pinged();
    await using server = await PhoenixDouble.start(pinged.channels);
    vi.stubEnv('PHOENIX_URL', server.url);
    vi.stubEnv('PAUSE_MS', '20');
    const lines = listen();
    const { client } = await load();

    await expect.poll(() => pinged.phrases).toContain('accumulated until the join');
    expect(lines).toContainEqual(whileRefused);
    await expect.poll(() => pinged.phrases.length).toBeGreaterThan(2);
    server.cut();
    const heard = pinged.phrases.length;
    await expect.poll(() => pinged.phrases.length).toBeGreaterThan(heard + 1);

    await server.stop();
    expect(await client.stopped).toEqual(end);
  });
});
