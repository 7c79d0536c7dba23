/** A worker that hears no presence pays nothing for it, and may still look at who is there. */

import { expect, test } from 'vitest';
import { type Gap, GenSocketClient } from 'gen-socket-client';
import { simulate } from 'gen-socket-client/testing';

const TOPIC = 'room:1';

class Quiet extends GenSocketClient {
  readonly gaps: Gap[] = [];
  readonly said: unknown[] = [];

  override init() {
    this.join(TOPIC);
  }

  override handleMessage({ payload }: { readonly payload: unknown }) {
    this.said.push(payload);
  }

  override handleGap(gap: Gap) {
    this.gaps.push(gap);
  }

  get keys(): readonly string[] {
    return this.presence(TOPIC)
      .list()
      .map(({ key }) => key);
  }
}

class Curious extends Quiet {
  override handlePresence() {
    return undefined;
  }
}

function crowd(count: number): object {
  const keys = Array.from({ length: count }, (_, n) => [`k${n}`, { metas: [{ phx_ref: `${n}` }] }]);
  return Object.fromEntries(keys) as object;
}

test.each([
  ['that does not hear it sheds nothing for it', Quiet, 0],
  ['that hears it is told of a gap', Curious, 1],
])('of a crowd that comes at once a worker %s', async (_, Worker, gaps) => {
  const worker = new Worker();
  await using server = simulate(worker, { inbox: { messages: 10 } });
  await server.acceptConnect();
  await (await server.expectJoin(TOPIC)).reply();
  await server.pushMessage({ topic: TOPIC, event: 'presence_state', payload: {} });
  const diff = { joins: crowd(30), leaves: {} };
  await server.pushMessage({ topic: TOPIC, event: 'presence_diff', payload: diff });
  await server.pushMessage({ topic: TOPIC, event: 'said', payload: { n: 1 } });
  expect(worker.keys).toHaveLength(30);
  expect(worker.said).toEqual([{ n: 1 }]);
  expect(worker.gaps).toHaveLength(gaps);
});
