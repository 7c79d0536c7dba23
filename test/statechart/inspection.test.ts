/** Watches a real client's statecharts by telemetry. */

import { expect, test } from 'vitest';
import { inspectWith } from '../../src/charts.js';
import { GenSocketClient } from '../../src/index.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';

class Worker extends GenSocketClient {
  override init(): void {
    this.join('room:1');
  }
}

test('inspectWith shows the states that both charts of a running client go through', async () => {
  const { transport, server } = memoryTransport();
  const seen = new Set<string>();
  const telemetry = inspectWith((event) => {
    if (event.type !== '@xstate.snapshot' || !('value' in event.snapshot)) return;
    seen.add(JSON.stringify(event.snapshot.value));
  });
  await using _client = new Worker().start({
    url: 'ws://phoenix.example/socket',
    transports: [transport],
    telemetry,
  });
  const session = (await server.dials.next()).accept();
  const [joinRef, ref, topic] = JSON.parse(String(await session.received.next()));
  session.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
  expect([...seen]).toEqual(
    expect.arrayContaining([
      '{"waiting":"offline"}',
      '{"session":"authorizing"}',
      '{"session":"connecting"}',
      '{"session":{"connected":{"heartbeat":"quiet","proof":"unproven","term":"endless"}}}',
      '{"joining":{"asking":"ticking"}}',
      '"joined"',
    ]),
  );
});
