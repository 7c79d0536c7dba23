/** What is said of a configuration that is wrong. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/daemon/config/load.js';
import { problemText } from '../../../src/daemon/config/origin.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { complaints } from '../support/configured.js';

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
      "the deliveries' own rules",
      `${URL}\nchannels: { phoenix: }\ndeliver:\n  a: { webhook: http://a/, timeout: 0, retry: { min: 40s }, breaker: { openFor: 0 } }\n  b:\n    webhook: http://a/\n    retry: { min: 2s, max: 1s }\n    headers:\n      x y: a\n      x-z: "a\\nb"\n    health: { url: http://a/, timeout: 0 }\n  c: { file: /c, rotate: 0 }`,
      [
        "c.yaml:2:22 channels.phoenix: is the socket's own topic, which nobody joins: leave it out",
        'c.yaml:4:37 deliver.a.timeout: is 0: write a number of at least 1',
        'c.yaml:4:40 deliver.a.retry.max: is 30000: write a number of at least 40000',
        'c.yaml:4:81 deliver.a.breaker.openFor: is 0: write a number of at least 1',
        'c.yaml:7:28 deliver.b.retry.max: is 1000: write a number of at least 2000',
        'c.yaml:9:12 deliver.b.headers."x y": the header "x y" of headers cannot be sent: write visible ASCII',
        'c.yaml:10:12 deliver.b.headers.x-z: the header "x-z" of headers cannot be sent: write visible ASCII',
        'c.yaml:11:40 deliver.b.health.timeout: is 0: write a number of at least 1',
        'c.yaml:12:26 deliver.c.rotate: is 0: write a number of at least 1',
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
