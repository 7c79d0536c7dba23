/** Events as lines on stdout and in a file. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { DeliveryStage } from '../support/delivery-stage.js';

type Line = { readonly id: string; readonly subject: string; readonly data: unknown };

describe('stdout', () => {
  test('gets one CloudEvent a line, in the order of the log', async () => {
    const stdout = new PassThrough();
    const stage = new DeliveryStage({ stdout: 'ndjson' }, { stdout });
    for (let n = 1; n <= 600; n += 1) stage.say(`room:${n % 3}`, `${n}\n`);
    const lines = read(stdout);
    await stage.shows({ delivered: 600, waiting: 0, inFlight: 0 });
    expect(linesOf(lines()).map(({ data }) => data)).toEqual(
      Array.from({ length: 600 }, (_, at) => `${at + 1}\n`),
    );
  });

  test('that nobody reads holds the events back', async () => {
    const stdout = new PassThrough({ highWaterMark: 1 });
    const stage = new DeliveryStage({ stdout: 'ndjson' }, { stdout });
    stage.say('room:1', 1);
    await stage.shows({ inFlight: 1 });
    stage.say('room:1', 2);
    await stage.shows({ inFlight: 1, waiting: 1, delivered: 0 });
    const lines = read(stdout);
    await stage.shows({ delivered: 2 });
    expect(linesOf(lines())).toHaveLength(2);
  });

  test('whose reader has gone ends the delivery, and gives the event back', async () => {
    const reader = spawn(process.execPath, ['-e', 'process.stdin.destroy()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(reader, 'close');
    const stage = new DeliveryStage({ stdout: 'ndjson' }, { stdout: reader.stdin });
    stage.say('room:1', 1);
    await stage.shows({ state: 'stopped', delivered: 0, inFlight: 0, waiting: 1 });
    expect(stage.broken).toEqual([expect.stringMatching(/stdout cannot be written/)]);
    await stage.stop();
  });
});

describe('a file', () => {
  test('gets lines, is for its owner alone, and is rotated by size', async () => {
    const file = join(temporaryFolder(), 'events.ndjson');
    const stage = new DeliveryStage({ file, rotate: '1KiB' });
    for (let n = 1; n <= 6; n += 1) {
      stage.say('room:1', `${n}${'.'.repeat(200)}`);
      await stage.shows({ delivered: n });
    }
    await stage.stop();
    const [old, now] = [`${file}.1`, file].map((path) => linesOf(readFileSync(path, 'utf8')));
    const kept = [...(old ?? []), ...(now ?? [])].map(({ data }) => String(data)[0]).join('');
    expect(kept.length).toBeGreaterThan(1);
    expect('123456'.endsWith(kept)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(1024);
  });

  test('that was moved away is begun anew', async () => {
    const file = join(temporaryFolder(), 'events.ndjson');
    const stage = new DeliveryStage({ file });
    stage.say('room:1', 1);
    await stage.shows({ delivered: 1 });
    renameSync(file, `${file}.moved`);
    stage.say('room:1', 2);
    await stage.shows({ delivered: 2 });
    expect(linesOf(readFileSync(file, 'utf8')).map(({ data }) => data)).toEqual([2]);
  });

  test('that cannot be written is tried again', async () => {
    const file = join(temporaryFolder(), 'events.ndjson');
    mkdirSync(file);
    const stage = new DeliveryStage({ file });
    stage.say('room:1', 1);
    await expect.poll(() => stage.status.retried).toBeGreaterThanOrEqual(1);
    expect(stage.status).toMatchObject({ delivered: 0, inFlight: 1, state: 'running' });
    expect(stage.status.lastError?.what).toMatch(/EISDIR/);
    rmdirSync(file);
    await stage.shows({ delivered: 1 });
  });

  test('that cannot be written does not hold up the stop', async () => {
    const stage = new DeliveryStage({ file: temporaryFolder() });
    stage.say('room:1', 1);
    stage.say('room:1', 2);
    await expect.poll(() => stage.status.retried).toBeGreaterThanOrEqual(1);
    await stage.stop();
    const file = join(temporaryFolder(), 'events.ndjson');
    const next = new DeliveryStage({ file }, { log: stage.log });
    await next.shows({ delivered: 2 });
    expect(linesOf(readFileSync(file, 'utf8')).map(({ data }) => data)).toEqual([1, 2]);
  });

  test('that is paused gets nothing until it is resumed', async () => {
    const file = join(temporaryFolder(), 'events.ndjson');
    const stage = new DeliveryStage({ file });
    stage.delivery.pause();
    stage.say('room:1', 1);
    await stage.shows({ state: 'paused', waiting: 1 });
    stage.delivery.resume();
    await stage.shows({ delivered: 1 });
  });
});

function read(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function linesOf(text: string): readonly Line[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}
