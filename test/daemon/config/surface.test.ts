/** The commands and papers that are made of the schema: validate, config, schema, init, and the page of the docs. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changes } from '../../../src/daemon/config/changes.js';
import { configFile } from '../../../src/daemon/config/config-file.js';
import { jsonSchema } from '../../../src/daemon/config/json-schema.js';
import { referenceText } from '../../../src/daemon/config/reference.js';
import { keysOf } from '../../../src/daemon/config/schema-paths.js';
import { configSchema } from '../../../src/daemon/config/schema.js';
import { starterText } from '../../../src/daemon/config/starter.js';
import { startTermsOf } from '../../../src/client/start.js';
import { runHere } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { complaints, configFileWith, loaded } from '../support/configured.js';

const SECRET = 'k7Tq-hidden';
const FILES = ['webhooks', 'cron', 'log-shipper'];

function exampleOf(name: string): string {
  return readFileSync(new URL(`files/${name}.yaml`, import.meta.url), 'utf8');
}

test.each(FILES)('the example %s is well', async (name) => {
  expect(await complaints({ yaml: exampleOf(name) })).toEqual([]);
});

describe('validate', () => {
  test('ends with 78 and a line for each thing that is wrong', async () => {
    const file = configFileWith('url: ws://h/s\nlogg: {}\nouttbox: {}');
    expect(await runHere(['validate', file])).toEqual({
      code: 78,
      out: [],
      err: `error: the configuration is wrong\n${file}:2:1 logg: there is no such key: did you mean log?\n${file}:3:1 outtbox: there is no such key: did you mean outbox?\n`,
    });
  });

  test('says that a file is well, and takes what goes over it', async () => {
    const file = configFileWith('log: {}');
    expect(
      await runHere(['validate', file, '--url', 'ws://h/s', '--set', 'log.level=warn']),
    ).toEqual({ code: 0, out: [`${file}: well`], err: '' });
  });

  test('repeats no pair that is none', async () => {
    const { code, err } = await runHere(['validate', '--set', SECRET]);
    expect({ code, err }).toEqual({
      code: 64,
      err: 'error: --set number 1 is no pair: write path=value\n',
    });
  });
});

/** Every place that may hold a secret, right and wrong. */
const PLANTED = `url: wss://h/s?token=${SECRET}
params: { token: ${SECRET}, deep: { a: [${SECRET}] } }
headers: { x-token: ${SECRET} }
credentials: { authTokenFile: ${SECRET}, from: "http://h/?key=${SECRET}" }
websocket: { proxy: "http://u:${SECRET}@p:1" }
channels: { t: { params: { a: ${SECRET} }, paramsFrom: "http://h/?k=${SECRET}" } }
deliver: { a: { webhook: "http://h/?k=${SECRET}", headers: { a: ${SECRET} } } }
`;

describe('a secret', () => {
  test('is not in what config prints', async () => {
    const file = configFileWith(PLANTED);
    for (const more of [[], ['--json']]) {
      const { code, out, err } = await runHere(['config', file, ...more]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out.join('\n')).toContain('wss://h/s?token=***');
      expect(out.join('\n')).not.toContain(SECRET);
    }
  });

  test.each([
    `url: "wss://u:${SECRET}@h/s"`,
    `url: "${SECRET}"`,
    `url: "ftp://h/?t=${SECRET}"`,
    `url: ws://h/s?vsn=${SECRET}`,
    `url: ws://h\nparams: ${SECRET}`,
    `url: ws://h\nparams: [${SECRET}]`,
    `url: ws://h\nheaders: { a: [${SECRET}] }`,
    `url: ws://h\nheaders: { a: "${SECRET}\\n" }`,
    `url: ws://h\ncredentials: ${SECRET}`,
    `url: ws://h\ncredentials: { authToken: ${SECRET}, token: ${SECRET} }`,
    `url: ws://h\ncredentials: { from: "http://u:${SECRET}@h" }`,
    `url: ws://h\nwebsocket: { proxy: "socks://u:${SECRET}@h" }`,
    `url: ws://h\nchannels: { t: { params: ${SECRET}, paramsFrom: ${SECRET} } }`,
    `url: ws://h\ndeliver: { a: { webhook: "http://${SECRET}@h", secret: ${SECRET}, headers: ${SECRET} } }`,
    `url: ws://h\nparams: { a: "${SECRET}`,
    `url: ws://h\n  token: ${SECRET}\n: ${SECRET}`,
  ])('is not in what is said of %j', async (yaml) => {
    const said = await complaints({ yaml });
    expect(said).not.toEqual([]);
    expect(said.join('\n')).not.toContain(SECRET);
  });
});

test('config says where each value comes from', async () => {
  const file = configFileWith('url: ws://h/s\noutbox: { ttl: 1s }');
  const { out } = await runHere(['config', file, '--set', 'log.level=warn', '--json']);
  const values = out.map((line) => JSON.parse(line) as { path: string });
  const byPath = new Map(values.map((value) => [value.path, value]));
  expect(byPath.get('outbox.ttl')).toEqual({
    path: 'outbox.ttl',
    value: '1s',
    origin: `${file}:2:16`,
  });
  expect(byPath.get('log.level')).toEqual({ path: 'log.level', value: 'warn', origin: '--set' });
  expect(byPath.get('outbox.messages')).toEqual({
    path: 'outbox.messages',
    value: 1000,
    origin: 'default',
  });
  expect(byPath.get('api.listen')).toMatchObject({ value: '127.0.0.1:4100', origin: 'default' });
});

describe('init', () => {
  test('writes a file that is well as it is, and with every default in it', async () => {
    const file = join(temporaryFolder(), 'c.yaml');
    expect((await runHere(['init', file])).code).toBe(0);
    expect((await runHere(['validate', file])).code).toBe(0);
    const yaml = starterText().replace(/^# (?= *[a-zA-Z]+:(?: |$))/gm, '');
    const optional = /^ *(?:attempts|store|authTokenFile|delays|probes|listen|tokenFile):.*\n/gm;
    expect(await complaints({ yaml: yaml.replace(optional, '') })).toEqual([]);
    expect(await runHere(['init', file])).toMatchObject({ code: 64 });
  });

  test('prints it when no file is named', async () => {
    const { out } = await runHere(['init']);
    expect(`${out.join('\n')}\n`).toBe(starterText());
  });
});

describe('the JSON Schema', () => {
  test('is printed by schema', async () => {
    const { out } = await runHere(['schema']);
    expect(JSON.parse(out.join('\n'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  test('describes every key, and holds no word of ours', () => {
    const text = JSON.stringify(jsonSchema());
    expect(text).toContain('https://json-schema.org/draft/2020-12/schema');
    expect(text).not.toMatch(/"(?:takes|standard|secret)":/);
    const undescribed = keysOf(configSchema).filter(({ about }) => about.description === undefined);
    expect(undescribed.map(({ path }) => path.join('.'))).toEqual([]);
  });
});

test("the defaults of the schema are the library's own", () => {
  const CLIENT = [
    'reconnect',
    'heartbeat',
    'timeouts',
    'outbox',
    'confirmed',
    'fallback',
    'liveness',
    'maxChannelsPerSocket',
    'maxSockets',
    'maxConnectionAge',
    'onUnauthorized',
    'transports',
  ];
  const options: { [name: string]: unknown } = {};
  for (const { path, about } of keysOf(configSchema)) {
    const [name = '', key] = path;
    if (!CLIENT.includes(name) || about.standard === undefined) continue;
    if (key === undefined) options[name] = about.standard;
    else options[name] = { ...(options[name] as object | undefined), [key]: about.standard };
  }
  const { settings, liveness } = startTermsOf(options);
  const plain = startTermsOf({});
  expect(liveness).toEqual(plain.liveness);
  for (const name of CLIENT.filter((each) => each !== 'liveness')) {
    expect(Reflect.get(settings, name)).toEqual(Reflect.get(plain.settings, name));
  }
});

test('docs/configuration.md has the tables that are made of the schema', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const [, tables] = page.split('<!-- schema -->\n\n');
  expect(tables).toBe(`${referenceText()}\n`);
});

test('a change of topics, deliveries and log.level counts at once, and of the rest each has its reason', async () => {
  const head = 'url: ws://h/s\ndeliver: { a: { file: /a } }\nchannels: { t: {}, u: {} }';
  const before = await loaded({ yaml: `${head}\nlog: { level: info }` });
  const after = await loaded({
    yaml: 'url: ws://h/t\ndeliver: { b: { file: /b } }\nchannels: { u: {}, t: { required: true }, v: }\nlog: { level: warn, to: stderr }\napi: { listen: 4105 }',
  });
  const { refused, ...live } = changes(before, after);
  expect(live).toEqual({ channels: ['t', 'v'], deliveries: ['a', 'b'], logLevel: true });
  expect(refused.map(({ path, what }) => [path.join('.'), what])).toEqual([
    ['url', 'cannot change while it runs (a running client keeps its server)'],
    ['api.listen', 'cannot change while it runs (the listener is open, and requests are on it)'],
    ['log.to', 'cannot change while it runs (its stream is open)'],
  ]);
  expect(changes(before, before)).toEqual({
    channels: [],
    deliveries: [],
    logLevel: false,
    refused: [],
  });
});

test('the file is the argument, else PHX_CONFIG, else the usual one if it is there', () => {
  const there = configFileWith('');
  expect(configFile('a', { PHX_CONFIG: 'b' }, there)).toBe('a');
  expect(configFile(undefined, { PHX_CONFIG: 'b' }, there)).toBe('b');
  expect(configFile(undefined, { PHX_CONFIG: '' }, there)).toBe(there);
  expect(configFile(undefined, {}, '/no/such/file')).toBeNull();
});
