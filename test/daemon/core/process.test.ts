/** `run` and `healthcheck` as processes: how they start, what they print, how they end. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { SLOW_START } from '../../support/child-program.js';
import { commandLine, run } from '../../support/command-line.js';

const shell = promisify(execFile);
// The page is made for browsers by the build, which a compiled program lacks.
const FREE = ['--api', '0', '--admin', '0', '--set', 'admin.page=false'];

test('a demo prints where it is and what to try, all of which works, and ends with 0', {
  timeout: SLOW_START,
}, async () => {
  await using demo = commandLine(['run', '--demo', ...FREE]);
  const said: string[] = [];
  do said.push(await demo.next());
  while (said.at(-1) !== 'Ctrl-C ends it');
  const admin = /metrics +(\S+)\/metrics/.exec(said.join('\n'))?.[1] ?? '';
  const [push = '', events = '', join = ''] = said.filter((line) => line.startsWith('  curl'));
  expect((await shell('sh', ['-c', `${push} -s`])).stdout).toContain('"ping":"pong"');
  expect((await shell('sh', ['-c', `${events} -s | grep -m1 '^data:'`])).stdout).toContain(
    'phx.update',
  );
  expect((await shell('sh', ['-c', `${join} -s -o /dev/null -w '%{http_code}'`])).stdout).toMatch(
    /^20\d$/,
  );
  expect((await run(['healthcheck', '--admin', admin.replace('http://', '')])).code).toBe(0);
  const [, port = ''] = /:(\d+)$/.exec(admin) ?? [];
  const taken = await run(['run', '--demo', ...FREE, '--admin', port]);
  expect(taken).toMatchObject({ code: 78 });
  expect(taken.err).toContain('choose another address');
  demo.signal('SIGTERM');
  expect((await demo.ended).code).toBe(0);
});

test('without a url it does not start, and says what to give', {
  timeout: SLOW_START,
}, async () => {
  const { code, err } = await run(['run'], { PHX_CONFIG: '' });
  expect(code).toBe(78);
  expect(err).toContain('--demo');
});

test('a daemon that is not there is not healthy', { timeout: SLOW_START }, async () => {
  const { code, err } = await run(['healthcheck', '--admin', '1']);
  expect(code).toBe(1);
  expect(err).toContain('nobody answers at 127.0.0.1:1');
});
