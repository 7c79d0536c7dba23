/** The live suite against the double, so that neither can rot. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { liveScenarios, playLive } from './client-live.js';
import { readRecording, SERVERS } from './recording.js';

/** The recorded server waited 1500 ms; how long is no part of what it then says. */
const SHORT_IDLE_TIMEOUT = 250;

describe.each(SERVERS)('as %s', (server) => {
  for (const scenario of liveScenarios) {
    const { about } = readRecording(server, scenario);
    test.concurrent(`${scenario}: ${about}`, async () => {
      await using double = await PhoenixDouble.start(seedChannels(), {
        server,
        shortIdleTimeout: SHORT_IDLE_TIMEOUT,
      });
      const urlOf = (mount: string) => double.urlOf(mount);
      const { told, expected } = await playLive(scenario, [server], urlOf);
      expect(told).toEqual(expected);
    });
  }
});
