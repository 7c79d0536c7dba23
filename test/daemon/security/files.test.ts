/** Files that the daemon reads and writes: for its owner alone, and harmless when they are none or not what they seem. */

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application, status } from '../support/application.js';
import { complaints, loaded } from '../support/configured.js';
import { besieged, type Siege } from '../support/siege.js';

const POLL = { interval: 5, timeout: 10_000 };

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** With events that are given up at once, written to a file, and kept on disk. */
async function writing(folder: string): Promise<Siege> {
  const application = await Application.start(status(422));
  return besieged({
    kind: 'unix',
    config: {
      channels: { 'room:1': { deliver: ['app', 'kept'] } },
      deliver: {
        app: {
          webhook: application.url,
          retry: { attempts: 1 },
          deadLetter: join(folder, 'dead.ndjson'),
        },
        kept: { file: join(folder, 'events.ndjson'), rotate: '1KiB' },
      },
      inbox: { store: join(folder, 'inbox') },
      outbox: { store: join(folder, 'outbox') },
    },
  });
}

describe('what is written', () => {
  test('is for its owner alone, whatever the umask', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const folder = temporaryFolder();
    const siege = await writing(folder);
    const say = (): void => siege.double.broadcast('room:1', 'a', { text: 'a'.repeat(2000) });
    say();
    await expect.poll(() => readdirSync(folder), POLL).toContain('events.ndjson');
    say();
    await expect.poll(() => readdirSync(folder), POLL).toContain('events.ndjson.1');
    await expect
      .poll(() => readdirSync(folder).toSorted(), POLL)
      .toEqual(['dead.ndjson', 'events.ndjson', 'events.ndjson.1', 'inbox', 'outbox']);
    for (const name of ['dead.ndjson', 'events.ndjson', 'events.ndjson.1'])
      expect([name, modeOf(join(folder, name))]).toEqual([name, 0o600]);
    for (const name of ['inbox', 'outbox'])
      expect([name, modeOf(join(folder, name))]).toEqual([name, 0o700]);
    const socket = siege.addresses.api.slice('unix:'.length);
    expect(modeOf(socket)).toBe(0o660);
    expect((await siege.ask('admin', '/healthz')).status).toBe(200);
  });
});

describe('where something is to be written', () => {
  test.each(['dead.ndjson', 'events.ndjson'])(
    'a folder in the place of %s holds its events up, and nothing else, until it is gone',
    async (name) => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, name));
      const siege = await writing(folder);
      siege.double.broadcast('room:1', 'a', { n: 1 });
      const delivery = name === 'dead.ndjson' ? 'app' : 'kept';
      const statusOf = () =>
        siege.running.daemon.parts.deliveries.list.find((each) => each.name === delivery)?.status;
      await expect.poll(() => statusOf()?.lastError?.what, POLL).toContain('EISDIR');
      expect((await siege.ask('admin', '/healthz')).status).toBe(200);
      rmdirSync(join(folder, name));
      const lines = () => readFileSync(join(folder, name), 'utf8');
      await expect
        .poll(() => {
          try {
            return lines();
          } catch {
            return '';
          }
        }, POLL)
        .toContain('"n":1');
    },
  );

  test('a symbolic link is followed: who configures it may mean another disk', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    for (const name of ['dead.ndjson', 'events.ndjson']) {
      writeFileSync(join(elsewhere, name), '');
      symlinkSync(join(elsewhere, name), join(folder, name));
    }
    const siege = await writing(folder);
    siege.double.broadcast('room:1', 'a', { n: 1 });
    for (const name of ['dead.ndjson', 'events.ndjson'])
      await expect.poll(() => readFileSync(join(elsewhere, name), 'utf8'), POLL).toContain('"n":1');
  });

  test('a socket is not put in the place of a file', async () => {
    const path = join(temporaryFolder(), 'taken.sock');
    writeFileSync(path, 'of somebody');
    const opening = besieged({ config: { api: { listen: `unix:${path}` } } });
    await expect(opening).rejects.toMatchObject({ code: 'PHX_BAD_OPTION' });
    expect(readFileSync(path, 'utf8')).toBe('of somebody');
  });
});

describe('a configuration', () => {
  const laughs = Array.from(
    { length: 12 },
    (_, at) =>
      `a${at}: &a${at} [${
        at === 0
          ? '1'
          : Array(9)
              .fill(`*a${at - 1}`)
              .join(',')
      }]`,
  ).join('\n');

  test.each([
    ['of billions of aliases', laughs, /there is too much/],
    ['that holds itself', 'params: &a\n  b: *a\n', /too much|alias/],
    ['of deep lists', `params: ${'['.repeat(50_000)}`, /c\.yaml/],
    ['of deep maps', `params: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`, /c\.yaml/],
    [
      'of deep indentation',
      Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      /c\.yaml/,
    ],
    ['with merge keys', 'a: &a {url: x}\n<<: *a\n', /<</],
    ['with tags', 'url: !!js/function "x"\n', /tag/],
    ['with __proto__', '{"__proto__": {"url": "ws://evil.test"}}', /no name/],
    ['with __proto__ in a channel', 'channels: {a: {params: {__proto__: {x: 1}}}}', /no name/],
    ['with constructor', 'constructor: {prototype: {x: 1}}\n', /constructor/],
    ['with toString', 'api: {toString: 1, hasOwnProperty: 2}\n', /toString/],
    ['with a delivery of no kind', 'deliver: {constructor: {}}\n', /deliver\.constructor/],
    ['with a zero byte', 'url: "ws://a\\0b"\n', /url/],
    ['that is binary', '\x00\x01\x02\xff', /c\.yaml/],
  ])('%s is refused at once', async (_, yaml, what) => {
    const begun = performance.now();
    const said = await complaints({ yaml: `${yaml}\n` });
    expect(said.join('\n')).toMatch(what);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(({} as { x?: unknown; url?: unknown }).x).toBeUndefined();
  });

  test('may name topics and deliveries like the keys of every object', async () => {
    const yaml = `url: ws://127.0.0.1:1/socket
channels: {constructor: {deliver: toString}, hasOwnProperty: null}
deliver: {toString: {stdout: ndjson}}
`;
    const { config } = await loaded({ yaml });
    expect(Object.keys(config.channels ?? {})).toEqual(['constructor', 'hasOwnProperty']);
    const wrong = yaml.replace('deliver: toString', 'deliver: valueOf');
    expect((await complaints({ yaml: wrong })).join()).toContain('there is no such delivery');
  });

  test.each(['__proto__.x', 'params.__proto__.x', 'channels."__proto__".params.x'])(
    'takes no %s from flags',
    async (path) => {
      const said = await complaints({ yaml: 'url: ws://a/s', flags: [[path, '1']] });
      expect(said).toHaveLength(1);
      expect(({} as { x?: unknown }).x).toBeUndefined();
    },
  );

  test('takes no __proto__ from the environment', async () => {
    const env = { PHX__PARAMS____PROTO____X: '1', PHX__PARAMS: '{__proto__: {x: 1}}' };
    expect((await complaints({ yaml: 'url: ws://a/s', env })).length).toBeGreaterThan(0);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test('that may not be read says so, without a stack', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o700);
    const { loadConfig } = await import('../../../src/daemon/config/load.js');
    for (const file of [folder, join(folder, 'none.yaml'), '/dev/null/x']) {
      const loading = await loadConfig({ file, env: {}, flags: [] }).catch(
        (error: unknown) => error,
      );
      expect(JSON.stringify(loading)).not.toContain('    at ');
    }
  });
});
