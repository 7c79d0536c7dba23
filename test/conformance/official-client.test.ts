/** The double against the official client: it does by its own means what was recorded, and the same frames pass. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { TRANSPORT_NAMES, type TransportName } from '../../src/sockets/transports.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { manifest, tagged } from './manifest.js';
import { OfficialClient } from './official-client.js';
import type { Traffic } from './official-client.js';
import { Others } from './others.js';
import { hasLongPoll, overLongPoll } from './over-longpoll.js';
import { SERVERS, comparable, readRecording, withNumberedRefs } from './recording.js';
import type { Recording } from './recording.js';

type Run = {
  readonly scenario: string;
  readonly recording: Recording;
  readonly client: OfficialClient;
  readonly double: PhoenixDouble;
  readonly others: Others;
  readonly transport: TransportName;
};

const NEVER = 60_000;
const SHORT_IDLE_TIMEOUT = 250;
/** Short, because only they tell a client that its session has ended. */
const LONG_POLL = { window: 200, pubsubTimeout: 50, sessionTimeout: 60_000 };

/** What the official client says of an end that it asked for: by long poll there is no answer to it. */
const UNHEARD = 1005;

/** A long poll's error is a bare number, whose message is none. */
const ERRORS = {
  websocket: (status: number) => `Unexpected server response: ${status}`,
  longpoll: () => 'undefined',
};

const BEARER = 'base64url.bearer.phx.';

/** What the official client cannot say. */
const inexpressible = new Map([
  ['v1-join-ref', 'it speaks version 2 only'],
  ['v2-payload-not-object', 'it sends {} for null'],
]);

const expressible = tagged('client').filter((scenario) => !inexpressible.has(scenario));

const everywhere = SERVERS.flatMap((server) =>
  TRANSPORT_NAMES.map((transport) => ({ server, transport })),
);

describe.each(everywhere)('as $server, over $transport', ({ server, transport }) => {
  for (const scenario of transport === 'websocket'
    ? expressible
    : expressible.filter(hasLongPoll)) {
    const recorded = readRecording(server, scenario);
    const recording = transport === 'websocket' ? recorded : overLongPoll(recorded, scenario);
    test.concurrent(`${scenario}: ${recording.about}`, async () => {
      await using double = await PhoenixDouble.start(seedChannels(), {
        server,
        shortIdleTimeout: SHORT_IDLE_TIMEOUT,
        longPoll: LONG_POLL,
      });
      await using client = clientFor(recording, double, transport);
      await using others = new Others(scenario, double.url);
      const run = { scenario, recording, client, double, others, transport };
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
    expect(client.errors).toEqual([ERRORS[run.transport](step.status)]);
  }
  if (step.kind === 'close') {
    await end(run);
    const isOwn = manifest[run.scenario]?.ends === undefined;
    const isUnheard = isOwn && run.transport === 'longpoll';
    expect(client.codes).toEqual([isUnheard ? UNHEARD : step.code]);
  }
}

async function end({ scenario, client, double }: Run): Promise<void> {
  const { ends } = manifest[scenario] ?? {};
  if (ends === undefined) return client.disconnect();
  if (ends === 'shutdown') await double.drain();
  await client.until(() => client.codes.length > 0);
}

/** A client that does nothing by itself: what was recorded neither reconnects nor rejoins. */
function clientFor(
  { path, protocols }: Recording,
  double: PhoenixDouble,
  transport: TransportName,
): OfficialClient {
  const url = new URL(path, double.url);
  const { vsn: _vsn, ...params } = Object.fromEntries(url.searchParams);
  const bearer = protocols.find((protocol) => protocol.startsWith(BEARER));
  const options = {
    params,
    heartbeatIntervalMs: NEVER,
    reconnectAfterMs: () => NEVER,
    rejoinAfterMs: () => NEVER,
    ...(bearer !== undefined && { authToken: tokenOf(bearer) }),
  };
  return new OfficialClient(
    double.urlOf(url.pathname.replace(/\/websocket$/, '')),
    options,
    transport,
  );
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
