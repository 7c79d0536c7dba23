/** Which value counts of those that a file, the environment and flags give; and any text, right or wrong, has an answer. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysOf } from '../../../src/daemon/config/schema-paths.js';
import { configSchema } from '../../../src/daemon/config/schema.js';
import { complaints, loaded } from '../support/configured.js';

const URL = 'url: ws://h/socket';

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
    letter: fc.constantFrom('a', 'b', 'c', 'x', 'y', 'Q'),
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
      const typo = key.slice(0, where) + rest;
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
