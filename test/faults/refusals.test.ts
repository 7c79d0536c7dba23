/** Upgrades that are answered with an HTTP status: what the worker is told, and when it dials again. */

import { describe, expect, test } from 'vitest';
import type { CredentialsRequest } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';
const HALF = 0.5;
/** The first delay is drawn from half a second, or from 5 s when the server is crowded. */
const FIRST = 500 * HALF;
const CROWDED = 5000 * HALF;

describe('a refused upgrade is told with its status, headers and body, and no dial comes before retryIn:', () => {
  test.each([
    [401, {}, FIRST],
    [403, {}, FIRST],
    [404, {}, FIRST],
    [429, { 'retry-after': '7' }, 7000 + FIRST],
    [503, {}, CROWDED],
    [503, { 'retry-after': '2' }, 2000 + CROWDED],
  ] as const)('%i with headers %o', async (status, headers, retryIn) => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(status, { 'x-request-id': 'r-1', ...headers }, 'not now');
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    await using client = worker.startOn(clock, { ...STILL, url: double.url }, HALF);

    const lost = await worker.next('handleDisconnected');

    const response = { headers: { 'x-request-id': 'r-1', ...headers }, body: 'not now' };
    expect(lost).toMatchObject({ attempt: 1, retryIn });
    expect(lost.close).toMatchObject({ cause: 'refused', code: 1006, status, response });

    double.faults.heal();
    clock.advance(retryIn - 1);
    expect(client.status.state).toBe('backingOff');
    expect(double.dials).toHaveLength(1);
    clock.advance(1);

    await worker.next('handleJoined');
    expect(double.dials).toHaveLength(2);
  });
});

describe.each([401, 403])('refused with %i,', (status) => {
  test('the worker asks for fresh credentials, and dials with them', async () => {
    const asked: Pick<CredentialsRequest, 'attempt' | 'refused'>[] = [];
    await using double = await PhoenixDouble.start(seedChannels(), {
      connect: ({ params }) => (params['token'] === 'fresh' ? undefined : { status }),
    });
    const credentials = ({ attempt, refused }: CredentialsRequest) => {
      asked.push({ attempt, refused });
      return { params: { token: refused ? 'fresh' : 'cached' } };
    };
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    await using _client = worker.startOn(clock, { ...STILL, url: double.url, credentials }, HALF);

    const { retryIn } = await worker.next('handleDisconnected');
    clock.advance(retryIn!);
    await worker.next('handleJoined');

    expect(asked).toEqual([
      { attempt: 1, refused: false },
      { attempt: 2, refused: true },
    ]);
  });

  test('and again with fresh credentials, the worker waits for half a minute at least', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(status);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    await using client = worker.startOn(clock, { ...STILL, url: double.url }, HALF);

    const first = await worker.next('handleDisconnected');
    clock.advance(first.retryIn!);
    const second = await worker.next('handleDisconnected');
    worker.connectNow();
    clock.advance(30_000);

    expect(second).toMatchObject({ attempt: 2, retryIn: 45_000 });
    expect(client.status.state).toBe('backingOff');
    expect(double.dials).toHaveLength(2);
  });
});
