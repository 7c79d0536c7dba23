/** What a server says in one breath: frames that share a TCP segment with the join reply. */

import { expect, test } from 'vitest';
import type { Joined } from '../../src/index.js';
import { QUICK } from '../support/fault-options.js';
import { OPCODES, rawClose, rawFrame } from '../support/raw-frame.js';
import { type RawPeer, RawServer } from '../support/raw-server.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPIC = 'room:1';

test('a message in the same segment as the join reply reaches handleMessage, after handleJoined', async () => {
  await using server = await RawServer.start();
  const worker = new LateWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: server.url });
  const peer = await server.upgraded();
  const joinRef = await joinAsked(peer);

  say(
    peer,
    reply(joinRef),
    [joinRef, null, TOPIC, 'said', { n: 1 }],
    [null, null, TOPIC, 'said', { n: 2 }],
  );

  expect((await worker.next('handleMessage')).payload).toEqual({ n: 1 });
  expect((await worker.next('handleMessage')).payload).toEqual({ n: 2 });
  expect(worker.order).toEqual(['handleJoined began', 'handleJoined ended', 'message', 'message']);
});

test('a channel that says something and closes in the same segment is heard to the end', async () => {
  await using server = await RawServer.start();
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: server.url });
  const peer = await server.upgraded();
  const joinRef = await joinAsked(peer);

  const close = [joinRef, joinRef, TOPIC, 'phx_close', {}];
  say(peer, reply(joinRef), [joinRef, null, TOPIC, 'said', { n: 1 }], close);

  expect(await worker.next('handleChannelClosed')).toMatchObject({ topic: TOPIC, cause: 'closed' });
  expect(worker.callbacks).toEqual([
    'handleConnected',
    'handleJoined',
    'handleMessage',
    'handleChannelClosed',
  ]);
});

test('a message in the same segment as the Close frame is heard before the loss is told', async () => {
  await using server = await RawServer.start();
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: server.url });
  const peer = await server.upgraded();
  const joinRef = await joinAsked(peer);

  const said = rawFrame(OPCODES.text, JSON.stringify([null, null, TOPIC, 'said', { n: 1 }]));
  say(peer, reply(joinRef));
  peer.socket.write(Buffer.concat([said, rawClose(1012)]));

  expect((await worker.next('handleDisconnected')).close).toMatchObject({ code: 1012 });
  expect(worker.callbacks).toEqual([
    'handleConnected',
    'handleJoined',
    'handleMessage',
    'handleDisconnected',
  ]);
});

test('a message ahead of the join reply belongs to nobody, and the join succeeds', async () => {
  await using server = await RawServer.start();
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: server.url });
  const peer = await server.upgraded();
  const joinRef = await joinAsked(peer);

  const late = [null, null, TOPIC, 'said', { n: 'of another life' }];
  say(peer, late, reply(joinRef), [null, null, TOPIC, 'said', { n: 1 }]);

  expect((await worker.next('handleMessage')).payload).toEqual({ n: 1 });
});

/** Takes its time over `handleJoined`. */
class LateWorker extends RecordingWorker {
  readonly order: string[] = [];

  override async handleJoined(fact: Joined): Promise<void> {
    this.order.push('handleJoined began');
    await new Promise(setImmediate);
    await super.handleJoined(fact);
    this.order.push('handleJoined ended');
  }

  override handleMessage(fact: Parameters<RecordingWorker['handleMessage']>[0]): void {
    this.order.push('message');
    void super.handleMessage(fact);
  }
}

/** The join_ref of the first join. */
async function joinAsked(peer: RawPeer): Promise<string> {
  const { payload } = await peer.frames.next();
  const [joinRef, ref, topic, event] = JSON.parse(payload.toString()) as unknown[];
  expect({ ref, topic, event }).toEqual({ ref: joinRef, topic: TOPIC, event: 'phx_join' });
  return String(joinRef);
}

function reply(joinRef: string): unknown[] {
  return [joinRef, joinRef, TOPIC, 'phx_reply', { status: 'ok', response: {} }];
}

/** In one write. */
function say(peer: RawPeer, ...messages: unknown[][]): void {
  const frames = messages.map((message) => rawFrame(OPCODES.text, JSON.stringify(message)));
  peer.socket.write(Buffer.concat(frames));
}
