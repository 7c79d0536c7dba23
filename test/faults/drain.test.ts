/** A drain over real connections: what the server sees of it, and that nothing is left open. */

import { expect, test } from 'vitest';
import { noReply, PhoenixDouble, type HandledPush } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPICS = { 'work:1': {}, 'work:2': {}, 'work:late': {} };

/** A server whose pushes are answered, and whose last join is let pass, when the test says so. */
async function workshop() {
  const asked: HandledPush[] = [];
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const handle = {
    ask: (_payload: unknown, _channel: unknown, push: HandledPush) => {
      asked.push(push);
      return noReply;
    },
    save: () => ({ saved: true }),
  };
  const left: string[] = [];
  const leave = ({ topic }: { topic: string }) => void left.push(topic);
  const double = await PhoenixDouble.start({
    'work:late': { handle, leave, join: () => opened },
    'work:*': { handle, leave },
  });
  return { double, asked, open, left };
}

test('a drain delivers what is under way, leaves every topic, and hangs up', async () => {
  const { double, asked, open, left } = await workshop();
  await using _double = double;
  const worker = new RecordingWorker(TOPICS);
  await using client = worker.start({ ...QUICK, url: double.url });
  await worker.next('handleJoined');
  await worker.next('handleJoined');
  const answered = worker.pushEvent('work:1', 'ask').ok();
  const waiting = worker.pushEvent('work:late', 'save').ok();
  const drained = client.drain();
  expect(client.status.state).toBe('draining');

  open();
  expect(await waiting).toEqual({ saved: true });
  for (const push of asked) push.reply('ok', { done: true });

  expect(await answered).toEqual({ done: true });
  expect(await drained).toEqual({
    settled: 2,
    unsent: 0,
    unanswered: 0,
    persisted: 0,
    forced: false,
  });
  expect(left.toSorted()).toEqual(Object.keys(TOPICS).toSorted());
  await double.seen({ kind: 'closed' });
  expect(double.sockets).toBe(0);
  expect(worker.callbacks.slice(-4)).toEqual([
    ...Array.from({ length: 3 }, () => 'handleChannelClosed'),
    'terminate',
  ]);
});

test('a drain against a peer that is half-open ends by its limits, and leaves nothing open', async () => {
  const { double } = await workshop();
  await using _double = double;
  const worker = new RecordingWorker({ 'work:1': {} });
  await using client = worker.start({ ...QUICK, url: double.url });
  await worker.next('handleJoined');
  double.faults.halfOpen();
  const outcome = worker.pushEvent('work:1', 'save').outcome();

  const report = await client.drain({ grace: 50, force: 400 });

  expect(report).toEqual({ settled: 0, unsent: 0, unanswered: 1, persisted: 0, forced: true });
  expect(await outcome).toMatchObject({ error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' } });
  expect(worker.callbacks.at(-1)).toBe('terminate');
});

test('a drain while the server refuses goes on dialing for what waits, and then no more', async () => {
  const { double } = await workshop();
  await using _double = double;
  double.faults.refuse(503);
  const worker = new RecordingWorker({ 'work:1': {} });
  await using client = worker.start({ ...QUICK, url: double.url });
  await worker.next('handleDisconnected');
  const outcome = worker.pushEvent('work:1', 'save').outcome();

  const report = await client.drain({ grace: 50, force: 50 });
  const dials = double.dials.length;
  double.faults.heal();

  expect(report).toEqual({ settled: 0, unsent: 1, unanswered: 0, persisted: 0, forced: true });
  expect(await outcome).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' } });
  expect(client.status.state).toBe('stopped');
  expect(double.dials.length).toBe(dials);
});
