/** The options of every command that dials: what reaches the server, and which of two counts. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { dialOptions } from '../../src/cli/dial-options.js';
import { Given } from '../../src/cli/given.js';
import { type ConnectInfo, PhoenixDouble, seedChannels } from 'gen-socket-client/testing';
import { Examination } from '../support/command-line.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What the first dial of a doctor with these arguments shows the server. */
async function seenWith(...args: readonly string[]): Promise<ConnectInfo> {
  const seen: ConnectInfo[] = [];
  const connect = (info: ConnectInfo) => void seen.push(info);
  await using double = await PhoenixDouble.start(seedChannels(), { connect });
  const { run } = await Examination.of([`${double.url}?from=url&a=url`, ...args]);
  expect(run).toMatchObject({ code: 0, err: '' });
  const [first] = seen;
  if (first === undefined) throw new Error('it did not dial');
  return first;
}

describe('what a command dials with', () => {
  test('is the URL alone, and version 2, when nothing is given', async () => {
    const { params, headers, authToken } = await seenWith();
    expect(params).toEqual({ from: 'url', a: 'url', vsn: '2.0.0' });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
    expect(authToken).toBeNull();
  });

  test('is what the flags say: params over those of the URL, the last of one name, spaces trimmed from headers', async () => {
    const params = ['--param', 'a=1', '--param', 'b=x=y z', '--param', 'a=2', '--param', 'c='];
    const headers = ['--header', 'X-One:  first ', '--header', 'x-two: a: b'];
    const seen = await seenWith(...params, ...headers, '--vsn', '1');
    expect(seen.params).toEqual({ from: 'url', a: '2', b: 'x=y z', c: '', vsn: '1.0.0' });
    expect(seen.headers).toMatchObject({ 'x-one': 'first', 'x-two': 'a: b' });
  });

  test('is what the environment says, a value a line', async () => {
    vi.stubEnv('GEN_SOCKET_CLIENT_VSN', '1.0.0');
    vi.stubEnv('GEN_SOCKET_CLIENT_PARAM', 'a=env\n\r\nb=2\r\n');
    vi.stubEnv('GEN_SOCKET_CLIENT_HEADER', 'X-One: env');
    vi.stubEnv('GEN_SOCKET_CLIENT_AUTH_TOKEN_FILE', await fileWith('token-of-env\n'));
    const { params, headers, authToken } = await seenWith();
    expect(params).toEqual({ from: 'url', a: 'env', b: '2', vsn: '1.0.0' });
    expect(headers).toMatchObject({ 'x-one': 'env' });
    expect(authToken).toBe('token-of-env');
  });

  test('is what the flags say where both do', async () => {
    vi.stubEnv('GEN_SOCKET_CLIENT_VSN', '9');
    vi.stubEnv('GEN_SOCKET_CLIENT_PARAM', 'a=env\nb=env');
    vi.stubEnv('GEN_SOCKET_CLIENT_HEADER', 'X-One: env');
    vi.stubEnv('GEN_SOCKET_CLIENT_AUTH_TOKEN_FILE', '/no/such/file');
    const flags = ['--vsn', '2', '--param', 'c=flag', '--header', 'X-Two: flag'];
    const seen = await seenWith(...flags, '--auth-token-file', await fileWith('token-of-flag'));
    expect(seen.params).toEqual({ from: 'url', a: 'url', c: 'flag', vsn: '2.0.0' });
    expect(seen.headers['x-one']).toBeUndefined();
    expect(seen.authToken).toBe('token-of-flag');
  });

  test('is nothing where a variable is empty', async () => {
    for (const name of ['VSN', 'PARAM', 'HEADER', 'AUTH_TOKEN_FILE'])
      vi.stubEnv(`GEN_SOCKET_CLIENT_${name}`, '');
    expect((await seenWith()).params).toEqual({ from: 'url', a: 'url', vsn: '2.0.0' });
  });
});

test('the auth token is read anew for each dial, so that a file that changes is followed', async () => {
  const path = await fileWith('first\n');
  const { credentials } = dialOptions(
    new Given(['ws://localhost/socket'], { authTokenFile: path }),
  );
  expect(await credentials()).toEqual({ authToken: 'first' });
  await writeFile(path, '  second  ');
  expect(await credentials()).toEqual({ authToken: 'second' });
});

async function fileWith(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dial-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  await writeFile(path, content);
  return path;
}
