/** The unit fits the daemon: its exit codes, its deadlines, its signals, its secrets; and systemd accepts it. */

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SYSEXITS, WORKER_EXITS } from '../../src/worker/exits.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  configIn,
  DATA,
  IMAGE_CONFIG,
  inMilliseconds,
  longestStop,
  secretsOf,
  textOf,
  writtenBy,
} from './deployed.js';

const UNIT = 'examples/systemd/gen-socket-client.service';
const CREDENTIALS_DIRECTORY = '/run/credentials/gen-socket-client.service';
const ANALYZE = '/usr/bin/systemd-analyze';

const phx = () => configIn(textOf('examples/systemd/config.yaml'), { CREDENTIALS_DIRECTORY });

/** All values of a key. */
function of(key: string): readonly string[] {
  return [...textOf(UNIT).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(
    ([, value = '']) => value,
  );
}

test('starts the daemon with the configuration beside it, and has it read again by a signal', () => {
  expect(of('Type')).toEqual(['exec']);
  expect(of('ExecStart')[0]).toMatch(new RegExp(`/dist/cli/main\\.js run ${IMAGE_CONFIG}$`));
  expect(of('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
});

test('is started again after whatever a restart cures', () => {
  expect(of('Restart')).toEqual(['on-failure']);
  const { unauthorized, config: wrong } = WORKER_EXITS;
  const codes = [SYSEXITS.usage, unauthorized.code, wrong.code];
  expect(of('RestartPreventExitStatus')).toEqual([codes.join(' ')]);
});

test('is left the time that a drain may take', async () => {
  const config = await phx();
  const [timeout] = of('TimeoutStopSec') as readonly `${number}s`[];
  expect(inMilliseconds(timeout ?? 0)).toBeGreaterThan(longestStop(config));
});

test('is given each secret that it reads, and writes to its own folder', async () => {
  const config = await phx();
  const given = of('LoadCredential').map((credential) => credential.split(':')[0]);
  const read = secretsOf(config).map((path) => path.replace(`${CREDENTIALS_DIRECTORY}/`, ''));
  expect(given.toSorted()).toEqual(read.toSorted());
  expect(`/var/lib/${of('StateDirectory')[0]}`).toBe(DATA);
  for (const path of writtenBy(config)) expect(path).toMatch(new RegExp(`^${DATA}/`));
});

// Where there is no systemd the tests above have to do.
const analyzers = existsSync(ANALYZE) ? [ANALYZE] : [];

test.each(analyzers)('%s finds nothing wrong, and little exposed', (analyze) => {
  const path = join(temporaryFolder(), 'gen-socket-client.service');
  const here = `ExecStart=${process.execPath} --version`;
  writeFileSync(path, textOf(UNIT).replace(/^ExecStart=.*$/m, here));
  const verified = spawnSync(analyze, ['verify', '--man=no', path], { encoding: 'utf8' });
  expect(verified.stderr).toBe('');
  expect(verified.status).toBe(0);
  const judged = spawnSync(analyze, ['security', '--offline=true', '--threshold=20', path]);
  expect(judged.status).toBe(0);
});
