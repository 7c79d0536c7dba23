/** How the daemon does not start, as who runs it sees it, and how it does after one that was killed. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChildProgram, SLOW_START } from '../../support/child-program.js';
import { MAIN } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { DaemonProcess } from '../support/daemon-process.js';

/** Nobody listens there. */
const NOWHERE = 'ws://127.0.0.1:1/socket';
const LOCKED = 90_000;
const WAITS = 'another process has the inbox open: it is waited for, and then the start fails';
/** Milliseconds: the wait lasts 25 s. */
const AT_ONCE = 10_000;

test('a configuration with many mistakes ends it with 78, each with its place, what it is and the remedy', {
  timeout: SLOW_START,
}, async () => {
  const file = join(temporaryFolder(), 'config.yaml');
  const lines = [
    `url: ${NOWHERE}`,
    'recconect: { min: 1s }',
    'heartbeat: { interval: soon }',
    'channels:',
    '  room:a: { deliver: ap }',
    'deliver:',
    '  app: { webhook: ftp://127.0.0.1/events }',
    'api: { listen: 0.0.0.0:4100 }',
  ];
  writeFileSync(file, lines.join('\n'));
  await using daemon = new ChildProgram(MAIN, ['run', file]);
  const { code, complaints, said } = await daemon.ended;
  expect({ code, said }).toEqual({ code: 78, said: [] });
  expect(complaints.split('\n').map((line) => line.replace(file, 'config.yaml'))).toEqual([
    'error: the configuration is wrong',
    'config.yaml:2:1 recconect: there is no such key: did you mean reconnect?',
    expect.stringMatching(
      /^config.yaml:3:24 heartbeat.interval: is "soon": write a length of time/,
    ),
    'config.yaml:5:22 channels.room:a.deliver: names "ap", and there is no such delivery: did you mean app?',
    expect.stringMatching(/^config.yaml:7:19 deliver.app.webhook: .*: write an address: http:/),
    expect.stringMatching(/^config.yaml:8:16 api.listen: is 0.0.0.0, .*: write api.tokenFile/),
    '',
  ]);
});

test('a Unix socket that a killed daemon has left is replaced, and one that is in use is not', {
  timeout: SLOW_START,
}, async () => {
  const folder = temporaryFolder();
  const socket = join(folder, 'api.sock');
  const config = { url: NOWHERE, api: { listen: `unix:${socket}` } };
  await using first = await DaemonProcess.start(folder, config);
  await using rival = new DaemonProcess(temporaryFolder(), config);
  const refused = await rival.ended;
  expect(refused.code).toBe(78);
  expect(refused.complaints).toContain('choose another address');
  expect((await first.ask('/v1/channels')).status).toBe(200);
  await first.kill();
  expect(existsSync(socket)).toBe(true);
  await using second = await DaemonProcess.start(folder, config);
  expect((await second.ask('/v1/channels')).status).toBe(200);
  expect((await second.stop()).code).toBe(0);
  expect(existsSync(socket)).toBe(false);
});

test('one that waits for the disk store of another says so, and ends at once when it is told to', {
  timeout: SLOW_START,
}, async () => {
  const config = { url: NOWHERE, inbox: { store: join(temporaryFolder(), 'inbox') } };
  await using owner = await DaemonProcess.start(temporaryFolder(), config);
  await using rival = new DaemonProcess(temporaryFolder(), config);
  await rival.said(WAITS);
  const asked = performance.now();
  rival.signal('SIGTERM');
  expect((await rival.ended).code).toBe(0);
  expect(performance.now() - asked).toBeLessThan(AT_ONCE);
  expect((await owner.stop()).code).toBe(0);
});

test('the disk store of another daemon is waited for, and then it ends with 74 and says who has it', {
  timeout: LOCKED,
}, async () => {
  const store = join(temporaryFolder(), 'inbox');
  const config = { url: NOWHERE, inbox: { store } };
  await using owner = await DaemonProcess.start(temporaryFolder(), config);
  await using rival = new DaemonProcess(temporaryFolder(), config);
  const { code, complaints } = await rival.ended;
  expect(code).toBe(74);
  expect(complaints).toMatch(/^[^\n]*another process has the inbox open: it is waited for/);
  expect(complaints).toContain(store);
  expect(complaints).toContain('stop the other one');
  expect((await owner.askAdmin('/healthz')).status).toBe(200);
});

test('a SIGTERM while it waits for a disk store that another has ends the start with 0, a SIGHUP ends nothing', {
  timeout: LOCKED,
}, async () => {
  const store = join(temporaryFolder(), 'inbox');
  const config = { url: NOWHERE, inbox: { store } };
  await using owner = await DaemonProcess.start(temporaryFolder(), config);
  await using rival = new DaemonProcess(temporaryFolder(), config);
  await rival.listensToSignals();
  rival.signal('SIGHUP');
  rival.signal('SIGTERM');
  const { code, complaints } = await rival.ended;
  expect(complaints).toContain('the daemon was told to end before it was open');
  expect(code).toBe(0);
  expect((await owner.askAdmin('/healthz')).status).toBe(200);
});
