/** What is piped into `listen` faster than it is answered. */

import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from 'gen-socket-client';
import { type HandledPush, noReply, PhoenixDouble } from 'gen-socket-client/testing';
import { pushFromStdin } from '../../src/cli/stdin-pushes.js';

/** As many replies as are awaited. */
const AWAITED = 10_000;

test('while 10 000 replies are awaited no further line is pushed', async () => {
  const held: HandledPush[] = [];
  const hold = (_payload: unknown, _channel: unknown, push: HandledPush) => {
    held.push(push);
    return noReply;
  };
  const problems: string[] = [];
  let answered = 0;
  let answeredBefore: number | null = null;
  const after = () => void (answeredBefore = answered);
  const handle = { hold, after, sync: () => ({}) };
  await using phoenix = await PhoenixDouble.start({ 'hold:*': { handle } });
  const socket = await connect(phoenix.url, { timeouts: { push: '10m' } });
  onTestFinished(() => socket.disconnect());
  const channel = await socket.join('hold:a');
  const input = new PassThrough();
  const stop = pushFromStdin({
    input,
    channels: new Map([['hold:a', channel]]),
    replied: () => Promise.resolve(void (answered += 1)),
    failed: (problem) => problems.push(problem),
  });
  onTestFinished(stop);

  input.end('{"event": "hold"}\n'.repeat(AWAITED) + '{"event": "after"}\n');
  await expect.poll(() => held.length, { timeout: 10_000 }).toBe(AWAITED);
  // Everything that is written was written before this.
  await channel.push('sync').ok();
  held[0]?.reply('ok');
  await phoenix.seen({ kind: 'received', event: 'after' });
  expect({ answeredBefore, problems }).toEqual({ answeredBefore: 1, problems: [] });
});
