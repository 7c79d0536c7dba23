/** What each failure of a channel leads to: another join, and when. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChannelFailure,
  DEFAULT_REJOIN,
  type RejoinPolicy,
  rejoinDelay,
  rejoinRule,
} from '../../../src/policy/rejoin.js';

fc.configureGlobal({ seed: 41, numRuns: 300 });

const nothing = (): number => 0;
const almostAll = (): number => 0.9999;

const REFUSED: ChannelFailure = { kind: 'refused', response: {} };
const CLOSED: ChannelFailure = { kind: 'closed', payload: {} };
const CRASHED: ChannelFailure = { kind: 'crashed', payload: {} };
const OTHERS: readonly ChannelFailure[] = [
  CRASHED,
  { kind: 'timeout' },
  { kind: 'aborted', payload: {} },
  { kind: 'params', error: null },
  { kind: 'desync' },
  { kind: 'lost' },
];

type Schedule = readonly (number | null)[];

/** The delays after the first, second… failure in a row. */
function schedule(failure: ChannelFailure, count: number, policy: RejoinPolicy = {}): Schedule {
  const rule = rejoinRule(policy);
  return Array.from({ length: count }, (_, index) =>
    rejoinDelay(rule, failure, index + 1, nothing),
  );
}

describe('a channel is joined again', () => {
  test.each(OTHERS.filter(({ kind }) => kind !== 'lost'))(
    'after half of 1, 2, 5 and then 10 s at least: $kind',
    (failure) => {
      expect(schedule(failure, 6)).toEqual([500, 1000, 2500, 5000, 5000, 5000]);
    },
  );

  test('when it was refused, at the usual pace five times, then after 60 s that double to 300 s', () => {
    expect(schedule(REFUSED, 9)).toEqual([
      500, 1000, 2500, 5000, 5000, 30_000, 60_000, 120_000, 150_000,
    ]);
    expect(rejoinDelay(DEFAULT_REJOIN, REFUSED, 1000, almostAll)).toBe(299_985);
  });

  test('when the server closed it on purpose, after half of 1, 5, 30 and then 60 s at least', () => {
    expect(schedule(CLOSED, 5)).toEqual([500, 2500, 15_000, 30_000, 30_000]);
    expect(rejoinDelay(DEFAULT_REJOIN, CLOSED, 4, almostAll)).toBe(59_997);
  });

  test('within five minutes, whatever failed, however often, whatever the chance', () => {
    const failures = fc.constantFrom(REFUSED, CLOSED, ...OTHERS);
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(failures, fc.integer({ min: 1, max: 1e9 }), chance, (failure, count, drawn) => {
        const delay = rejoinDelay(DEFAULT_REJOIN, failure, count, () => drawn);
        return delay !== null && delay >= 0 && delay <= 300_000;
      }),
    );
  });
});

describe('a rejoin policy', () => {
  test('that is switched off never joins again', () => {
    for (const failure of [REFUSED, CLOSED, ...OTHERS]) {
      expect(schedule(failure, 1, false)).toEqual([null]);
    }
  });

  test('may take a refusal as final', () => {
    expect(schedule(REFUSED, 1, { refused: false })).toEqual([null]);
    expect(schedule(CRASHED, 1, { refused: false })).toEqual([500]);
  });

  test('may be slow from the first refusal on', () => {
    expect(schedule(REFUSED, 2, { refused: 0 })).toEqual([30_000, 60_000]);
  });

  test('may take the close of the server as final', () => {
    expect(schedule(CLOSED, 1, { closed: false })).toEqual([null]);
    expect(schedule(REFUSED, 1, { closed: false })).toEqual([500]);
  });

  test('with attempts gives up, whatever failed', () => {
    for (const failure of [REFUSED, CLOSED, CRASHED]) {
      expect(schedule(failure, 3, { attempts: 2 })[1]).toBeNull();
      expect(schedule(failure, 3, { attempts: 2 })[0]).not.toBeNull();
    }
  });

  test('of one topic goes over that of the client, field by field', () => {
    const client = rejoinRule({ refused: false, concurrency: 3 });
    expect(rejoinRule({ delays: ['3s'], jitter: 'none' }, client)).toEqual({
      ...client,
      backoff: { kind: 'stepped', delays: [3000], jitter: 'none', attempts: null },
    });
    expect(rejoinRule(false, client).enabled).toBe(false);
  });

  test.each<[object, RegExp]>([
    [{ refused: -1 }, /^rejoin\.refused is -1: write a whole number of at least 0, or false$/],
    [{ refused: true }, /^rejoin\.refused is true: write a whole number of at least 0, or false$/],
    [{ closed: 'no' }, /^rejoin\.closed is a string: write true or false$/],
    [
      { concurrency: 0 },
      /^rejoin\.concurrency is 0: write a whole number of at least 1, or false$/,
    ],
    [{ delays: ['soon'] }, /^rejoin\.delays\[0\] is soon: write milliseconds/],
  ])('that cannot be meant is refused: %j', (policy, message) => {
    expect(() => rejoinRule(policy as RejoinPolicy)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });

  test('may let any number of joins be in flight', () => {
    expect(rejoinRule({ concurrency: false }).concurrency).toBe(false);
  });
});
