/** The client against recordings of what no correct client says: it survives what the server answered. */

import { describe, expect, test } from 'vitest';
import { MemoryStage } from './client-memory-stage.js';
import { planOf } from './client-plan.js';
import { manifest, tagged } from './manifest.js';
import { SERVERS, readRecording } from './recording.js';
import { replay } from './replay.js';

/** Has a test of its own: a client that has joined does not join again. */
const DUPLICATE_JOIN = 'v2-duplicate-join';

const scenarios = tagged('raw').filter(
  (name) => manifest[name]?.tags.includes('client') === false && name !== DUPLICATE_JOIN,
);

describe.each(SERVERS)('as %s', (server) => {
  for (const scenario of scenarios) {
    const recording = readRecording(server, scenario);
    test(`${scenario}: ${recording.about}`, async () => {
      using stage = new MemoryStage();
      const plan = planOf(scenario, recording, stage.transport.name);
      expect(await replay(recording, plan, stage)).toStrictEqual(plan.told);
    });
  }
});
