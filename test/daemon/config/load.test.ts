/** A configuration as its writer meets it: what counts, and what is said of one that is wrong. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/daemon/config/load.js';
import { problemText } from '../../../src/daemon/config/origin.js';
import { keysOf } from '../../../src/daemon/config/schema-paths.js';
import { configSchema } from '../../../src/daemon/config/schema.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { complaints, loaded } from '../support/configured.js';

const URL = 'url: ws://h/socket';

describe('a file that cannot be taken', () => {
  test.each([
    ['a: 1\n\tb: 2', /^c\.yaml:\d:\d: there is a tab in the indentation: indent with spaces$/],
    [`${URL}\nlog: {}\nlog: {}`, /^c\.yaml:3:1: the key is there twice: write it once$/],
    [`${URL}\n---\na: 1`, /^c\.yaml:2:1: there is more than one YAML document: write one/],
    ['- url', /^c\.yaml:1:1: the file is a list: write keys and values/],
    ['just words', /^c\.yaml:1:1: the file is no map: write keys and values/],
    ['url: "x', /^c\.yaml:\d:\d: a quote, bracket or comma is missing: close what was opened/],
    [
      'url: [${A}]',
      /^c\.yaml:\d:\d+: a quote, bracket or comma is missing: .* a \$\{NAME\} goes into quotes$/,
    ],
    ['url: [a', /^c\.yaml:\d:\d: the indentation is wrong/],
    [
      `${URL}\nlog: *nothing`,
      /^c\.yaml:2:6 log: there is no anchor for \*nothing: write &NAME before$/,
    ],
    [`${URL}\nlog: !!js/function x`, /^c\.yaml:2:6: there is a tag that has no meaning here/],
    [`${URL}\n__proto__: { a: 1 }`, /^c\.yaml:2:1: there is a key that is no name/],
    [`${URL}\n? [a]\n: 1`, /^c\.yaml:2:3: there is a key that is no name/],
  ])('%j is refused with its place', async (yaml, expected) => {
    const said = await complaints({ yaml });
    expect(said[0]).toMatch(expected);
  });

  test('is one whose few aliases stand for more than memory can hold', async () => {
    const lines = Array.from({ length: 12 }, (_, at) => {
      const before = at === 0 ? '[x, x, x, x, x, x]' : `[${`*a${at - 1}, `.repeat(6)}x]`;
      return `a${at}: &a${at} ${before}`;
    });
    const said = await complaints({ yaml: [URL, ...lines].join('\n') });
    expect(said.filter((line) => line.includes('there is too much'))).toHaveLength(1);
  });

  test('is one with an anchor within itself', async () => {
    const said = await complaints({ yaml: `${URL}\nparams: &p { a: *p }` });
    expect(said.join()).toMatch(/there is (too much|no anchor)/);
  });

  test.each([
    ['is not there', () => join(temporaryFolder(), 'none.yaml')],
    ['cannot be read \\(EISDIR\\)', () => temporaryFolder()],
    ['holds bytes that are no UTF-8', () => written(Buffer.from([0xc3, 0x28]))],
    ['has more than 1048576 bytes', () => written(Buffer.alloc(1_048_577, 35))],
  ])('%s', async (what, fileOf) => {
    const result = await loadConfig({ file: fileOf(), env: {}, flags: [] });
    expect(result.kind === 'refused' && result.problems.map(problemText)).toEqual([
      expect.stringMatching(new RegExp(`:1:1: the file ${what}: give the path`)),
    ]);
  });
});

function written(content: Buffer): string {
  const folder = join(temporaryFolder(), 'x');
  mkdirSync(folder);
  writeFileSync(join(folder, 'c.yaml'), content);
  return join(folder, 'c.yaml');
}

describe('all that is wrong is said at once, in order, with its remedy', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'no url',
      'log: {}',
      [
        'c.yaml:1:1 url: is missing: write url: wss://example.com/socket, set PHX__URL, give --url, or run --demo for a server that is built in',
      ],
    ],
    [
      'an empty url',
      'url:',
      [
        'c.yaml:1:5 url: is empty: write url: wss://example.com/socket, set PHX__URL, give --url, or run --demo for a server that is built in',
      ],
    ],
    [
      'an address of another kind',
      'url: ftp://h',
      ['c.yaml:1:6 url: is not ws, wss, http or https: give one like wss://example.com/socket'],
    ],
    [
      'keys of several levels',
      `${URL}\nreconect: {}\noutbox: { mesages: 3, ttl: 1d }\nchannels:\n  "a:b": { presense: true }\nttl: 3`,
      [
        'c.yaml:2:1 reconect: there is no such key: did you mean reconnect?',
        'c.yaml:3:11 outbox.mesages: there is no such key: did you mean messages?',
        'c.yaml:3:28 outbox.ttl: is "1d": write a length of time: milliseconds, or a number with ms, s, m or h',
        'c.yaml:5:12 channels.a:b.presense: there is no such key: did you mean presence?',
        'c.yaml:6:1 ttl: there is no such key: write it as outbox.ttl',
      ],
    ],
    [
      'the form that was meant of several',
      `${URL}\ndeliver:\n  a: { webhook: ftp://x, timout: 1s }\n  b: { file: /x, deadLetter: /y }\n  c: { topics: t }\n  d: { stdout: json }\n  e:\nheartbeat: 5\nrejoin: { jitter: ful }`,
      [
        'c.yaml:3:17 deliver.a.webhook: is a text: write an address: http://, https://, or unix:/path/of.sock:/path/of/request',
        'c.yaml:3:26 deliver.a.timout: there is no such key: did you mean timeout?',
        'c.yaml:4:18 deliver.b.deadLetter: there is no such key: choose from file, topics, events or rotate',
        'c.yaml:5:3 deliver.c: does not say what it is: write one of webhook, stdout or file',
        'c.yaml:6:16 deliver.d.stdout: is "json": write ndjson',
        'c.yaml:7:5 deliver.e: is empty: write a map',
        'c.yaml:8:12 heartbeat: is 5: write false, or a map',
        'c.yaml:9:19 rejoin.jitter: is "ful": write full, equal or none (did you mean full?)',
      ],
    ],
    [
      "the library's own rules",
      `${URL}\nreconnect: { min: 2s, max: 100 }\nrejoin: { delays: [1s], factor: 3 }\nchannels: { t: { rejoin: { min: 5s, max: 1s }, timeout: 0 } }\nheartbeat: { interval: 0 }`,
      [
        'c.yaml:2:28 reconnect.max: is 100: write a number of at least 2000',
        'c.yaml:3:19 rejoin.delays: and rejoin.factor exclude each other: write a list of delays, or how one grows, not both',
        'c.yaml:4:42 channels.t.rejoin.max: is 1000: write a number of at least 5000',
        'c.yaml:4:57 channels.t.timeout: is 0: write a number of at least 1',
        'c.yaml:5:24 heartbeat.interval: is 0: write a number of at least 1',
      ],
    ],
    [
      'deliveries that are not there, and two who write to one place',
      `${URL}\nchannels:\n  t: { deliver: ap }\n  u: { deliver: [app, zzzzzz] }\ndeliver:\n  app: { file: /x/./y }\n  two: { file: /x//y }\n  out: { stdout: ndjson }\ninbox: { store: /x/y/ }\nlog: { to: stdout }`,
      [
        'c.yaml:3:17 channels.t.deliver: names "ap", and there is no such delivery: did you mean app?',
        'c.yaml:4:23 channels.u.deliver[1]: names "zzzzzz", and there is no such delivery: choose from app, two or out',
        'c.yaml:6:16 deliver.app.file: is the same as inbox.store: give each a path of its own',
        'c.yaml:7:16 deliver.two.file: is the same as inbox.store: give each a path of its own',
        'c.yaml:10:12 log.to: is stdout, where deliver.out writes events: write stderr',
      ],
    ],
    [
      'listeners that others could reach, or that are in the way of each other',
      `${URL}\napi: { listen: 0.0.0.0:4100 }\nadmin: { listen: "[::]:4100" }\nprobes: { listen: 0.0.0.0:9000 }`,
      [
        'c.yaml:2:16 api.listen: is 0.0.0.0, where others than this machine can reach it: write api.tokenFile, or listen on 127.0.0.1 or a Unix socket',
        'c.yaml:3:18 admin.listen: is ::, where others than this machine can reach it: write admin.tokenFile, or listen on 127.0.0.1 or a Unix socket',
        'c.yaml:3:18 admin.listen: is where api listens: give each listener a port or a path of its own',
      ],
    ],
  ])('%s', async (_what, yaml, expected) => {
    expect(await complaints({ yaml })).toEqual(expected);
  });

  test.each([
    'example.com:1',
    '10.0.0.1:1',
    '::1:1',
    'unix:relative',
    'unix:',
    '70000',
    '127.0.0.1',
    `unix:/${'x'.repeat(107)}`,
  ])('a place to listen like %s', async (listen) => {
    const said = await complaints({ yaml: `${URL}\napi: { listen: "${listen}" }` });
    expect(said[0]).toMatch(/^c\.yaml:2:16 api\.listen: is /);
  });

  test.each(['127.0.0.1:1', 'localhost:1', '"[::1]:1"', '1', 'unix:/run/a.sock', '127.9.9.9:0'])(
    'and nothing of %s',
    async (listen) => {
      expect(await complaints({ yaml: `${URL}\napi: { listen: ${listen} }` })).toEqual([]);
    },
  );

  test.each([
    'file:///etc/passwd',
    'http://u:p@h/',
    'http://h/#f',
    'http:///x',
    'gopher://h',
    'unix:relative:/x',
    'unix:/s.sock://evil/x',
  ])('an application that would be asked at %s', async (address) => {
    const yaml = `${URL}\ncredentials: { from: "${address}" }\nchannels: { t: { paramsFrom: "${address}" } }\ndeliver: { a: { webhook: "${address}", health: { url: "${address}" } } }`;
    const said = await complaints({ yaml });
    expect(said).toHaveLength(4);
    expect(said.join()).not.toContain(address);
  });
});

describe('what counts', () => {
  test('is the default, over it the file, then the environment, then flags', async () => {
    const yaml = `${URL}\noutbox: { ttl: 1s, messages: 1, size: 1KiB }`;
    const env = { PHX__OUTBOX__TTL: '2s', PHX__OUTBOX__MESSAGES: '2', PHX__URL: '' };
    const { config } = await loaded({ yaml, env, flags: [['outbox.ttl', '3s']] });
    expect(config.outbox).toEqual({ ttl: '3s', messages: 2, size: '1KiB' });
    expect(config).toMatchObject({
      url: 'ws://h/socket',
      api: { maxBody: '1MiB' },
      drain: { grace: '15s' },
    });
  });

  test('are variables in values alone, typed as if they had been written there', async () => {
    const yaml = `url: ws://\${HOST}/socket
outbox:
  messages: \${N:-7}
  keyField: "\${N}"
params:
  a: '$\${X}'
  b: "\${B:-x: 1}"
  d: \${LONG}`;
    const env = { HOST: 'h', N: '12', LONG: '123456789012345678901234567890' };
    const { config } = await loaded({ yaml, env });
    expect(config).toMatchObject({
      url: 'ws://h/socket',
      outbox: { messages: 12, keyField: '12' },
      params: { a: '${X}', b: 'x: 1', d: env.LONG },
    });
  });

  test('adds no key, whatever a variable holds', async () => {
    const yaml = `${URL}\nparams:\n  t: \${T}\nlog: { level: "\${L:-info}" }`;
    const { config } = await loaded({ yaml, env: { T: 'x }\nadmin: { control: true }' } });
    expect(config).toMatchObject({
      params: { t: 'x }\nadmin: { control: true }' },
      admin: { control: false },
    });
  });

  test.each([
    [
      '${NONE}',
      'needs the environment variable NONE, which is not set: set it, or write ${NONE:-and a default}',
    ],
    ['${NONE:?ask ops}', 'needs the environment variable NONE, which is not set: ask ops'],
    ['${EMPTY:?ask ops}', 'needs the environment variable EMPTY, which is not set: ask ops'],
    ['"${1x}"', 'has a ${ that begins no variable'],
    ['"a ${X"', 'has a ${ that begins no variable'],
  ])('is not %s', async (value, expected) => {
    const said = await complaints({ yaml: `url: ${value}`, env: { EMPTY: '' } });
    expect(said).toEqual([expect.stringContaining(`c.yaml:1:6 url: ${expected}`)]);
  });

  test('is a key of its own under the name of a variable', async () => {
    const yaml = `${URL}\nchannels: { "orders:eu": {} }\ndeliver: { my-app: { file: /x } }`;
    const env = {
      PHX__CHANNELS__ORDERS_EU__REQUIRED: 'true',
      PHX__DELIVER__MY_APP__ROTATE: '1MiB',
      PHX__HEADERS__X_TENANT: 'acme',
      PHX__PARAMS__USER_ID: '7',
      PHX__CREDENTIALS__AUTH_TOKEN_FILE: '/run/t',
      PHX__TRANSPORTS: '[websocket, longpoll]',
    };
    expect((await loaded({ yaml, env })).config).toMatchObject({
      channels: { 'orders:eu': { required: true } },
      deliver: { 'my-app': { rotate: '1MiB' } },
      headers: { 'x-tenant': 'acme' },
      params: { user_id: 7 },
      credentials: { authTokenFile: '/run/t' },
      transports: ['websocket', 'longpoll'],
    });
  });

  test.each([
    [
      { PHX__OUTBOX__TLL: 's3cret' },
      'PHX__OUTBOX__TLL: names no option: did you mean PHX__OUTBOX__TTL?',
    ],
    [{ PHX__URLS: 's3cret' }, 'PHX__URLS: names no option: did you mean PHX__URL?'],
    [
      { PHX__CHANNELS__X__REQUIRED: '1' },
      'PHX__CHANNELS__X__REQUIRED: names no option: write the topic into the file first, or use --set channels.TOPIC.KEY=VALUE',
    ],
    [
      { PHX__URL__X: 's3cret' },
      'PHX__URL__X: names no option: PHX__URL takes a value, and has no keys',
    ],
    [
      { PHX__OUTBOX__TTL: 's3cret' },
      'PHX__OUTBOX__TTL outbox.ttl: is "s3cret": write a length of time',
    ],
    [{ PHX__TRANSPORTS: '[s3cret' }, 'PHX__TRANSPORTS transports: is "[s3cret": write a list'],
  ])('is not %o', async (env, expected) => {
    expect((await complaints({ yaml: URL, env })).join()).toContain(expected);
  });

  test('is what --set says, topics with dots in quotes', async () => {
    const flags = [
      ['url', 'ws://h/s'],
      ['channels."a.b".required', 'true'],
      ['channels.orders:eu.events', '[x]'],
    ] as const;
    expect((await loaded({ flags })).config).toMatchObject({
      url: 'ws://h/s',
      channels: { 'a.b': { required: true }, 'orders:eu': { events: ['x'] } },
    });
    expect(
      await complaints({
        yaml: URL,
        flags: [
          ['a..b', 's3cret'],
          ['log.levl', 'info'],
        ],
      }),
    ).toEqual([
      '--set: has a path that cannot be read: write keys with dots between them: --set outbox.ttl=24h',
      '--set log.levl: there is no such key: did you mean level?',
    ]);
  });

  test('is JSON, too', async () => {
    expect((await loaded({ yaml: '{"url": "ws://h/s", "outbox": false}' })).config.outbox).toBe(
      false,
    );
  });
});

const TYPED = keysOf(configSchema).filter(({ path }) => !path.includes('<name>'));

test('whatever letter of a key is wrong, one that is near is named, and nothing is thrown', async () => {
  const edit = fc.record({
    at: fc.nat(30),
    letter: fc.constantFrom(...'abcxyzQ'),
    how: fc.constantFrom('put', 'drop', 'swap'),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TYPED), edit, async ({ path }, { at, letter, how }) => {
      const key = path.at(-1) ?? '';
      const where = at % key.length;
      const rest = {
        put: letter + key.slice(where),
        drop: key.slice(where + 1),
        swap: letter + key.slice(where + 1),
      }[how];
      const typo = key.slice(0, where) + (rest ?? '');
      const siblings = TYPED.filter(
        (other) => other.path.slice(0, -1).join() === path.slice(0, -1).join(),
      );
      fc.pre(typo.length > 2 && siblings.every((other) => other.path.at(-1) !== typo));
      const flag = [[...path.slice(0, -1), typo].join('.'), 'x'] as const;
      const said = await complaints({ env: { PHX__URL: 'ws://h/s' }, flags: [flag] });
      expect(said.join('\n')).toMatch(/there is no such key: did you mean \w+\?/);
    }),
    { numRuns: 60 },
  );
});

test('whatever text stands there, the answer is a list of problems or a configuration', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()),
      async (yaml) => {
        for (const line of await complaints({ yaml })) expect(line).toMatch(/:\d+:\d+.*: /s);
      },
    ),
    { numRuns: 60 },
  );
});
