/** Frames and bytes over real sockets, compared with what the other end has seen. */

import { expect, test } from 'vitest';
import { Registry } from 'prom-client';
import { countIn } from 'gen-socket-client/telemetry';
import { scraped } from '../support/metrics.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { WsServer } from '../transport/ws-server.js';

test('are counted each way, in UTF-8, and binary ones as they are', async () => {
  await using server = await WsServer.start();
  const seen = {
    frames_received_total: 0,
    received_bytes_total: 0,
    frames_sent_total: 0,
    sent_bytes_total: 0,
  };
  const registry = new Registry();
  const worker = new RecordingWorker({ 'room:é': { name: '日本' } });
  const client = worker.start({ url: server.url, telemetry: countIn(registry) });
  const peer = await server.accepted();
  const say = (...message: readonly unknown[]): void => {
    const text = JSON.stringify(message);
    seen.frames_received_total += 1;
    seen.received_bytes_total += Buffer.byteLength(text);
    peer.send(text);
  };
  peer.on('message', (data: Buffer, isBinary) => {
    seen.frames_sent_total += 1;
    seen.sent_bytes_total += data.length;
    if (isBinary) return;
    const [joinRef, ref, topic] = JSON.parse(data.toString()) as unknown[];
    say(joinRef, ref, topic, 'phx_reply', { status: 'ok', response: { word: '…' } });
  });

  await worker.next('handleJoined');
  worker.pushEvent('room:é', 'bytes', new Uint8Array([0, 200, 255]));
  await worker.pushEvent('room:é', 'text', { word: '🙂' }).ok();
  say(null, null, 'room:é', 'said', { word: 'ü' });
  await worker.next('handleMessage');

  expect(seen).toMatchObject({ frames_received_total: 3, frames_sent_total: 3 });
  await expect(scraped(registry)).resolves.toMatchObject(seen);
  await client.stop();
  await expect(scraped(registry)).resolves.toMatchObject(seen);
});

test('go on from where they were when a stopped worker is replaced by a new one', async () => {
  const registry = new Registry();
  await using server = await WsServer.start();
  for (const frames of [1, 2, 3]) {
    const client = new RecordingWorker({ 'room:1': {} }).start({
      url: server.url,
      telemetry: countIn(registry),
    });
    const peer = await server.accepted();
    await new Promise((resolve) => peer.once('message', resolve));
    await client.stop();
    await expect(scraped(registry)).resolves.toMatchObject({
      clients: 0,
      frames_sent_total: frames,
    });
  }
});
