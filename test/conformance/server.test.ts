/** The double against the recordings: a raw socket says what was said to a real Phoenix and hears the same. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { manifest, tagged } from './manifest.js';
import { Others } from './others.js';
import { RawClient, dialRaw } from './raw-client.js';
import { SERVERS, comparable, readRecording, recorded, withNumberedRefs } from './recording.js';
import type { Recording, Server, Step } from './recording.js';

/** The recorded server waited 1500 ms; how long is no part of what it then says. */
const SHORT_IDLE_TIMEOUT = 250;

describe.each(SERVERS)('as %s', (server) => {
  test('every recording is in the manifest and the reverse', () => {
    expect(recorded(server)).toEqual(Object.keys(manifest).sort());
  });

  for (const scenario of tagged('raw')) {
    const recording = readRecording(server, scenario);
    test.concurrent(`${scenario}: ${recording.about}`, async () => {
      await using double = await PhoenixDouble.start(seedChannels(), {
        server,
        shortIdleTimeout: SHORT_IDLE_TIMEOUT,
      });
      expect(withNumberedRefs(await replay(recording, scenario, double))).toEqual(
        withNumberedRefs(recording.steps.map((step) => comparableStep(step))),
      );
    });
  }
});

test('every scenario is for a raw socket or says why not', () => {
  for (const [name, { tags, why }] of Object.entries(manifest)) {
    expect(tags.includes('raw') || why, name).toBeTruthy();
  }
});

test('the recordings of both servers tell the same scenarios', () => {
  const about = (server: Server): readonly string[] =>
    tagged('raw').map((scenario) => readRecording(server, scenario).about);
  expect(about('cowboy')).toEqual(about('bandit'));
});

/** What happened, in the terms of the recording: it sends what was sent, and waits for as much as was received. */
async function replay(
  { path, protocols, steps }: Recording,
  scenario: string,
  double: PhoenixDouble,
): Promise<readonly unknown[]> {
  const client = await dialRaw(`ws://127.0.0.1:${double.port}${path}`, {
    protocols,
    deflate: true,
  });
  if (!(client instanceof RawClient)) {
    return [{ kind: 'refused', status: client.status, body: client.body }];
  }
  await using _disposed = client;
  await using others = new Others(scenario, double.url);
  const happened: unknown[] = [{ kind: 'open', protocol: client.protocol }];
  let heard = 0;
  for (const step of steps) {
    happened.push(...(await take(step, client)));
    if (step.kind === 'in') await others.heard((heard += 1));
  }
  return [...happened, ...(await end(client, scenario, double))];
}

async function take(step: Step, client: RawClient): Promise<readonly unknown[]> {
  if (step.kind === 'out') client.send(step.frame);
  if (step.kind === 'in') return [comparableStep({ kind: 'in', frame: await client.next() })];
  return step.kind === 'out' ? [comparableStep(step)] : [];
}

async function end(
  client: RawClient,
  scenario: string,
  double: PhoenixDouble,
): Promise<readonly unknown[]> {
  const { ends, endless } = manifest[scenario] ?? {};
  if (ends === 'shutdown') await double.drain();
  if (ends === undefined) {
    await client.settle();
    client.close();
  }
  const { code, reason } = await client.closed;
  const surplus = endless ? [] : client.unread;
  return [...surplus.map((frame) => ({ kind: 'surplus', frame })), { kind: 'close', code, reason }];
}

function comparableStep(step: Step): unknown {
  return 'frame' in step ? { ...step, frame: comparable(step.frame) } : step;
}
