/** The recorded chat rooms, heard by the client: who is there, on both versions. */

import { describe, expect, test } from 'vitest';
import { MemoryStage } from './client-memory-stage.js';
import type { Told } from './client-model.js';
import { planOf } from './client-plan.js';
import { SERVERS, readRecording } from './recording.js';
import { replay } from './replay.js';

/** `joined robin`, with `…` for each of its devices that types and `.` for each that does not. */
function lineOf({ fact }: Told): string {
  const { type, entry, entries } = fact as {
    readonly type: string;
    readonly entry?: { readonly key: string; readonly metas: readonly { typing: boolean }[] };
    readonly entries?: readonly unknown[];
  };
  if (entry === undefined) return `${type} ${entries?.length}`;
  return `${type} ${entry.key} ${entry.metas.map(({ typing }) => (typing ? '…' : '.')).join('')}`;
}

describe.each(SERVERS)('as %s', (server) => {
  test.each([
    ['v1-presence', ['synced 0', 'joined robin .', 'joined robin2 .', 'left robin2 .']],
    [
      'v2-presence',
      [
        'synced 0',
        'joined robin .',
        'joined robin2 .',
        'updated robin2 …',
        'updated robin2 .',
        'left robin2 .',
      ],
    ],
    [
      'v2-presence-two-metas',
      [
        'synced 0',
        'joined robin .',
        'joined dup .',
        'updated dup ..',
        'updated dup .',
        'left dup .',
      ],
    ],
  ])('%s', async (scenario, changes) => {
    using stage = new MemoryStage();
    const recording = readRecording(server, scenario);
    const plan = planOf(scenario, recording, stage.transport.name);
    const told = await replay(recording, plan, stage);
    const presence = told.filter(({ callback }) => callback === 'handlePresence');
    expect(presence.map(lineOf)).toEqual(changes);
    expect(told).toStrictEqual(plan.told);
  });
});
