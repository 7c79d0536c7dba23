/** The function form of a policy: believed if it answers in the policy's own word, harmless if it does not. */

import { describe, expect, test } from 'vitest';
import { UnauthorizedError } from '../../../src/errors.js';
import { answerOf, type Decide } from '../../../src/policy/decide.js';
import type { ChannelClosedFact, DisconnectedFact } from '../../../src/policy/facts.js';
import { decided, judge, type Loss, reconnectRule } from '../../../src/policy/reconnect.js';
import { decidedRejoin, rejoinRule } from '../../../src/policy/rejoin.js';
import { type Close, lost } from '../../../src/protocol/close.js';

const CUT = lost('peer', 'cut');
const CLOSED: ChannelClosedFact = { topic: 't', cause: 'crashed', payload: {}, retryIn: 700 };

function answered(decide: () => unknown): { answer: number | null; problems: unknown[] } {
  const problems: unknown[] = [];
  const ask = decide as Decide<{ retryIn: number | null }>;
  return { answer: answerOf(ask, { retryIn: 700 }, (problem) => problems.push(problem)), problems };
}

describe('an answer', () => {
  test.each<[unknown, number | null]>([
    [0, 0],
    [1500, 1500],
    ['2s', 2000],
    ['1.5m', 90_000],
    [null, null],
  ])('of %j is %j', (given, expected) => {
    expect(answered(() => given)).toEqual({ answer: expected, problems: [] });
  });

  test.each<[unknown]>([
    [undefined],
    [-1],
    [NaN],
    [Infinity],
    ['soon'],
    [true],
    [{}],
    [Object.create(null)],
    [Symbol('later')],
    [Promise.resolve(5)],
    [2 ** 31],
  ])('of %o leaves what the default would do, and is told', (given) => {
    const { answer, problems } = answered(() => given);
    expect(answer).toBe(700);
    expect(problems).toHaveLength(1);
  });

  test('that is none says what to answer', () => {
    const { problems } = answered(() => undefined);
    expect(problems).toMatchObject([
      {
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(/^the answer of the policy function is undefined: write /),
      },
    ]);
  });

  test('that never comes because the function throws leaves what the default would do', () => {
    const problem = new Error('no idea');
    const thrown = answered(() => {
      throw problem;
    });
    expect(thrown).toEqual({ answer: 700, problems: [problem] });
  });

  test('that is a rejected promise is nobody else’s rejection', async () => {
    answered(() => Promise.reject(new Error('too late')));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('is not changed by what the function does to the fact', () => {
    const { answer } = answered(() => undefined);
    const spoilt = answerOf(
      (fact: { retryIn: number | null }) => {
        fact.retryIn = 1;
        throw new Error('spoilt');
      },
      { retryIn: 700 },
      () => undefined,
    );
    expect([answer, spoilt]).toEqual([700, 700]);
  });
});

function decidedAfter(loss: Partial<Loss>, decide: Decide<DisconnectedFact>) {
  const asked: DisconnectedFact[] = [];
  const whole = { close: CUT, failures: 1, refusals: 0, ...loss };
  const rule = reconnectRule((fact) => {
    asked.push(fact);
    return decide(fact);
  });
  const judgement = judge(rule, whole, 0, () => 0);
  return { ...decided(rule, whole, judgement, () => undefined), asked };
}

function refused(status: number, retryAfter: string): Close {
  const response = { headers: { 'retry-after': retryAfter }, body: '' };
  return { cause: 'refused', code: 1006, reason: '', status, response };
}

describe('a reconnect function', () => {
  test('is shown the close, the failures in a row and what the default would do', () => {
    const { asked } = decidedAfter({ failures: 7 }, () => null);
    expect(asked).toEqual([{ close: CUT, attempt: 7, retryIn: 1000 }]);
  });

  test.each<[string, Partial<Loss>, number]>([
    ['a second from the sixth attempt on', { failures: 5 }, 1000],
    ['Retry-After', { close: refused(429, '7') }, 7000],
    ['30 s after credentials were refused twice', { failures: 2, refusals: 2 }, 30_000],
  ])('stays above the floor of %s', (_, loss, floor) => {
    expect(decidedAfter(loss, () => 0)).toMatchObject({ retryIn: floor, floor });
    expect(decidedAfter(loss, () => '1h').retryIn).toBe(3_600_000);
    expect(decidedAfter(loss, () => null)).toMatchObject({ retryIn: null, floor });
  });

  test.each<[string, Close]>([
    ['an end that was asked for', { ...CUT, cause: 'requested' }],
    ['"unauthorized"', lost('credentials', 'no', new UnauthorizedError())],
  ])('is not asked about %s', (_, close) => {
    expect(decidedAfter({ close }, () => 1).asked).toEqual([]);
  });

  test('tells network and TLS errors apart by the code of the error', () => {
    const error = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });
    const gaveUp = decidedAfter({ close: lost('network', '', error) }, ({ close, retryIn }) => {
      const isExpired = close.error instanceof Error && 'code' in close.error;
      return isExpired && close.error.code === 'CERT_HAS_EXPIRED' ? null : retryIn;
    });
    expect(gaveUp.retryIn).toBeNull();
  });
});

describe('a rejoin function', () => {
  test('stays above a second from the sixth failure on', () => {
    const answers = [1, 4, 5, 6].map((failures) =>
      decidedRejoin(
        rejoinRule(() => 0),
        CLOSED,
        failures,
        () => undefined,
      ),
    );
    expect(answers).toEqual([0, 0, 1000, 1000]);
  });

  test('of one topic goes over the data of the client, and data over the function of the client', () => {
    const client = rejoinRule({ delays: ['3s'], refused: false });
    const topic = rejoinRule(() => null, client);
    expect(topic).toMatchObject({ backoff: { delays: [3000] }, refused: false, enabled: true });
    expect(rejoinRule({ closed: false }, topic)).toMatchObject({ decide: null, closed: false });
    expect(rejoinRule(false, topic)).toMatchObject({ decide: null, enabled: false });
    expect(rejoinRule(() => 1, rejoinRule(false))).toMatchObject({ enabled: true });
  });
});
