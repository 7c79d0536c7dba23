/** Credentials in files: read anew at each use, and never repeated in what is said of them. */

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { authTokenFile, paramFile, paramsFile } from '../../src/index.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'credentials-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

async function fileWith(content: string | Uint8Array): Promise<string> {
  const path = join(await folder(), 'secret');
  await writeFile(path, content);
  return path;
}

describe('a file with credentials', () => {
  test('gives an auth token, one param, or several', async () => {
    const token = await fileWith(' s3cret\n');
    const params = await fileWith('{ "token": "s3cret", "device": 7 }\n');
    await expect(authTokenFile(token)()).resolves.toEqual({ authToken: 's3cret' });
    await expect(paramFile('token', token)()).resolves.toEqual({ params: { token: 's3cret' } });
    await expect(paramsFile(params)()).resolves.toEqual({
      params: { token: 's3cret', device: 7 },
    });
  });

  test('that is written anew is read anew', async () => {
    const path = await fileWith('first');
    const credentials = authTokenFile(path);
    await expect(credentials()).resolves.toEqual({ authToken: 'first' });
    await writeFile(path, 'second');
    await expect(credentials()).resolves.toEqual({ authToken: 'second' });
  });

  test('is followed when the folder that its link leads through is swapped, as Kubernetes does', async () => {
    const mount = await folder();
    await mkdir(join(mount, '..1'));
    await writeFile(join(mount, '..1', 'token'), 'first');
    await symlink('..1', join(mount, '..data'));
    await symlink(join('..data', 'token'), join(mount, 'token'));
    const credentials = authTokenFile(join(mount, 'token'));
    await expect(credentials()).resolves.toEqual({ authToken: 'first' });

    await mkdir(join(mount, '..2'));
    await writeFile(join(mount, '..2', 'token'), 'second');
    await symlink('..2', join(mount, '..data_tmp'));
    await rename(join(mount, '..data_tmp'), join(mount, '..data'));
    await expect(credentials()).resolves.toEqual({ authToken: 'second' });
  });

  test('with a token that was rotated is used by the next dial', async () => {
    const path = await fileWith('first');
    const read = authTokenFile(path);
    let told: () => void = () => undefined;
    const credentials = async (request: { signal: AbortSignal }) => {
      const given = await read(request);
      setImmediate(() => told());
      return given;
    };
    const asked = () => new Promise<void>((resolve) => (told = resolve));
    const first = asked();
    await using sim = await simulate(new SimulatedWorker(), { options: { credentials } });
    await first;
    await sim.quiet();
    await writeFile(path, 'second');
    const second = asked();
    sim.phoenix.cut();
    await sim.pass(0);
    await second;
    await sim.quiet();
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['first', 'second']);
  });

  test.each<[string, string | Uint8Array]>([
    ['is empty: write the secret into it', ' \n '],
    ['has more than 16384 bytes: write the secret alone', 's3cret'.repeat(3000)],
    [
      'holds line breaks or other control characters: write one line of text',
      's3cret\nof two lines',
    ],
    ['holds bytes that are no UTF-8: write text', Uint8Array.of(0x73, 0xff, 0xfe)],
  ])('that %s is refused by its path, without its content', async (problem, content) => {
    const path = await fileWith(content);
    const error = await authTokenFile(path)().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'PHX_CREDENTIALS_FILE',
      message: `the credentials file ${path} ${problem}`,
      retryable: true,
    });
  });

  test.each(['["s3cret"]', '"s3cret"', '{ "token": s3cret }', 'null'])(
    'of params that holds %s is refused without its content',
    async (content) => {
      const error = await paramsFile(await fileWith(content))().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'PHX_CREDENTIALS_FILE' });
      expect(String(error)).not.toContain('s3cret');
    },
  );

  test('that is not there is named, where its folder is', async () => {
    const path = join(await folder(), 'gone');
    await expect(authTokenFile(path)()).rejects.toMatchObject({
      message: `the credentials file ${path} cannot be read (ENOENT): give the path of a file that this user may read`,
    });
  });

  test('is not named when the path may be the token itself', async () => {
    const error = await authTokenFile('eyJ.to/ken')().catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('eyJ');
  });

  test('that cannot be read is a failed attempt, and not the end', async () => {
    let tell: () => void = () => undefined;
    const failed = new Promise<void>((resolve) => {
      tell = resolve;
    });
    class Watcher extends SimulatedWorker {
      override handleDisconnected(): void {
        tell();
      }
    }
    const credentials = authTokenFile(join(await folder(), 'gone'));
    await using sim = await simulate(new Watcher(), { options: { credentials }, chance: 0.5 });
    await failed;
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'credentials', error: { code: 'PHX_CREDENTIALS_FILE' } }, retryIn: 250 },
    ]);
  });
});
