/** What is said of a topic while a command runs. */

import { describe, expect, test } from 'vitest';
import { Narrator } from '../../src/cli/narrator.js';
import type { TelemetryFact } from '../../src/telemetry/facts.js';

const ROOM = { at: 0, topic: 'room:1' };
const JOINED: TelemetryFact = {
  ...ROOM,
  name: 'channel.state',
  from: 'joining',
  to: 'joined',
  reason: '',
};

function saidOf(...facts: readonly TelemetryFact[]): readonly string[] {
  const said: string[] = [];
  const narrator = new Narrator((line) => said.push(line), false);
  for (const fact of facts) narrator.fact(fact);
  return said;
}

describe('the fate of a topic is said', () => {
  test.each<[string, TelemetryFact, string]>([
    [
      'a crash',
      { ...ROOM, name: 'channel.ended', cause: 'crashed', retryIn: 1234 },
      'room:1 crashed: trying again in 1.2 s',
    ],
    [
      'a crash for good',
      { ...ROOM, name: 'channel.ended', cause: 'crashed', retryIn: null },
      'room:1 crashed: given up',
    ],
    [
      'that the server closed it',
      { ...ROOM, name: 'channel.ended', cause: 'closed', retryIn: 5000 },
      'room:1 closed: trying again in 5.0 s',
    ],
    [
      'that the server no longer knows of it',
      { ...ROOM, name: 'channel.ended', cause: 'desync', retryIn: 0 },
      'room:1 lost: trying again in 0.0 s',
    ],
    [
      'a refused rejoin',
      { ...ROOM, name: 'join.failed', code: 'PHX_JOIN_REFUSED', attempt: 2, retryIn: 2000 },
      'room:1 is not joined again (PHX_JOIN_REFUSED): trying again in 2.0 s',
    ],
    [
      'a rejoin refused for good',
      { ...ROOM, name: 'join.failed', code: 'PHX_JOIN_REFUSED', attempt: 2, retryIn: null },
      'room:1 is not joined again (PHX_JOIN_REFUSED): given up',
    ],
  ])('%s', (_, fact, line) => {
    expect(saidOf(JOINED, fact)).toEqual(['joined room:1', line]);
  });
});

test('what the command itself awaits or asks for is not said: a first join, a leave', () => {
  const refused = { code: 'PHX_JOIN_REFUSED', attempt: 1, retryIn: null };
  expect(saidOf({ ...ROOM, name: 'join.failed', ...refused })).toEqual([]);
  const left = { cause: 'left', retryIn: null } as const;
  expect(saidOf(JOINED, { ...ROOM, name: 'channel.ended', ...left })).toEqual(['joined room:1']);
});
