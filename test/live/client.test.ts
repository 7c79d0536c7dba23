/** The client against the Phoenix at PHOENIX_URL: its worker is told what a recorded client was. */

import { describe, expect, test } from 'vitest';
import { liveScenarios, playLive } from '../conformance/client-live.js';
import { readRecording, SERVERS } from '../conformance/recording.js';
import { phoenix, urlOf } from './phoenix.js';

describe(`the Phoenix at ${phoenix.host}`, () => {
  // Never at the same time: they broadcast on the same topic.
  for (const scenario of liveScenarios.websocket) {
    const { about } = readRecording('bandit', scenario);
    test(`${scenario}: ${about}`, async () => {
      const { told, expected } = await playLive(scenario, SERVERS, urlOf, 'websocket');
      expect(told).toEqual(expected);
    });
  }
});
