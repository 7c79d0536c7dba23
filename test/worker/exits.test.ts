/** Which end leads to which exit code; docs/running.md shows the same table. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  CallbackError,
  StoreError,
  type StopReason,
  UnauthorizedError,
  UsageError,
} from '../../src/index.js';
import { lost } from '../../src/protocol/close.js';
import { exitOf, WORKER_EXITS, type WorkerExit } from '../../src/worker/exits.js';

const DRAINED: StopReason = { kind: 'requested', reason: 'drained' };
const REPORT = { settled: 3, unsent: 0, persisted: 0, unanswered: 0, forced: false };

function crashed(cause: unknown): StopReason {
  return { kind: 'crashed', error: new CallbackError('init', cause) };
}

function told(cause: unknown): StopReason {
  return { kind: 'crashed', error: new CallbackError('handleMessage', cause) };
}

function gaveUp(error?: Error): StopReason {
  return { kind: 'gaveUp', close: lost('credentials', '', error) };
}

describe('the exit of a worker that', () => {
  const ring = new Error('a ring');
  ring.cause = ring;

  test.each<[string, StopReason, object | null, WorkerExit]>([
    ['was stopped', { kind: 'requested', reason: null }, null, 'ok'],
    ['was drained', DRAINED, {}, 'ok'],
    ['was drained with pushes unsent', DRAINED, { unsent: 1 }, 'workLeft'],
    ['was drained with pushes unanswered', DRAINED, { unanswered: 1 }, 'workLeft'],
    ['was drained with pushes that its store keeps', DRAINED, { persisted: 3 }, 'ok'],
    ['was drained by force', DRAINED, { forced: true }, 'workLeft'],
    ['left to its store what was sent', DRAINED, { forced: true, persisted: 1 }, 'ok'],
    [
      'left to its store but a part',
      DRAINED,
      { forced: true, persisted: 1, unsent: 1 },
      'workLeft',
    ],
    ['crashed', crashed(new TypeError('x')), null, 'crashed'],
    ['crashed while it drained', crashed(new TypeError('x')), {}, 'crashed'],
    ['crashed with what is no error', crashed('x'), null, 'crashed'],
    ['crashed with a ring of causes', crashed(ring), null, 'crashed'],
    ['met an option', crashed(new UsageError('PHX_BAD_OPTION', 'x')), null, 'config'],
    ['was told what it cannot push', told(new UsageError('PHX_BAD_OPTION', 'x')), null, 'crashed'],
    ['lost its store', crashed(new StoreError('PHX_STORE_CORRUPT', 'x')), null, 'store'],
    ['gave up', gaveUp(), null, 'gaveUp'],
    ['was refused', gaveUp(new UnauthorizedError()), null, 'unauthorized'],
  ])('%s', (_, reason, report, exit) => {
    expect(exitOf(reason, report && { ...REPORT, ...report })).toBe(exit);
  });

  test('is in the guide, in the same words', () => {
    const guide = readFileSync(new URL('../../docs/running.md', import.meta.url), 'utf8');
    const [, rows = ''] = /^\| code \| what it says \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(guide) ?? [];
    const shown = rows.trimEnd().split('\n');
    const expected = Object.values(WORKER_EXITS).map(({ code, says }) => `| ${code} | ${says} |`);
    expect(shown).toEqual(expected);
  });
});
