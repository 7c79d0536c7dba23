/** The client against the Phoenix at PHOENIX_URL: its worker is told what a recorded client was. */

import { describe, expect, test } from 'vitest';
import { liveScenarios, playLive } from '../conformance/client-live.js';
import { readRecording, SERVERS } from '../conformance/recording.js';

const phoenix = new URL(process.env['PHOENIX_URL'] ?? '');

describe(`the Phoenix at ${phoenix.host}`, () => {
  // Never at the same time: they broadcast on the same topic.
  for (const scenario of liveScenarios) {
    const { about } = readRecording('bandit', scenario);
    test(`${scenario}: ${about}`, async () => {
      const { told, expected } = await playLive(scenario, SERVERS, urlOf);
      expect(told).toEqual(expected);
    });
  }
});

/** The URL is that of the mount `/socket`; the others lie beside it. */
function urlOf(mount: string): string {
  const path = phoenix.pathname.replace(/\/+$/, '').replace(/\/websocket$/, '');
  const scheme = phoenix.protocol.replace('http', 'ws');
  const mounted = mount === '/socket' ? path : path.replace(/\/[^/]*$/, mount);
  return `${scheme}//${phoenix.host}${mounted}`;
}
