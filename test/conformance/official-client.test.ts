/** The double against the official client: it does by its own means what was recorded, and the same frames pass. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { manifest, tagged } from './manifest.js';
import { OfficialClient } from './official-client.js';
import type { Traffic } from './official-client.js';
import { Others } from './others.js';
import { SERVERS, comparable, readRecording, withNumberedRefs } from './recording.js';
import type { Recording } from './recording.js';

type Run = {
  readonly scenario: string;
  readonly recording: Recording;
  readonly client: OfficialClient;
  readonly double: PhoenixDouble;
  readonly others: Others;
};

const NEVER = 60_000;
const SHORT_IDLE_TIMEOUT = 250;
const BEARER = 'base64url.bearer.phx.';

/** What the official client cannot say. */
const inexpressible = new Map([
  ['v1-join-ref', 'it speaks version 2 only'],
  ['v2-payload-not-object', 'it sends {} for null'],
]);

const expressible = tagged('client').filter((scenario) => !inexpressible.has(scenario));

describe.each(SERVERS)('as %s', (server) => {
  for (const scenario of expressible) {
    const recording = readRecording(server, scenario);
    test.concurrent(`${scenario}: ${recording.about}`, async () => {
      await using double = await PhoenixDouble.start(seedChannels(), {
        server,
        shortIdleTimeout: SHORT_IDLE_TIMEOUT,
      });
      await using client = clientFor(recording, double);
      await using others = new Others(scenario, double.url);
      const run = { scenario, recording, client, double, others };
      for (let step = 0; step < recording.steps.length; step += 1) await take(step, run);
      const passed = trafficOf(recording);
      const { endless } = manifest[scenario] ?? {};
      const traffic = endless ? client.traffic.slice(0, passed.length) : client.traffic;
      expect(withNumberedRefs(traffic)).toEqual(withNumberedRefs(passed));
    });
  }
});

async function take(index: number, run: Run): Promise<void> {
  const { recording, client, others } = run;
  const step = recording.steps[index]!;
  if (step.kind === 'open' || step.kind === 'refused') await client.connect();
  if (step.kind === 'out') client.say(step.frame);
  if (step.kind === 'in') {
    const due = recording.steps.slice(0, index + 1).filter(({ kind }) => kind === 'in').length;
    await client.until(() => client.heard.length >= due);
    await others.heard(due);
  }
  if (step.kind === 'refused') {
    expect(client.errors).toEqual([`Unexpected server response: ${step.status}`]);
  }
  if (step.kind === 'close') {
    await end(run);
    expect(client.codes).toEqual([step.code]);
  }
}

async function end({ scenario, client, double }: Run): Promise<void> {
  const { ends } = manifest[scenario] ?? {};
  if (ends === undefined) return client.disconnect();
  if (ends === 'shutdown') await double.drain();
  await client.until(() => client.codes.length > 0);
}

/** A client that does nothing by itself: what was recorded neither reconnects nor rejoins. */
function clientFor({ path, protocols }: Recording, double: PhoenixDouble): OfficialClient {
  const url = new URL(path, double.url);
  const { vsn: _vsn, ...params } = Object.fromEntries(url.searchParams);
  const bearer = protocols.find((protocol) => protocol.startsWith(BEARER));
  return new OfficialClient(double.urlOf(url.pathname.replace(/\/websocket$/, '')), {
    params,
    heartbeatIntervalMs: NEVER,
    reconnectAfterMs: () => NEVER,
    rejoinAfterMs: () => NEVER,
    ...(bearer !== undefined && { authToken: tokenOf(bearer) }),
  });
}

function tokenOf(bearer: string): string {
  return Buffer.from(bearer.slice(BEARER.length), 'base64').toString();
}

function trafficOf({ steps }: Recording): readonly Traffic[] {
  return steps.flatMap((step) =>
    step.kind === 'in' || step.kind === 'out'
      ? [{ kind: step.kind, frame: comparable(step.frame) }]
      : [],
  );
}
