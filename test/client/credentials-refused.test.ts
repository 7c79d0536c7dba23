/** A join that is refused for want of better credentials: they are asked for again, once for all, and used if they are others. */

import { describe, expect, test } from 'vitest';
import {
  type ClientOptions,
  type Credentials,
  type CredentialsRequest,
  UnauthorizedError,
} from '../../src/index.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Ask = (request: CredentialsRequest) => Credentials | Promise<Credentials>;

class Members extends SimulatedWorker {
  override init(): void {
    for (const topic of ['room:1', 'room:2', 'room:3']) this.join(topic);
  }
}

/** The server refuses all joins of a socket that was opened with the old token. */
function refusingOld(reason = 'token_expired'): Script {
  return { join: ({ session }) => (fresh.has(session) ? OK : refusal(reason)) };
}
const fresh = new WeakSet<object>();

async function refused(
  ask: Ask,
  options: ClientOptions = {},
  reason?: string,
): Promise<Simulation<Members> & { asked: CredentialsRequest[] }> {
  const asked: CredentialsRequest[] = [];
  const credentials: Ask = (request) => {
    asked.push(request);
    return ask(request);
  };
  const script: Script = {
    ...refusingOld(reason),
    dial: (dial) => {
      if (dial.request.authToken !== 'new') return 'accept';
      sim.phoenix.accept(dial);
      fresh.add(sim.phoenix.sessions.at(-1)!);
      return null;
    },
  };
  const all = { credentials, heartbeat: false, ...options } as const;
  const sim: Simulation<Members> = await simulate(new Members(), { options: all, script });
  return Object.assign(sim, { asked });
}

const renewing: Ask = ({ refused: isRefused }) => ({ authToken: isRefused ? 'new' : 'old' });

function outcomes({ telemetry }: Simulation): readonly unknown[] {
  return telemetry.flatMap((fact) => (fact.name === 'credentials.refreshed' ? [fact.outcome] : []));
}

describe('joins that are refused for want of better credentials', () => {
  test('have them asked for once, and the connection made anew with those', async () => {
    await using sim = await refused(renewing);
    await sim.pass(500);

    expect(sim.asked.map(({ refused: isRefused }) => isRefused)).toEqual([false, true]);
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['old', 'new']);
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'renewed' }, retryIn: 0 },
    ]);
    expect(sim.given('handleJoined').map(({ topic }) => topic)).toEqual([
      'room:1',
      'room:2',
      'room:3',
    ]);
    expect(outcomes(sim)).toEqual(['changed']);
  });

  test('are tried at their own pace when the credentials are the same', async () => {
    await using sim = await refused(() => ({ authToken: 'old' }));
    await sim.pass(400);
    expect(sim.dialedAt).toHaveLength(1);
    expect(outcomes(sim)).toEqual(['unchanged']);
    await sim.pass(200);
    expect(sim.phoenix.sent('phx_join', 'room:1')).toHaveLength(2);
  });

  test('do not have them asked for again within 30 s', async () => {
    await using sim = await refused(() => ({ authToken: 'old' }));
    await sim.pass(29_900);
    expect(sim.asked).toHaveLength(2);
    await sim.pass(120_000);
    expect(sim.asked.length).toBeGreaterThan(2);
    expect(sim.asked.length).toBeLessThan(2 + 150 / 30);
  });

  test('for another reason have nobody asked', async () => {
    await using sim = await refused(renewing, {}, 'full');
    await sim.pass(60_000);
    expect(sim.asked).toHaveLength(1);
  });

  test('for a reason that the policy names have them asked for', async () => {
    await using sim = await refused(
      renewing,
      { rejoin: { unauthorized: ['who are you'] } },
      'who are you',
    );
    await sim.pass(500);
    expect(sim.phoenix.dials).toHaveLength(2);
  });

  test('for none, when the policy says so', async () => {
    await using sim = await refused(renewing, { rejoin: { unauthorized: [] } });
    await sim.pass(60_000);
    expect(sim.asked).toHaveLength(1);
  });

  test('end all, when whoever gives credentials says so', async () => {
    const problem = new UnauthorizedError('gone');
    const ask: Ask = ({ refused: isRefused }) => {
      if (isRefused) throw problem;
      return {};
    };
    await using sim = await refused(ask);
    await sim.pass(0);
    await expect(sim.client.stopped).resolves.toEqual({ kind: 'unauthorized', error: problem });
    expect(sim.given('handleDisconnected')).toHaveLength(1);
  });

  test('change nothing when whoever gives credentials fails otherwise', async () => {
    const ask: Ask = ({ refused: isRefused }) => {
      if (isRefused) throw new Error('the vault is sealed');
      return {};
    };
    await using sim = await refused(ask);
    await sim.pass(5000);
    expect(sim.client.status.state).toBe('connected');
    expect(outcomes(sim)).toEqual(['failed']);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['what cannot be sent', { headers: { 'x-n': 7 } }],
  ])('change nothing when %s is given', async (_, given) => {
    await using sim = await refused(({ refused: isRefused }) =>
      isRefused ? (given as Credentials) : {},
    );
    await sim.pass(100);
    expect([sim.dialedAt.length, outcomes(sim)]).toEqual([1, ['failed']]);
  });

  test('tell a params function so, and that alone', async () => {
    const told: boolean[] = [];
    class Asker extends SimulatedWorker {
      override init(): void {
        this.join('room:1', ({ refused: isRefused }: { refused: boolean }) => {
          told.push(isRefused);
          return { token: isRefused ? 'new' : 'old' };
        });
      }
    }
    const script: Script = {
      join: ({ payload }) => {
        const { token } = payload as { token: string };
        return token === 'new' ? OK : refusal('invalid_token');
      },
    };
    await using sim = await simulate(new Asker(), { script });
    await sim.pass(2000);
    expect(sim.worker.commands.joined('room:1')).toBe(true);
    sim.phoenix.crash('room:1');
    await sim.pass(2000);
    expect(told).toEqual([false, true, false]);
  });
});

test('credentials that no connection was made with are asked for anew when somebody connects', async () => {
  const tokens = ['old', 'new', 'newest'];
  await using sim = await refused(() => ({ authToken: tokens.shift() ?? 'none' }));
  expect(outcomes(sim)).toEqual(['changed']);
  sim.worker.disconnect();
  await sim.pass(3_600_000);
  sim.worker.connect();
  await sim.quiet();
  expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['old', 'newest']);
});

/** Answers to a refusal when the test says so. */
function slow(otherwise: Ask = () => ({ authToken: 'old' })) {
  let give: (given: Credentials) => void = () => undefined;
  const later = () => new Promise<Credentials>((resolve) => void (give = resolve));
  const ask: Ask = (request) => (request.refused ? later() : otherwise(request));
  return { ask, answer: (given: Credentials) => give(given) };
}

function tokens({ phoenix }: Simulation): readonly unknown[] {
  return phoenix.dials.map(({ request }) => request.authToken);
}

describe('an answer that comes when the connection has been lost meanwhile', () => {
  test('is what the next dial is made with, and nobody is asked once more', async () => {
    const { ask, answer } = slow();
    await using sim = await refused(ask);
    sim.phoenix.cut();
    answer({ authToken: 'new' });
    await sim.pass(1000);
    expect([tokens(sim), sim.asked.length, outcomes(sim)]).toEqual([
      ['old', 'new'],
      2,
      ['changed'],
    ]);
  });

  test('renews the connection that was being made with the old ones', async () => {
    const given: ((credentials: Credentials) => void)[] = [];
    const asked = (): Promise<Credentials> => new Promise((resolve) => void given.push(resolve));
    const { ask, answer } = slow(asked);
    await using sim = await refused(ask);
    given[0]?.({ authToken: 'old' });
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(1000);
    answer({ authToken: 'new' });
    await sim.quiet();
    given[1]?.({ authToken: 'old' });
    await sim.pass(1000);
    expect(tokens(sim)).toEqual(['old', 'old', 'new']);
  });

  test('is of no use to who connects much later: credentials are asked for anew', async () => {
    const given = ['old', 'newest'];
    const { ask, answer } = slow(() => ({ authToken: given.shift() ?? 'none' }));
    await using sim = await refused(ask);
    sim.phoenix.cut();
    answer({ authToken: 'new' });
    await sim.quiet();
    sim.worker.disconnect();
    await sim.pass(3_600_000);
    sim.worker.connect();
    await sim.quiet();
    expect(tokens(sim)).toEqual(['old', 'newest']);
  });
});

describe('an answer that comes when nobody waits for it any more', () => {
  test('after its deadline changes nothing', async () => {
    const { ask, answer } = slow();
    await using sim = await refused(ask);
    await sim.pass(10_000);
    expect(sim.asked[1]?.signal.aborted).toBe(true);
    answer({ authToken: 'new' });
    await sim.pass(1000);
    expect([sim.dialedAt.length, outcomes(sim)]).toEqual([1, ['late']]);
  });

  test('after a disconnect changes nothing', async () => {
    const { ask, answer } = slow();
    await using sim = await refused(ask);
    sim.worker.disconnect();
    expect(sim.asked[1]?.signal.aborted).toBe(true);
    answer({ authToken: 'new' });
    await sim.pass(10_000);
    expect([sim.dialedAt.length, outcomes(sim)]).toEqual([1, []]);
  });

  test('after the stop changes nothing', async () => {
    const { ask, answer } = slow();
    await using sim = await refused(ask);
    await sim.client.stop();
    expect(sim.asked[1]?.signal.aborted).toBe(true);
    answer({ authToken: 'new' });
    await sim.quiet();
    expect([sim.dialedAt.length, outcomes(sim)]).toEqual([1, []]);
  });

  test('and one that comes twice counts once', async () => {
    const twice = ({ refused: isRefused }: CredentialsRequest): Promise<Credentials> => {
      const thenable = {
        // biome-ignore lint/suspicious/noThenProperty: it is what is tested.
        then: (given: (credentials: Credentials) => void, failed: (error: unknown) => void) => {
          given({ authToken: isRefused ? 'new' : 'old' });
          given({ authToken: 'other' });
          failed(new UnauthorizedError());
        },
      };
      return thenable as unknown as Promise<Credentials>;
    };
    await using sim = await refused(twice);
    await sim.pass(500);
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['old', 'new']);
    expect(sim.client.status.state).toBe('connected');
  });

  test('and an object that is changed and given again is seen to be another', async () => {
    const cached = { authToken: 'old' };
    await using sim = await refused(({ refused: isRefused }) => {
      if (isRefused) cached.authToken = 'new';
      return cached;
    });
    await sim.pass(500);
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['old', 'new']);
  });
});
