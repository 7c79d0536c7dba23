/** Events that were given up: in the file before they are done, whatever the disk says. */

import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { appendLines } from '../../../src/daemon/deliveries/dead-letters.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application, status } from '../support/application.js';
import { DeliveryStage, EAGER } from '../support/delivery-stage.js';

const TWICE = { ...EAGER, attempts: 2 };

test('hold the whole event and why it was given up', async () => {
  const deadLetter = join(temporaryFolder(), 'dead.ndjson');
  const app = await Application.start(status(500));
  const stage = DeliveryStage.to(app.url, { deadLetter, retry: { ...TWICE, dropOn: [422] } });
  stage.say('room:1', 'ü\n1');
  await stage.shows({ deadLetters: 1, waiting: 0, inFlight: 0 });
  app.react = status(422);
  stage.say('room:1', 2);
  await stage.shows({ deadLetters: 2 });
  const [first, second] = lettersIn(deadLetter);
  expect(first).toEqual({
    time: expect.stringMatching(/^20.*Z$/),
    delivery: 'app',
    attempts: 2,
    status: 500,
    error: 'it answered 500',
    event: expect.objectContaining({ id: app.calls[0]?.id, subject: 'room:1', data: 'ü\n1' }),
  });
  expect(second).toMatchObject({ attempts: 1, status: 422 });
  expect(statSync(deadLetter).mode & 0o777).toBe(0o600);
  expect(stage.attempts).toEqual(['retry', 'deadLetter', 'deadLetter']);
});

test('are written when the disk allows it, and the event waits till then', async () => {
  const deadLetter = join(temporaryFolder(), 'dead.ndjson');
  mkdirSync(deadLetter);
  const app = await Application.start(status(500));
  const stage = DeliveryStage.to(app.url, { deadLetter, retry: TWICE });
  stage.say('room:1', 1);
  await expect.poll(() => stage.status.lastError?.what).toMatch(/dead letters cannot be written/);
  expect(stage.status.deadLetters).toBe(0);
  rmdirSync(deadLetter);
  await stage.shows({ deadLetters: 1 });
  expect(lettersIn(deadLetter)).toHaveLength(1);
});

test('are given back when the disk does not allow it until the stop', async () => {
  const deadLetter = temporaryFolder();
  const app = await Application.start(status(500));
  const stage = DeliveryStage.to(app.url, { deadLetter, retry: TWICE });
  stage.say('room:1', 1);
  await expect.poll(() => stage.status.lastError?.what).toMatch(/dead letters cannot be written/);
  await stage.stop();
  app.react = status(204);
  const next = DeliveryStage.to(app.url, {}, { log: stage.log });
  await next.shows({ delivered: 1 });
});

test('are lost, counted and logged where no file is configured', async () => {
  const app = await Application.start(status(500));
  const stage = DeliveryStage.to(app.url, { retry: TWICE });
  stage.say('room:1', 1);
  await stage.shows({ deadLetters: 1, waiting: 0, inFlight: 0 });
  expect(stage.lines.all.at(-1)).toMatchObject({ msg: 'an event was given up', kept: false });
});

test('are none while the application may still come back', async () => {
  const deadLetter = join(temporaryFolder(), 'dead.ndjson');
  const app = await Application.start(status(500));
  const stage = DeliveryStage.to(app.url, { deadLetter, breaker: false });
  stage.say('room:1', 1);
  await app.called(20);
  expect(existsSync(deadLetter)).toBe(false);
  expect(stage.status.deadLetters).toBe(0);
});

test('have the name of their file on the disk, too', async () => {
  const folder = temporaryFolder();
  const handle = await open(folder, 'r');
  const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync');
  onTestFinished(() => sync.mockRestore());
  await handle.close();
  await appendLines(join(folder, 'dead.ndjson'), '{}\n');
  expect(sync).toHaveBeenCalledTimes(1);
  await appendLines(join(folder, 'dead.ndjson'), '{}\n');
  expect(sync).toHaveBeenCalledTimes(1);
});

function lettersIn(path: string): readonly unknown[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}
