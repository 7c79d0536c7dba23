/** Credentials: asked before every dial, never waited for without end, and slow once they are refused. */

import { describe, expect, test } from 'vitest';
import {
  type ClientOptions,
  type Credentials,
  type CredentialsRequest,
  UnauthorizedError,
} from '../../src/index.js';
import type { Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Ask = (request: CredentialsRequest) => Credentials | Promise<Credentials>;

/** A worker with a credentials function, and what that was asked. */
async function asking(
  ask: Ask,
  script: Script = {},
  chance = 0,
): Promise<Simulation & { asked: CredentialsRequest[] }> {
  const asked: CredentialsRequest[] = [];
  const credentials: Ask = (request) => {
    asked.push(request);
    return ask(request);
  };
  const sim = await simulate(new SimulatedWorker(), { options: { credentials }, script, chance });
  return Object.assign(sim, { asked });
}

function refusing(status: number, times = Infinity): Script {
  return {
    dial: (_, count) => (count <= times ? { status } : 'accept'),
  };
}

function raise(problem: unknown): never {
  throw problem;
}

const never = new Promise<never>(() => undefined);

describe('what proves who we are', () => {
  test('goes into the dial: params, headers and auth token, over those of the options', async () => {
    const options: ClientOptions = {
      params: { a: 'option', b: 'option' },
      headers: { 'x-a': 'option', 'x-b': 'option' },
      credentials: {
        params: { b: 'fresh' },
        headers: { 'x-b': 'fresh' },
        authToken: 'token',
      },
    };
    await using sim = await simulate(new SimulatedWorker(), { options });

    const request = sim.phoenix.dials[0]?.request;
    expect(request?.url.href).toBe('ws://phoenix/socket/websocket?a=option&b=fresh&vsn=2.0.0');
    expect(request?.headers).toEqual({ 'x-a': 'option', 'x-b': 'fresh' });
    expect(request?.authToken).toBe('token');
  });

  test.each<[string, Ask]>([
    ['at once', () => ({ authToken: 'token' })],
    ['later', () => Promise.resolve({ authToken: 'token' })],
  ])('may be given by a function, %s', async (_, ask) => {
    await using sim = await asking(ask);
    expect(sim.phoenix.dials[0]?.request).toMatchObject({ authToken: 'token', headers: {} });
  });

  test('is asked for before every dial, with its attempt', async () => {
    await using sim = await asking(
      ({ attempt }) => ({ authToken: `token-${attempt}` }),
      refusing(502, 2),
    );
    await sim.pass(0);

    expect(sim.asked).toMatchObject([
      { attempt: 1, refused: false },
      { attempt: 2, refused: false },
      { attempt: 3, refused: false },
    ]);
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual([
      'token-1',
      'token-2',
      'token-3',
    ]);
  });

  test('never reaches what is reported', async () => {
    await using sim = await asking(
      () => ({ authToken: 'secret', params: { token: 'secret' }, headers: { 'x-a': 'secret' } }),
      refusing(403),
    );
    await sim.pass(60_000);

    const reported = JSON.stringify([sim.telemetry, sim.told, sim.client.status]);
    expect(reported).not.toContain('secret');
  });
});

describe('a credentials function', () => {
  test('that throws fails the attempt, and is asked again', async () => {
    await using sim = await asking(({ attempt }) => {
      if (attempt === 1) throw new Error('vault is sealed');
      return {};
    });
    await sim.pass(0);

    expect(sim.given('handleDisconnected')).toMatchObject([
      {
        attempt: 1,
        retryIn: 0,
        close: { cause: 'credentials', reason: 'credentials failed: vault is sealed' },
      },
    ]);
    expect(sim.client.status.state).toBe('connected');
    expect(sim.dialedAt).toHaveLength(1);
  });

  test.each<[string, Ask]>([
    ['throws', () => raise(Object.create(null))],
    ['rejects with', () => Promise.reject(Object.create(null) as Error)],
  ])('that %s what has no text fails the attempt, and is asked again', async (_, fail) => {
    await using sim = await asking((request) => (request.attempt === 1 ? fail(request) : {}));
    await sim.pass(0);

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'credentials', reason: 'credentials failed: no Error was thrown' } },
    ]);
    expect(sim.client.status.state).toBe('connected');
  });

  test('that gives nothing, or what cannot be sent, fails the attempt', async () => {
    const wrong = [undefined, { params: { since: NaN } }, { headers: { 'x-n': 7 } }];
    for (const given of wrong as Credentials[]) {
      await using sim = await asking(() => given, {}, 0.5);
      expect(sim.given('handleDisconnected')).toMatchObject([{ close: { cause: 'credentials' } }]);
      expect(sim.dialedAt).toEqual([]);
    }
  });

  test('that gives what can never be sent ends all attempts', async () => {
    await using sim = await asking(() => ({ params: { since: NaN } }));
    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'gaveUp',
      close: { cause: 'credentials', error: { code: 'PHX_BAD_OPTION' } },
    });
    expect(sim.asked).toHaveLength(1);
  });

  test('that never answers fails the attempt after 10 s, and is told to give up', async () => {
    await using sim = await asking(() => never, {}, 0.5);
    await sim.pass(9999);
    expect(sim.given('handleDisconnected')).toEqual([]);
    await sim.pass(1);

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'credentials', reason: 'credentials gave no answer in time' } },
    ]);
    expect(sim.asked[0]?.signal.aborted).toBe(true);
  });

  test('that answers too late is not heard: the next attempt has its own answer', async () => {
    const answers: ((credentials: Credentials) => void)[] = [];
    await using sim = await asking(() => new Promise((resolve) => answers.push(resolve)));
    await sim.pass(10_000);
    answers[0]?.({ authToken: 'late' });
    await sim.quiet();
    expect(sim.dialedAt).toEqual([]);

    answers[1]?.({ authToken: 'fresh' });
    await sim.quiet();
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['fresh']);
  });

  test('is told to give up when the worker disconnects', async () => {
    await using sim = await asking(() => never);
    sim.worker.disconnect();
    await sim.pass(60_000);

    expect(sim.asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(sim.dialedAt).toEqual([]);
  });

  test('that says "unauthorized" ends all attempts', async () => {
    const problem = new UnauthorizedError('the account is closed');
    await using sim = await asking(() => {
      throw problem;
    });
    const { stopped } = sim.client;

    const close = { cause: 'unauthorized', error: problem };
    await expect(stopped).resolves.toEqual({ kind: 'unauthorized', error: problem });
    expect(sim.story).toEqual(['init', 'handleDisconnected', 'terminate']);
    expect(sim.given('handleDisconnected')).toMatchObject([{ retryIn: null, close }]);
  });
});

describe('credentials that the server refuses', () => {
  test.each([401, 403])('with %d are asked for afresh, once at the usual pace', async (status) => {
    await using sim = await asking(
      ({ refused }) => ({ authToken: refused ? 'new' : 'old' }),
      refusing(status, 1),
    );
    await sim.pass(0);

    expect(sim.asked.map(({ refused }) => refused)).toEqual([false, true]);
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['old', 'new']);
    expect(sim.given('handleDisconnected')).toMatchObject([{ close: { status }, retryIn: 0 }]);
  });

  test.each([
    [0, 30_000],
    [0.9999, 59_997],
  ])(
    'twice in a row are tried again after 30 to 60 s: with chance %d after %d ms',
    async (...row) => {
      const [chance, floor] = row;
      await using sim = await asking(() => ({}), refusing(401), chance);
      await sim.pass(1000);

      expect(sim.given('handleDisconnected')[1]).toMatchObject({ attempt: 2, retryIn: floor });
      sim.worker.connect();
      await sim.pass(floor - 1500);
      expect(sim.dialedAt).toHaveLength(2);
      await sim.pass(1500);
      expect(sim.dialedAt).toHaveLength(3);
    },
  );

  test('by a close code that the verdicts name are asked for afresh, too', async () => {
    const asked: CredentialsRequest[] = [];
    const options: ClientOptions = {
      credentials: (request) => {
        asked.push(request);
        return {};
      },
      reconnect: { verdicts: { 4003: 'refresh' } },
    };
    await using sim = await simulate(new SimulatedWorker(), { options });
    sim.phoenix.kick(4003, 'token expired');
    await sim.pass(0);

    expect(asked.map(({ refused }) => refused)).toEqual([false, true]);
    expect(sim.client.status.state).toBe('connected');
  });

  test('once, then accepted, then refused again are tried again at the usual pace', async () => {
    const reconnect = { verdicts: { 4003: 'refresh' } } as const;
    await using sim = await simulate(new SimulatedWorker(), {
      options: { reconnect },
      script: refusing(401, 1),
    });
    await sim.pass(0);
    sim.phoenix.kick(4003);
    await sim.quiet();

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { status: 401 }, retryIn: 0 },
      { close: { code: 4003 }, attempt: 2, retryIn: 0 },
    ]);
  });

  test('and then are accepted were refused no longer', async () => {
    await using sim = await asking(() => ({}), refusing(401, 1));
    await sim.pass(20_000);
    sim.phoenix.script.dial = (_, count) => (count === 3 ? { status: 401 } : 'accept');
    sim.phoenix.cut();
    await sim.pass(0);

    expect(sim.asked.map(({ refused }) => refused)).toEqual([false, true, false, true]);
  });
});
