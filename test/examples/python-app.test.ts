/** The application in Python takes what is signed, and works once on an event that comes twice. */

import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { ExampleProgram } from './example-program.js';

vi.setConfig({ testTimeout: SLOW_START });

/** Nobody listens on the discard port, so that it has no sidecar. */
const NO_SIDECAR = 'http://127.0.0.1:9';
const KEY = randomBytes(24);
const OLD_KEY = 'a plain text';
const FIVE = { id: 'e-5', type: 'phx.update', subject: 'numbers:positive', data: { number: 5 } };

type App = { readonly url: string; readonly program: ExampleProgram };

async function start(): Promise<App> {
  const secretFile = join(temporaryFolder(), 'webhook_secret');
  writeFileSync(secretFile, `whsec_${KEY.toString('base64')}\n`);
  const program = new ExampleProgram('sidecar-compose/app.py', {
    PORT: '0',
    SIDECAR: NO_SIDECAR,
    SECRET_FILE: secretFile,
  });
  onTestFinished(() => program[Symbol.asyncDispose]());
  return { url: `http://127.0.0.1:${await program.port()}/phx/events`, program };
}

function signed(body: string, key: Buffer | string = KEY, at = Math.floor(Date.now() / 1000)) {
  const signature = createHmac('sha256', key).update(`m-1.${at}.${body}`).digest('base64');
  return {
    'webhook-id': 'm-1',
    'webhook-timestamp': `${at}`,
    'webhook-signature': `v1,${signature}`,
  };
}

function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers });
}

test('refuses what is not signed, signed by another, signed long ago, too long, or for nobody', async () => {
  const { url } = await start();
  const body = JSON.stringify(FIVE);
  const old = Math.floor(Date.now() / 1000) - 600;
  const refused = [
    post(url, body, {}),
    post(url, body, signed(body, randomBytes(24))),
    post(url, body, signed(body, KEY, old)),
    post(url, body, signed(`${body} `)),
    post(url, body, { ...signed(body), 'webhook-signature': 'v1,\u00e9 v1a,x' }),
    post(url, ' '.repeat(2 ** 20 + 1), {}),
    post(url.replace('events', 'others'), body, signed(body)),
  ];
  const statuses = (await Promise.all(refused)).map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 413, 404]);
});

test('works once on an event that comes twice, and answers alike', async () => {
  const { url, program } = await start();
  const body = JSON.stringify(FIVE);
  const answers = [await post(url, body, signed(body)), await post(url, body, signed(body))];
  for (const answer of answers) {
    expect(await answer.json()).toEqual({
      status: 'SUCCESS',
      push: [{ topic: 'ping:audit', event: 'bcast', payload: { seen: 5 }, timeout: '1s' }],
    });
  }
  await program.says(/^phx\.update numbers:positive \{"number": 5\}$/);
  expect(program.said.filter((line) => line.startsWith('phx.update'))).toHaveLength(1);
});

test('asks for what it cannot work on to be sent again', async () => {
  const { url } = await start();
  const answer = await post(url, '{"no": "event"}', signed('{"no": "event"}'));
  expect(await answer.json()).toEqual({ status: 'RETRY' });
});

test('takes both secrets while one takes the place of the other, without a restart', async () => {
  const folder = temporaryFolder();
  const secretFile = join(folder, 'webhook_secret');
  writeFileSync(secretFile, OLD_KEY);
  await using program = new ExampleProgram('sidecar-compose/app.py', {
    PORT: '0',
    SIDECAR: NO_SIDECAR,
    SECRET_FILE: secretFile,
  });
  const url = `http://127.0.0.1:${await program.port()}/phx/events`;
  const body = JSON.stringify(FIVE);
  const status = async (key: Buffer | string) => (await post(url, body, signed(body, key))).status;
  expect([await status(OLD_KEY), await status(KEY)]).toEqual([200, 401]);
  writeFileSync(secretFile, `whsec_${KEY.toString('base64')}\n${OLD_KEY}\n`);
  expect([await status(OLD_KEY), await status(KEY)]).toEqual([200, 200]);
});

test('ends at once when it is told to', async () => {
  const { program } = await start();
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
});
