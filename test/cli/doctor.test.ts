/** `doctor` as a person and a shell see it: its lines, its exit code, how it is ended, and what it never shows. */

import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Connect, PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { SLOW_START } from '../support/child-program.js';
import { commandLine, Examination, run } from '../support/command-line.js';
import { RawServer } from '../support/raw-server.js';

/** A file with that content, until the test has finished. */
async function fileWith(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  writeFileSync(path, content);
  return path;
}

describe('doctor', { timeout: SLOW_START }, () => {
  test.each([
    ['bandit', '2', '2.0.0 is accepted, 1.0.0 is accepted'],
    ['bandit', '1', '1.0.0 is accepted, 2.0.0 is accepted'],
    ['cowboy', '2.0.0', '2.0.0 is accepted, 1.0.0 is accepted'],
    ['cowboy', '1.0.0', '1.0.0 is accepted, 2.0.0 is accepted'],
  ] as const)('finds nothing wrong with %s, version %s', async (server, vsn, versions) => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    const url = `http://localhost:${double.port}/socket/`;
    const path = await fileWith(' a-token\n');
    const args = [url, 'ping:demo', '--params', '{"hello": 41}', '--vsn', vsn];

    const examined = new Examination(
      await run(['doctor', ...args, '--auth-token-file', path, '--json']),
    );

    expect(examined.run).toMatchObject({ code: 0, err: '' });
    expect(examined.found.map(({ step, result, saw }) => [step, result, saw])).toEqual([
      [
        'url',
        'ok',
        `ws://localhost:${double.port}/socket/websocket (http became ws, /websocket was added)`,
      ],
      ['dns', 'ok', expect.stringContaining('127.0.0.1')],
      ['tcp', 'ok', `connected to 127.0.0.1, port ${double.port}`],
      ['tls', 'skipped', 'the scheme is ws: nothing is encrypted'],
      ['upgrade', 'ok', 'HTTP 101 Switching Protocols'],
      ['subprotocol', 'ok', 'offered phoenix and the auth token, and the server chose one'],
      ['vsn', 'ok', versions],
      ['heartbeat', 'ok', 'answered'],
      ['join', 'ok', 'joined, response {"hello":41}'],
      ['close', 'ok', 'left the topic, and closed'],
    ]);
    expect(double.sockets).toBe(0);
  });

  test('prints a line for each step and, for a failure, the cause and the remedy', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.refuse(503, { server: 'Cowboy', 'retry-after': '7' }, 'come <b>later</b>\n');

    const { code, out, err } = await run(['doctor', double.url]);

    expect({ code, err }).toEqual({ code: 75, err: '' });
    expect(out.slice(1, 4)).toEqual([
      'skipped  dns          127.0.0.1 is an address',
      expect.stringMatching(/^ok {7}tcp {10}connected to 127\.0\.0\.1, port \d+, [\d.]+ ms$/),
      'skipped  tls          the scheme is ws: nothing is encrypted',
    ]);
    expect(out.slice(4)).toEqual([
      'failed   upgrade      HTTP 503 Service Unavailable; server: Cowboy; retry-after: 7; body: come <b>later</b>',
      '                      cause   the server or a proxy before it is overloaded, or counts the dials of one client',
      '                      remedy  dial again after the time of Retry-After, and with fewer clients at once',
      'skipped  subprotocol  there is no auth token',
      'skipped  vsn          upgrade failed',
      'skipped  heartbeat    upgrade failed',
      'skipped  join         upgrade failed',
      'skipped  close        upgrade failed',
    ]);
  });

  test('ends with 130 on Ctrl-C, without a complaint', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.stall();
    await using program = commandLine(['doctor', double.url, '--timeout', '10m']);
    await program.until('skipped  tls          the scheme is ws: nothing is encrypted');
    await expect.poll(() => double.dials.length).toBe(1);
    program.signal('SIGINT');
    expect(await program.ended).toMatchObject({ code: 130, complaints: '' });
  });

  test('ends with 0 when nobody reads on, as in `doctor … | head -n 3`', async () => {
    await using server = await RawServer.start();
    await using program = commandLine(['doctor', server.url.href, '--timeout', '10m']);
    await (await server.accepted()).gone;
    const dial = await server.accepted();
    await dial.request();
    program.stopReading();
    dial.socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    expect(await program.ended).toMatchObject({ code: 0, complaints: '' });
  });
});

test(
  'doctor ends with 0 when nobody has ever read, whatever it found',
  async () => {
    await using program = commandLine(['doctor', 'no-url']);
    program.stopReading();
    expect(await program.ended).toMatchObject({ code: 0, complaints: '' });
  },
  SLOW_START,
);

describe('what doctor is given', { timeout: SLOW_START }, () => {
  const SECRETS = {
    query: 'q1-zebra&<b>',
    param: `${'p2-"quoted"'.repeat(100)}end`,
    header: 'h3-heron',
    token: 'eyJt.t4-tapir',
    join: 'j5-jackal',
  };
  const forms = (secret: string) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  ];
  /** What a careless error page shows. */
  const body = (index: number) => {
    const [secret = ''] = Object.values(SECRETS).slice(index);
    return `error: ${forms(secret).join(' and ')}`;
  };
  const tellTales = /zebra|p2|quoted|heron|tapir|jackal|eyJt|cTEt|cDIt|aDMt|ZXlK|ajUt/i;

  async function argsFor(url: string): Promise<readonly string[]> {
    const path = await fileWith(SECRETS.token);
    const query = encodeURIComponent(SECRETS.query);
    const wire = [
      '--param',
      `p=${SECRETS.param}`,
      '--header',
      `X-Api-Key: Bearer ${SECRETS.header}`,
    ];
    const params = JSON.stringify({ hello: SECRETS.join, deep: [SECRETS.join] });
    return [`${url}?q=${query}`, 'ping:x', ...wire, '--auth-token-file', path, '--params', params];
  }

  test.each([0, 1, 2, 3])(
    'is not shown when a server repeats it in a refusal (%i)',
    async (index) => {
      const connect: Connect = () => ({
        status: 500,
        headers: { server: SECRETS.header },
        body: body(index),
      });
      await using double = await PhoenixDouble.start(seedChannels(), { connect });
      const args = ['doctor', ...(await argsFor(double.url))];
      const runs = await Promise.all([run(args), run([...args, '--json'])]);
      for (const { code, out, err } of runs) {
        expect(code).toBe(69);
        expect(`${out.join('\n')}${err}`).not.toMatch(tellTales);
        expect(out.join('\n')).toContain('error: ***');
      }
    },
  );

  test('is not shown when a channel repeats it in its answer', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const examined = await Examination.of(await argsFor(double.url));
    expect(examined.step('join').saw).toBe('joined, response {"hello":"***"}');
    expect(examined.run.out.join('\n')).not.toMatch(tellTales);
  });

  test.each([
    [['--param', 'zebra'], '--param number 1 is no pair: write name=value'],
    [['--param', 'a=1', '--param', '=zebra'], '--param number 2 is no pair: write name=value'],
    [['--header', 'zebra'], "--header number 1 is no header: write 'Name: value'"],
    [['--header', 'zebra zebra: x'], "--header number 1 is no header: write 'Name: value'"],
    [
      ['--header', 'X-Key: zebra\nX-Other: zebra'],
      '--header.X-Key is no HTTP header: write a token as name, and text without line breaks',
    ],
    [['--param', 'b[c]=zebra'], 'param "b[c]" has a bracket in its key: nest an object'],
    [['--vsn', '3'], '--vsn is 3: write 1 or 2 (1.0.0 and 2.0.0 are the same)'],
    [['--timeout', 'soon'], '--timeout is soon: write a length of time, such as 500ms, 10s or 2m'],
    [['--timeout', '0s'], '--timeout is 0s: write a length of time, such as 500ms, 10s or 2m'],
  ])(
    'is refused with what to write, and no value that may be secret: %j',
    async (args, message) => {
      const { run: refused } = await Examination.of(['ws://localhost/socket', ...args]);
      expect(refused).toEqual({ code: 64, out: [], err: `error: ${message}\n` });
    },
  );

  test('is refused when it is no JSON, without a word of it', async () => {
    const { run: refused } = await Examination.of([
      'ws://localhost/socket',
      'a:b',
      '--params',
      '{zebra',
    ]);
    expect(refused).toMatchObject({ code: 65, out: [] });
    expect(refused.err).toBe(
      `error: --params is not JSON from character 2 on: quote it for the shell, '{"name": "value"}'\n`,
    );
  });

  test.each([
    ['token-that-was-pasted', /^error: the credentials file cannot be read \(ENOENT\): /],
    ['token'.repeat(99), /^error: the credentials file cannot be read \(ENAMETOOLONG\): /],
    [tmpdir(), /^error: the credentials file \/.* cannot be read \(EISDIR\): /],
  ])('is refused when it is a file that cannot be read: %s', async (path, message) => {
    const { run: refused } = await Examination.of([
      'ws://localhost/socket',
      '--auth-token-file',
      path,
    ]);
    expect(refused).toMatchObject({ code: 66, out: [] });
    expect(refused.err).toMatch(message);
  });

  test('is refused when it is an empty file', async () => {
    const path = await fileWith('\n');
    const { run: refused } = await Examination.of([
      'ws://localhost/socket',
      '--auth-token-file',
      path,
    ]);
    expect(refused).toMatchObject({ code: 66, out: [] });
    expect(refused.err).toBe(
      `error: the credentials file ${path} is empty: write the secret into it\n`,
    );
  });
});
