/** How alive a supervised worker is: as its present life, and between two lives as one that rests. */

import { expect, test } from 'vitest';
import { crash, isConnected } from '../support/crashing-stage.js';
import { CrashingWorker } from '../support/crashing-worker.js';
import { SupervisedStage } from '../support/supervised-stage.js';

const MINUTE = 60_000;
const ALIVE = { alive: true };

test('a supervised worker is alive between two lives, however long the next one takes to come', async () => {
  const restart = { minDelay: '10m', maxDelay: '1h', period: '24h' } as const;
  await using stage = new SupervisedStage(() => new CrashingWorker(), { restart });
  await crash(stage);
  await stage.until(isConnected(stage));
  await crash(stage);
  for (let minutes = 0; minutes < 5; minutes += 1) {
    expect(stage.client.status).toMatchObject({ state: 'disconnected', restarts: 1 });
    expect(stage.client.liveness()).toEqual(ALIVE);
    await stage.pass(MINUTE);
  }
  await stage.pass(5 * MINUTE);
  await stage.until(isConnected(stage));
  expect(stage.client.liveness()).toEqual(ALIVE);
});

test('a supervised worker is as alive as its present life', async () => {
  await using stage = new SupervisedStage(() => new CrashingWorker());
  await stage.until(() => stage.client.status.state === 'connected');
  expect(stage.client.liveness()).toEqual(ALIVE);
});
