/** The client against the recordings: it says what was said to a real Phoenix, and reports what was heard. */

import { describe, expect, test } from 'vitest';
import { MemoryStage } from './client-memory-stage.js';
import { planOf } from './client-plan.js';
import { tagged } from './manifest.js';
import { SERVERS, readRecording } from './recording.js';
import { replay } from './replay.js';

describe.each(SERVERS)('as %s', (server) => {
  for (const scenario of tagged('client')) {
    const recording = readRecording(server, scenario);
    test(`${scenario}: ${recording.about}`, async () => {
      using stage = new MemoryStage();
      const plan = planOf(scenario, recording, stage.transport.name);
      expect(plan.isComplete).toBe(true);
      expect(await replay(recording, plan, stage)).toStrictEqual(plan.told);
    });
  }
});
