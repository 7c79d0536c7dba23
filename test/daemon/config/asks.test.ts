/** What the daemon asks of files and of the application before it dials and before it joins. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientOptionsOf } from '../../../src/daemon/config/client-options.js';
import { joinParamsOf } from '../../../src/daemon/config/join-params.js';
import type { Config } from '../../../src/daemon/config/schema.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const SIGNAL = new AbortController().signal;

/** An application that answers so; its address. */
async function application(answer: Answer, path?: string): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    if (path === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(path, resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });
  const port = path === undefined ? (server.address() as AddressInfo).port : 0;
  return path === undefined ? `http://127.0.0.1:${port}/x?a=1` : `unix:${path}:/x?a=1`;
}

function saying(body: unknown, status = 200): Answer {
  return (_, response) => {
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(JSON.stringify(body));
  };
}

async function credentialsFor(config: Config, refused = false): Promise<unknown> {
  const { credentials } = clientOptionsOf(config);
  if (typeof credentials !== 'function') throw new Error('there are none');
  return credentials({ attempt: 2, refused, signal: SIGNAL });
}

describe('credentials', () => {
  test('are those of the files, read anew, and over them what the application says', async () => {
    const folder = join(temporaryFolder(), 'f');
    mkdirSync(folder);
    const [token, params] = [join(folder, 'token'), join(folder, 'params')];
    writeFileSync(token, 'one\n');
    writeFileSync(params, '{"a": 1, "b": 2}');
    const asked: (string | undefined)[] = [];
    const from = await application((request, response) => {
      asked.push(request.url);
      saying({ params: { b: 3 }, headers: { 'x-a': 'y' } })(request, response);
    });
    const config = { credentials: { authTokenFile: token, paramsFile: params, from } };
    const expected = { params: { a: 1, b: 3 }, headers: { 'x-a': 'y' } };
    expect(await credentialsFor(config)).toEqual({ ...expected, authToken: 'one' });
    writeFileSync(token, 'two\n');
    expect(await credentialsFor(config, true)).toEqual({ ...expected, authToken: 'two' });
    expect(asked).toEqual(['/x?a=1&attempt=2&refused=false', '/x?a=1&attempt=2&refused=true']);
  });

  test.each<[string, Answer, RegExp]>([
    ['403 for good', saying({}, 403), /PHX_UNAUTHORIZED .*answered with 403/],
    ['401 this time', saying({}, 401), /PHX_CREDENTIALS_FILE .*answered with 401: answer 200/],
    ['a redirect', saying({}, 302), /PHX_CREDENTIALS_FILE .*answered with 302/],
    ['a list', saying(['s3cret']), /no JSON object/],
    ['what it does not know', saying({ s3cret: 1 }), /an unknown field/],
    ['fields of a wrong kind', saying({ authToken: 5 }), /fields of a wrong kind/],
    ['too much', saying({ params: { a: 's3cret'.repeat(20_000) } }), /more than 65536 bytes/],
    ['no HTTP', (request) => request.socket.end('s3cret\r\n\r\n'), /got no answer \(\w+\)/],
  ])('are refused with %s', async (_, answer, expected) => {
    const from = await application(answer);
    const why = await credentialsFor({ credentials: { from } }).then(String, coded);
    expect(why).toMatch(expected);
    expect(why).not.toContain('s3cret');
  });
});

function coded(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return `${code} ${String(error)}`;
}

describe('the params of a join', () => {
  test('are those of the configuration, and over them what the application answers, on a Unix socket too', async () => {
    const asked: (string | undefined)[] = [];
    const answer: Answer = (request, response) => {
      asked.push(request.url);
      saying({ since: 9 })(request, response);
    };
    const paths = [undefined, join(temporaryFolder(), 'a.sock')];
    for (const path of paths) {
      const params = joinParamsOf('a:b', {
        params: { since: 0, x: 1 },
        paramsFrom: await application(answer, path),
      });
      if (typeof params !== 'function') throw new Error('it would not ask');
      expect(await params({ refused: true })).toEqual({ since: 9, x: 1 });
    }
    expect(asked).toEqual(Array(2).fill('/x?a=1&topic=a%3Ab&refused=true'));
    expect(joinParamsOf('a:b', { params: { x: 1 } })).toEqual({ x: 1 });
  });

  test('fail when the application has no answer in time', async () => {
    const paramsFrom = await application(() => undefined);
    const params = joinParamsOf('a:b', { paramsFrom }, 50);
    if (typeof params !== 'function') throw new Error('it would not ask');
    expect(await params({ refused: false }).then(String, coded)).toMatch(
      /PHX_CREDENTIALS_FILE .*channels\.a:b\.paramsFrom got no answer/,
    );
  });
});

test('certificates are those of the files at each dial, and the last good ones while they are gone', () => {
  const file = join(temporaryFolder(), 'ca.pem');
  const certificate = (text: string) =>
    `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
  writeFileSync(file, certificate('one'));
  const { websocket } = clientOptionsOf({ websocket: { tls: { caFile: file } } });
  const dialed = () => String({ ...websocket?.tls }.ca);
  expect(dialed()).toBe(certificate('one'));
  writeFileSync(file, certificate('two'));
  expect(dialed()).toBe(certificate('two'));
  writeFileSync(file, '-----BEGIN');
  expect(dialed()).toBe(certificate('two'));
  expect(() => clientOptionsOf({ websocket: { tls: { keyFile: '/no/such/file' } } })).toThrow(
    'websocket.tls.keyFile cannot be read (ENOENT)',
  );
});
