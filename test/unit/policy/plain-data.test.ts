/** Policies are plain data: what goes through a file comes back as the same policy, and nobody changes it later. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backoff } from '../../../src/policy/backoff.js';
import type { Duration, Size } from '../../../src/policy/duration.js';
import { type InboxPolicy, inboxRule } from '../../../src/policy/inbox.js';
import { type OverflowPolicy, overflowRule } from '../../../src/policy/overflow.js';
import { type ReconnectPolicy, reconnectRule } from '../../../src/policy/reconnect.js';
import { type RejoinPolicy, rejoinRule } from '../../../src/policy/rejoin.js';
import { settingsOf, type SocketOptions } from '../../../src/sockets/settings.js';

fc.configureGlobal({ seed: 41, numRuns: 300 });

const AMPLE = 1_000_000;
const milliseconds = fc.oneof(
  fc.integer({ min: 0, max: AMPLE }),
  fc.double({ min: 0, max: AMPLE, noNaN: true }),
);
const duration: fc.Arbitrary<Duration> = fc.oneof(
  milliseconds,
  fc
    .tuple(fc.integer({ min: 0, max: 500 }), fc.constantFrom('ms', 's', 'm', 'h'))
    .map(([amount, unit]) => `${amount}${unit}` as Duration),
);
const size: fc.Arbitrary<Size> = fc.oneof(
  fc.nat(AMPLE),
  fc
    .tuple(fc.nat(64), fc.constantFrom('B', 'KiB', 'MiB', 'GiB'))
    .map(([amount, unit]) => `${amount}${unit}` as Size),
);
const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const limits = {
  jitter: fc.constantFrom('full' as const, 'equal' as const, 'none' as const),
  attempts: count,
};
const optional = { requiredKeys: [] };

const growing = fc
  .record({
    low: milliseconds,
    high: milliseconds,
    factor: fc.double({ min: 1, max: 9, noNaN: true }),
  })
  .map(({ low, high, factor }) => ({ min: Math.min(low, high), max: Math.max(low, high), factor }));
const stepped = fc.record({ delays: fc.array(duration, { minLength: 1, maxLength: 5 }) });

/** Any back-off, and any of the other fields beside it. */
function beside<Fields extends object>(
  others: fc.Arbitrary<Fields>,
): fc.Arbitrary<Backoff & Fields> {
  const shapes = fc.oneof(growing, stepped, fc.constant({}));
  return fc
    .tuple(shapes, fc.record(limits, optional), others)
    .map(([shape, limit, fields]) => ({ ...shape, ...limit, ...fields }));
}

const verdicts = fc.dictionary(
  fc.oneof(
    fc.integer({ min: 1000, max: 4999 }).map(String),
    fc.integer({ min: 100, max: 599 }).map(String),
    fc.constantFrom('ECONNREFUSED', 'CERT_HAS_EXPIRED'),
  ),
  fc.constantFrom('now' as const, 'later' as const, 'refresh' as const, 'fatal' as const),
);
const off = fc.constant(false as const);

const reconnect: fc.Arbitrary<ReconnectPolicy> = fc.oneof(
  off,
  beside(fc.record({ stableAfter: duration, verdicts }, optional)),
);
const rejoin = fc.oneof(
  off,
  beside(
    fc.record(
      {
        refused: fc.oneof(off, fc.nat()),
        closed: fc.boolean(),
        concurrency: fc.oneof(off, count),
      },
      optional,
    ),
  ),
) as fc.Arbitrary<RejoinPolicy>;
const outbox = fc.oneof(
  off,
  fc.record(
    {
      messages: count,
      size,
      ttl: duration,
      whenFull: fc.constantFrom('reject' as const, 'dropOldest' as const),
    },
    optional,
  ),
) as fc.Arbitrary<OverflowPolicy>;
const inbox = fc.record(
  { messages: count, whenFull: fc.constantFrom('shedOldest' as const, 'disconnect' as const) },
  optional,
) as fc.Arbitrary<InboxPolicy>;

/** All of them in one, as `start` takes them. */
const options = fc.record({ reconnect, rejoin, outbox, inbox }) as fc.Arbitrary<SocketOptions>;

type Policies = Required<Pick<SocketOptions, 'reconnect' | 'rejoin' | 'outbox' | 'inbox'>>;

function rulesOf(policies: SocketOptions) {
  const { reconnect, rejoin, outbox, inbox, heartbeat, timeouts } = settingsOf(policies);
  return { reconnect, rejoin, outbox, inbox, heartbeat, timeouts };
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** What somebody could still change, by its path. */
function changeable(value: unknown, path = 'rule'): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.entries(value).flatMap(([name, part]) =>
    changeable(part, `${path}.${name}`),
  );
  return Object.isFrozen(value) ? within : [path, ...within];
}

describe('every policy', () => {
  test('goes through JSON and means the same', () => {
    fc.assert(
      fc.property(options, (policies) => {
        expect(rulesOf(throughJson(policies))).toStrictEqual(rulesOf(policies));
      }),
    );
  });

  test('becomes a rule that goes through JSON, too', () => {
    fc.assert(
      fc.property(options, (policies) => {
        expect(throughJson(rulesOf(policies))).toStrictEqual(rulesOf(policies));
      }),
    );
  });

  test('becomes a rule that nobody can change', () => {
    fc.assert(
      fc.property(options, (policies) => {
        const rules: readonly unknown[] = Object.values(rulesOf(policies));
        expect(rules.flatMap((rule) => changeable(rule))).toEqual([]);
      }),
    );
  });

  test('is copied: to change it later changes no rule', () => {
    const delays: Duration[] = ['1s'];
    const table: { [code: string]: 'fatal' | 'now' } = { 4001: 'fatal' };
    const policies = {
      reconnect: { delays, verdicts: table, stableAfter: '5s' },
      rejoin: { delays, refused: 3 },
      outbox: { messages: 7 },
      inbox: { messages: 7 },
    } satisfies Policies;
    const rules = rulesOf(policies);
    const before = throughJson(rules);
    delays[0] = '1h';
    table[4001] = 'now';
    table['ECONNRESET'] = 'fatal';
    Object.assign(policies.reconnect, { stableAfter: '9s' });
    Object.assign(policies.rejoin, { refused: 9 });
    Object.assign(policies.outbox, { messages: 9 });
    Object.assign(policies.inbox, { messages: 9 });

    expect(rules).toEqual(before);
  });
});

describe('the rules of nobody', () => {
  test.each([
    ['reconnect', reconnectRule()],
    ['reconnect, off', reconnectRule(false)],
    ['reconnect, a function', reconnectRule(() => null)],
    ['rejoin', rejoinRule()],
    ['rejoin, off', rejoinRule(false)],
    ['rejoin, a function', rejoinRule(() => null)],
    ['outbox', overflowRule()],
    ['outbox, off', overflowRule(false)],
    ['inbox', inboxRule()],
  ])('cannot be changed: %s', (_, rule) => {
    expect(changeable(rule)).toEqual([]);
  });
});
