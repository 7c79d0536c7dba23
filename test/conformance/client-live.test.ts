/** The live suite against the double, so that neither can rot. */

import { describe, expect, test } from 'vitest';
import { TRANSPORT_NAMES } from '../../src/sockets/transports.js';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { liveScenarios, playLive } from './client-live.js';
import { readRecording, SERVERS } from './recording.js';

/** The recorded server waited 1500 ms; how long is no part of what it then says. */
const SHORT_IDLE_TIMEOUT = 250;

/** Short, because only they tell a client that its session has ended. */
const LONG_POLL = { window: 200, pubsubTimeout: 50, sessionTimeout: 60_000 };

const everywhere = SERVERS.flatMap((server) =>
  TRANSPORT_NAMES.map((transport) => ({ server, transport })),
);

describe.each(everywhere)('as $server, over $transport', ({ server, transport }) => {
  for (const scenario of liveScenarios[transport]) {
    const { about } = readRecording(server, scenario);
    test.concurrent(`${scenario}: ${about}`, async () => {
      await using double = await PhoenixDouble.start(seedChannels(), {
        server,
        shortIdleTimeout: SHORT_IDLE_TIMEOUT,
        longPoll: LONG_POLL,
      });
      const urlOf = (mount: string) => double.urlOf(mount);
      const { told, expected } = await playLive(scenario, [server], urlOf, transport);
      expect(told).toEqual(expected);
    });
  }
});
