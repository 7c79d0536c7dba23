/** Dead letters that are sent again, by the command line. */

import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendLines } from '../../../src/daemon/deliveries/dead-letters.js';
import { runHere } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application, status } from '../support/application.js';
import { configFileWith } from '../support/configured.js';

test('are sent in order with the same ids, and the file is gone', async () => {
  const { folder, path } = lettersFile([letter('a', 1), letter('b', 2), letter('a', 3)]);
  const app = await Application.start();
  const { code, out } = await runHere(['replay', path, '--to', `${app.url}/events`]);
  expect(out).toEqual(['3 sent, 0 dropped by the application, 0 failed, 0 left, 0 unreadable']);
  expect(code).toBe(0);
  expect(app.calls.map(({ id, data }) => [id, data])).toEqual([
    ['e-1', 1],
    ['e-2', 2],
    ['e-3', 3],
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test('that fail are kept, with all behind them of their topic', async () => {
  const all = [
    letter('bad', 1),
    letter('good', 2),
    letter('bad', 3),
    'no JSON {',
    letter('good', 4),
  ];
  const { folder, path } = lettersFile(all);
  const app = await Application.start((call, answer) => {
    answer.writeHead(call.topic === 'bad' ? 500 : 204).end();
  });
  const { code, out, err } = await runHere(['replay', path, '--to', app.url]);
  expect(out).toEqual(['2 sent, 0 dropped by the application, 1 failed, 1 left, 1 unreadable']);
  expect(err).toBe('e-1 bad: it answered 500\n');
  expect(code).toBe(75);
  expect(linesOf(path)).toEqual([all[0], all[2], all[3]]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['dead.ndjson']);
});

test('of other topics are left, and what the application drops is not kept', async () => {
  const all = [letter('room:1', 1), letter('hall:1', 2)];
  const { path } = lettersFile(all);
  const app = await Application.start(status(200, { status: 'DROP' }));
  const { code, out } = await runHere(['replay', path, '--to', app.url, '--topic', 'room:*']);
  expect(out).toEqual(['0 sent, 1 dropped by the application, 0 failed, 1 left, 0 unreadable']);
  expect(code).toBe(0);
  expect(linesOf(path)).toEqual([all[1]]);
});

test('are only shown by a dry run', async () => {
  const all = [letter('room:1', 1), letter('hall:1', 2)];
  const { path } = lettersFile(all);
  const { code, out } = await runHere(['replay', path, '--dry-run', '--topic', 'hall:*']);
  expect([code, out]).toEqual([0, [all[1]]]);
  expect(linesOf(path)).toEqual(all);
});

test('that a replay was killed over are taken up by the next, before what came since', async () => {
  const { folder, path } = lettersFile([letter('a', 1)]);
  renameSync(path, `${path}.replaying`);
  const app = await Application.start();
  expect((await runHere(['replay', path, '--to', app.url])).out[0]).toMatch(/^1 sent/);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['', '.replaying'])(
  'behind a symbolic link stay behind it: dead.ndjson%s',
  async (end) => {
    const all = [letter('bad', 1), letter('good', 2)];
    const { folder, path } = lettersFile(all);
    const name = join(folder, 'link');
    symlinkSync('dead.ndjson', name);
    renameSync(path, `${path}${end}`);
    const app = await Application.start((call, answer) => {
      answer.writeHead(call.topic === 'bad' ? 500 : 204).end();
    });
    await runHere(['replay', name, '--to', app.url]);
    expect(lstatSync(name).isSymbolicLink()).toBe(true);
    expect(linesOf(path)).toEqual([all[0]]);
    expect(readdirSync(folder).toSorted()).toEqual(['dead.ndjson', 'link']);
  },
);

test('that the daemon adds meanwhile stay, and what failed comes behind them', async () => {
  const { path } = lettersFile([letter('a', 1)]);
  const app = await Application.start((_call, answer) => {
    void appendLines(path, `${letter('a', 2)}\n`).then(() => answer.writeHead(500).end());
  });
  await runHere(['replay', path, '--to', app.url]);
  expect(linesOf(path)).toEqual([letter('a', 2), letter('a', 1)]);
});

test('go to a delivery of the configuration as it would send them', async () => {
  const { folder, path } = lettersFile([letter('a', 1)]);
  const app = await Application.start();
  const [secretFile, tokenFile] = [join(folder, 'secret'), join(folder, 'token')];
  writeFileSync(secretFile, 'the-secret\n');
  writeFileSync(tokenFile, 'the-token\n');
  const webhook = { webhook: app.url, mode: 'binary', secretFile, tokenFile };
  const config = configFileWith(
    JSON.stringify({ deliver: { app: { ...webhook, headers: { 'x-own': 'yes' } } } }),
  );
  const run = await runHere(['replay', path, '--config', config, '--delivery', 'app']);
  expect(run).toMatchObject({ code: 0, err: '', out: [expect.stringMatching(/^1 sent/)] });
  const { headers = {}, body } = app.calls[0] ?? {};
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'ce-id': 'e-1',
    'ce-subject': 'a',
    'ce-type': 'phx.said',
    'x-own': 'yes',
    authorization: 'Bearer the-token',
  });
  expect(body).toBe('1');
  const timestamp = String(headers['webhook-timestamp']);
  const hmac = createHmac('sha256', 'the-secret').update(`e-1.${timestamp}.1`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${hmac}`);
});

test.each([
  ['--delivery', 'other', /no webhook named other: choose from app/],
  ['--delivery', 'lines', /no webhook named lines: choose from app/],
  ['--to', 'http://127.0.0.1:1', /--to and --delivery exclude each other/],
])('go to no delivery that there is not: %s %s', async (option, value, message) => {
  const { path } = lettersFile([letter('a', 1)]);
  const deliver = { app: { webhook: 'http://127.0.0.1:1' }, lines: { stdout: 'ndjson' } };
  const config = configFileWith(JSON.stringify({ deliver }));
  const args = ['replay', path, '--config', config, '--delivery', 'app', option, value];
  const run = await runHere(args);
  expect(run).toMatchObject({ code: 64, err: expect.stringMatching(message) });
  expect(linesOf(path)).toEqual([letter('a', 1)]);
});

test.each([
  [['/nowhere/dead.ndjson', '--to', 'http://127.0.0.1:1/'], 66, /cannot be read: ENOENT/],
  [['dead.ndjson'], 64, /where to\? write --delivery NAME or --to URL/],
  [['dead.ndjson', '--to', 'ftp://a:secret@b'], 64, /--to is no address/],
])('end with a remedy for %j', async (args, code, message) => {
  const run = await runHere(['replay', ...args]);
  expect(run.code).toBe(code);
  expect(run.err).toMatch(message);
  expect(run.err).not.toContain('secret');
});

test('stay where they are when nobody is there', async () => {
  const { path } = lettersFile([letter('a', 1)]);
  const app = await Application.start();
  await app.down();
  const { code, err } = await runHere(['replay', path, '--to', app.url]);
  expect(code).toBe(75);
  expect(err).toMatch(/ECONNREFUSED/);
  expect(linesOf(path)).toEqual([letter('a', 1)]);
  expect(existsSync(`${path}.replaying`)).toBe(false);
});

function lettersFile(lines: readonly string[]): { readonly folder: string; readonly path: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'dead.ndjson');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { folder, path };
}

function letter(topic: string, n: number): string {
  const event = {
    specversion: '1.0',
    id: `e-${n}`,
    type: 'phx.said',
    subject: topic,
    datacontenttype: 'application/json',
    data: n,
  };
  return JSON.stringify({
    time: 'then',
    delivery: 'app',
    attempts: 3,
    status: 500,
    error: 'it failed',
    event,
  });
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}
