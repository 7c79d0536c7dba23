/** A log on disk: what it has after it was opened again, and what it does when the disk does not do as it is told. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test, vi } from 'vitest';
import { diskLog } from '../../../src/daemon/inbox/disk-log.js';
import { levelStore } from 'gen-socket-client/store';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { openDisk, settled } from './logs.js';
import { ALL, consumed, LASTING, news, ROOMY, taken, told } from './news.js';

function folder(): string {
  return join(temporaryFolder(), 'inbox');
}

test('has after a restart its epoch, its events, the numbers of its topics and the places of its readers', async () => {
  const path = folder();
  const log = await openDisk(path, { messages: 4, size: 2 ** 20 });
  const app = log.cursor('app', LASTING);
  for (const [index, topic] of ['a', 'b', 'a', 'b'].entries()) void log.append(news(topic, index));
  await settled(log);
  const held = app.next()!;
  app.done(app.next()!);
  for (const topic of ['c', 'c', 'c']) void log.append(news(topic, 9));
  await settled(log);
  const { epoch } = log;
  expect(app.status).toMatchObject({ dropped: 1, inFlight: 1 });
  await log.close();

  const again = await openDisk(path, { messages: 4, size: 2 ** 20 });
  expect([again.epoch, again.head, again.tail, again.places]).toEqual([epoch, 7, 4, ['app']]);
  const cursor = again.cursor('app', LASTING);
  const events = consumed(cursor);
  expect(events.find(({ id }) => id === held.id)).toEqual(held);
  expect(told(events).toSorted()).toEqual(['a 0', 'a gap 1', 'b 3', 'c 9', 'c 9', 'c 9']);
  void again.append(news('a', 10));
  await settled(again);
  expect(again.read(7, 1)).toMatchObject([{ seq: 3, position: 8 }]);
  await again.close();

  const last = await openDisk(path, { messages: 4, size: 2 ** 20 });
  expect(told(consumed(last.cursor('app', LASTING)))).toEqual(['a 10']);
});

test('loses to its readers what smaller limits do not allow, and tells them', async () => {
  const path = folder();
  const log = await openDisk(path, ROOMY);
  log.cursor('app', LASTING);
  for (const number of [1, 2, 3, 4]) void log.append(news('a', number));
  await settled(log);
  await log.close();
  const smaller = await openDisk(path, { messages: 2, size: 2 ** 20 });
  expect(told(consumed(smaller.cursor('app', LASTING)))).toEqual(['a gap null', 'a 3', 'a 4']);
});

test.each([
  ['nothing can be made there', () => '/proc/nope/inbox', /ENOENT/],
  ['a file is in the way', () => join(fileIn(temporaryFolder()), 'inbox'), /ENOTDIR/],
  ['it is a file itself', () => fileIn(temporaryFolder()), /ENOTDIR/],
])('is refused at once, with what the system says, when %s', async (_, place, reason) => {
  const opening = diskLog(place(), ROOMY);
  await expect(opening).rejects.toMatchObject({ code: 'PHX_STORE_FAILED' });
  await expect(opening).rejects.toThrow(reason);
});

function fileIn(parent: string): string {
  const file = join(parent, 'file');
  writeFileSync(file, '');
  return file;
}

test('cannot be read before it is safe', async () => {
  const log = await openDisk(folder(), ROOMY);
  const cursor = log.cursor('c', ALL);
  void log.append(news('a', 1));
  expect([cursor.next(), log.head, log.status.unwritten]).toEqual([null, 0, 1]);
  await cursor.ready(AbortSignal.timeout(5000));
  expect([cursor.next()?.position, log.head, log.status.unwritten]).toEqual([1, 1, 0]);
});

test('lets who appends wait when much is to be written', async () => {
  const log = await openDisk(folder(), ROOMY);
  const answers = Array.from({ length: 1001 }, () => log.append(news('a')));
  expect(answers.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, () => undefined));
  await answers[1000];
  expect(log.status.unwritten).toBe(0);
});

test.each([
  ['open already', 'PHX_STORE_LOCKED', (path: string) => openDisk(path, ROOMY)],
  [
    'of an outbox',
    'PHX_STORE_CORRUPT',
    async (path: string) => {
      const store = levelStore(path);
      await store.put({ key: 'a', topic: 't', event: 'e', payload: {}, expires: null });
      await store.close();
    },
  ],
  [
    'of a newer version',
    'PHX_STORE_VERSION',
    async (path: string) => {
      await (await openDisk(path, ROOMY)).close();
      const schema = join(path, 'schema.json');
      writeFileSync(schema, readFileSync(schema, 'utf8').replace('"schema":1', '"schema":2'));
    },
  ],
  ['with an entry that is none', 'PHX_STORE_CORRUPT', (path: string) => put(path, 'event!1', '{}')],
  ['with a key that is none', 'PHX_STORE_CORRUPT', (path: string) => put(path, 'x', '1')],
  [
    'with an event too few',
    'PHX_STORE_CORRUPT',
    async (path: string) => {
      const text =
        '{"kind":"message","topic":"a","event":"e","payload":1,"time":1,"routes":[],"seq":1}';
      await put(path, 'event!0000000000000001', text);
      await put(path, 'event!0000000000000003', text);
    },
  ],
  [
    'below a file',
    'PHX_STORE_FAILED',
    async (path: string) => {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '');
    },
  ],
])('a folder %s is refused, by name', async (_, code, prepare) => {
  const path = folder();
  await prepare(path);
  const refused = { code, message: expect.stringContaining(path) };
  await expect(diskLog(path, ROOMY, { lockTimeout: 0 })).rejects.toMatchObject(refused);
});

async function put(path: string, key: string, value: string): Promise<void> {
  await (await openDisk(path, ROOMY)).close();
  const database = new ClassicLevel(path, { compression: false });
  await database.put(key, value);
  await database.close();
}

function refuseWrites(): void {
  const batch = vi.spyOn(ClassicLevel.prototype, 'batch');
  batch.mockRejectedValue(new Error('IO error: 000003.log: No space left on device'));
  onTestFinished(() => batch.mockRestore());
}

test('writes again what a disk refused, and nobody notices', async () => {
  const log = await openDisk(folder(), ROOMY);
  const cursor = log.cursor('app', LASTING);
  await cursor.saved();
  const batch = vi.spyOn(ClassicLevel.prototype, 'batch');
  onTestFinished(() => batch.mockRestore());
  batch.mockRejectedValueOnce(new Error('IO error: 000003.log: No space left on device'));
  void log.append(news('a', 1));
  await settled(log);
  expect(told(taken(cursor))).toEqual(['a 1']);
});

test('a disk that goes on refusing is told once, and nothing is thrown at who appends', async () => {
  const path = folder();
  let now = 0;
  const log = await diskLog(path, ROOMY, {
    clock: {
      now: () => now,
      monotonic: () => now,
      setTimeout: (turn, ms) => {
        now += ms;
        return setImmediate(turn);
      },
      clearTimeout: () => undefined,
    },
  });
  const cursor = log.cursor('app', LASTING);
  await cursor.saved();
  refuseWrites();
  void log.append(news('a', 1));
  const saved = expect(cursor.saved()).rejects.toMatchObject({ code: 'PHX_STORE_FAILED' });
  const error = await log.failed;
  await saved;
  expect(error).toMatchObject({
    code: 'PHX_STORE_FAILED',
    message: expect.stringMatching(/No space left on device.*tried again for 10000 ms: make room/),
  });
  expect(log.append(news('a', 2))).toBeUndefined();
  expect([cursor.next(), log.status.unwritten]).toEqual([null, 0]);
  await expect(cursor.saved()).rejects.toBe(error);
  await log.close();
});
