/** What each end of a session leads to: another dial, when, and not before when. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnauthorizedError } from '../../../src/errors.js';
import { LONGEST_DELAY } from '../../../src/policy/duration.js';
import {
  DEFAULT_RECONNECT,
  type Judgement,
  judge,
  type Loss,
  type ReconnectPolicy,
  reconnectRule,
  verdictOf,
} from '../../../src/policy/reconnect.js';
import { type Close, lost } from '../../../src/protocol/close.js';

fc.configureGlobal({ seed: 41, numRuns: 300 });

const CUT = lost('peer', 'cut');
const nothing = (): number => 0;
const almostAll = (): number => 0.9999;

function refused(status: number, retryAfter?: string): Close {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return { cause: 'refused', code: 1006, reason: '', status, response: { headers, body: '' } };
}

function closed(code: number): Close {
  return { cause: 'peer', code, reason: '', status: null };
}

function judged(loss: Partial<Loss>, random = nothing, policy: ReconnectPolicy = {}): Judgement {
  return judge(reconnectRule(policy), { close: CUT, failures: 1, refusals: 0, ...loss }, 0, random);
}

describe('after a loss', () => {
  test.each([1000, 1001, 1002, 1006, 1008, 1009, 1011, 1012, 1013, 4000, 4999])(
    'with close code %d there is another attempt',
    (code) => {
      expect(judged({ close: closed(code) }).retryIn).not.toBeNull();
    },
  );

  test.each([400, 401, 403, 404, 429, 500, 502, 503])(
    'with HTTP status %d there is another attempt',
    (status) => {
      expect(judged({ close: refused(status) }).retryIn).not.toBeNull();
    },
  );

  test('that says "unauthorized" there is none, whatever the table says', () => {
    const close = lost('credentials', 'no', new UnauthorizedError());
    expect(judged({ close }).retryIn).toBeNull();
    expect(judged({ close }, nothing, { verdicts: { 1006: 'now' } }).retryIn).toBeNull();
  });

  test('the delay is anywhere below half a second that doubles to 30 s', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 100].map(
      (failures) => judged({ failures }, almostAll).retryIn,
    );
    expect(ceilings).toEqual([499, 999, 1999, 3999, 7999, 15_998, 29_997, 29_997, 29_997]);
  });

  test.each([1012, 1013])('with close code %d the first return is spread over 5 s', (code) => {
    expect(judged({ close: closed(code) }, almostAll).retryIn).toBe(4999);
    expect(judged({ close: closed(code), failures: 7 }, almostAll).retryIn).toBe(29_997);
  });

  test('with HTTP status 503 the first return is spread over 5 s', () => {
    expect(judged({ close: refused(503) }, almostAll).retryIn).toBe(4999);
  });

  test('a crowd spreads above the least delay of equal jitter, and not at all without jitter', () => {
    const close = closed(1012);
    const equal: ReconnectPolicy = { min: '2s', jitter: 'equal' };
    expect(judged({ close }, nothing, equal).retryIn).toBe(1000);
    expect(judged({ close }, almostAll, equal).retryIn).toBe(4999);
    expect(judged({ close }, almostAll, { jitter: 'none' }).retryIn).toBe(500);
  });
});

describe('the floor under every dial', () => {
  test('is a second from the sixth attempt on', () => {
    const floors = [4, 5, 6, 1000].map((failures) => judged({ failures }));
    expect(floors).toEqual([
      { retryIn: 0, floor: 0 },
      { retryIn: 1000, floor: 1000 },
      { retryIn: 1000, floor: 1000 },
      { retryIn: 1000, floor: 1000 },
    ]);
  });

  test('stands when the policy itself will not try again', () => {
    expect(judged({ failures: 6 }, nothing, false)).toEqual({ retryIn: null, floor: 1000 });
    expect(judged({ failures: 6 }, nothing, { attempts: 6 })).toEqual({
      retryIn: null,
      floor: 1000,
    });
  });

  test('is 30 to 60 s once credentials were refused twice in a row', () => {
    const close = refused(401);
    expect(judged({ close, failures: 1, refusals: 1 }).floor).toBe(0);
    expect(judged({ close, failures: 2, refusals: 2 })).toEqual({ retryIn: 30_000, floor: 30_000 });
    expect(judged({ close, failures: 2, refusals: 2 }, almostAll).floor).toBe(59_997);
  });

  test('is the time that the server asked for, and its jitter comes on top', () => {
    expect(judged({ close: refused(429, '7') })).toEqual({ retryIn: 7000, floor: 7000 });
    expect(judged({ close: refused(429, '7') }, almostAll)).toEqual({ retryIn: 7499, floor: 7000 });
    expect(judged({ close: refused(503, '7') }, almostAll).retryIn).toBe(11_999);
    expect(judged({ close: refused(429, '86400') }).floor).toBe(300_000);
  });

  test.each<[string, number]>([
    ['0', LONGEST_DELAY - 1000],
    ['1', LONGEST_DELAY],
    ['2', LONGEST_DELAY],
    ['86400', LONGEST_DELAY],
  ])(
    'and the longest delay make no more than a timer can hold: Retry-After %s',
    (asked, retryIn) => {
      const policy: ReconnectPolicy = { delays: [LONGEST_DELAY - 1000], jitter: 'none' };
      expect(judged({ close: refused(429, asked) }, nothing, policy).retryIn).toBe(retryIn);
    },
  );

  test('is never above the announced delay, which is a delay that a timer can hold', () => {
    const losses = fc.record({
      close: fc.oneof(
        fc.integer({ min: 1000, max: 4999 }).map(closed),
        fc.tuple(fc.integer({ min: 100, max: 599 }), fc.string()).map((pair) => refused(...pair)),
      ),
      failures: fc.integer({ min: 1, max: 1e6 }),
      refusals: fc.nat(10),
    });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(losses, chance, (loss, drawn) => {
        const { retryIn, floor } = judge(DEFAULT_RECONNECT, loss, Date.now(), () => drawn);
        return retryIn !== null && retryIn >= floor && floor >= 0 && retryIn <= 400_000;
      }),
    );
  });
});

describe('a reconnect policy', () => {
  test('that is switched off tries never', () => {
    expect(judged({}, nothing, false)).toEqual({ retryIn: null, floor: 0 });
  });

  test('with attempts tries so many times, the first one included', () => {
    const tries = [1, 2, 3].map((failures) => judged({ failures }, nothing, { attempts: 3 }));
    expect(tries.map(({ retryIn }) => retryIn)).toEqual([0, 0, null]);
  });

  test('asks for no other credentials because a proxy refused', () => {
    const refused: Close = { cause: 'proxy', code: 1006, reason: '', status: 403 };
    expect(verdictOf(reconnectRule(), refused)).toBe('later');
    expect(verdictOf(reconnectRule(), { ...refused, cause: 'refused' })).toBe('refresh');
    expect(
      verdictOf(reconnectRule({ verdicts: { 407: 'fatal' } }), { ...refused, status: 407 }),
    ).toBe('fatal');
  });

  test('may call a close fatal, and one that comes back at once', () => {
    const verdicts = { 4001: 'fatal', 404: 'fatal', 1012: 'now' } as const;
    expect(judged({ close: closed(4001) }, almostAll, { verdicts }).retryIn).toBeNull();
    expect(judged({ close: refused(404) }, almostAll, { verdicts }).retryIn).toBeNull();
    expect(judged({ close: closed(1012) }, almostAll, { verdicts }).retryIn).toBe(0);
    expect(judged({ close: closed(1012), failures: 2 }, almostAll, { verdicts }).retryIn).toBe(
      4999,
    );
  });

  test('may judge a network or TLS error by its code, above any close code', () => {
    const verdicts = { CERT_HAS_EXPIRED: 'fatal', ECONNREFUSED: 'now', 1006: 'refresh' } as const;
    const rule = reconnectRule({ verdicts });
    const words = ['CERT_HAS_EXPIRED', 'ECONNREFUSED', 'ECONNRESET', 'toString'].map((code) =>
      verdictOf(rule, lost('network', '', Object.assign(new Error(code), { code }))),
    );
    expect(words).toEqual(['fatal', 'now', 'refresh', 'refresh']);
  });

  test('knows the errors of all addresses of a host by the first one', () => {
    const refusal = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const all = Object.assign(new AggregateError([refusal, refusal]), { code: 'ECONNREFUSED' });
    const rule = reconnectRule({ verdicts: { ECONNREFUSED: 'fatal' } });
    expect(verdictOf(rule, lost('network', '', all))).toBe('fatal');
  });

  test('adds its verdicts to the default ones, and may replace them', () => {
    expect(reconnectRule({ verdicts: { 4001: 'fatal', 403: 'later' } }).verdicts).toEqual({
      401: 'refresh',
      403: 'later',
      4001: 'fatal',
    });
  });

  test.each<[object, RegExp]>([
    [{ verdicts: { 4001: 'never' } }, /^reconnect\.verdicts\[4001\] is 'never': write 'now', /],
    [
      { verdicts: { 99: 'later' } },
      /^reconnect\.verdicts\[99\] is for no close code, .* from 1000 /,
    ],
    [{ verdicts: { 4000.5: 'later' } }, /^reconnect\.verdicts\[4000\.5\] is for no close code, /],
    [
      { verdicts: { cert_has_expired: 'fatal' } },
      /^reconnect\.verdicts\[cert_has_expired\] is for /,
    ],
    [
      { verdicts: { PHX_UNAUTHORIZED: 'later' } },
      /^reconnect\.verdicts\[PHX_UNAUTHORIZED\] is for /,
    ],
    [
      { verdicts: { toString: 'later' } },
      /^reconnect\.verdicts\[toString\] is for no close code, /,
    ],
    [{ verdicts: 'fatal' }, /^reconnect\.verdicts is a string: write an object of codes and /],
    [{ stableAfter: 'long' }, /^reconnect\.stableAfter is long: write milliseconds/],
    [{ min: -1 }, /^reconnect\.min is -1: write milliseconds/],
  ])('that cannot be meant is refused: %j', (policy, message) => {
    expect(() => reconnectRule(policy as ReconnectPolicy)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });
});
