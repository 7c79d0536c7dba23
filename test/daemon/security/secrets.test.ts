/** Secrets are planted in every place, and then looked for in everything that the daemon says, on good days and bad ones. */

import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SLOW_START } from '../../support/child-program.js';
import { runHere } from '../../support/command-line.js';
import { askAt } from '../support/api-stage.js';
import { configFileWith } from '../support/configured.js';
import {
  CONFIGURED,
  plantedProcess,
  type PlantedProcess,
  SAID,
} from '../support/planted-process.js';
import { leaksIn, plant } from '../support/plants.js';

const ADMIN = [
  '/',
  '/page/page.css',
  '/page/main.js',
  '/healthz',
  '/readyz?strict&verbose',
  '/startupz',
  '/metrics',
  '/version',
  '/openapi.json',
  '/debug/config',
  '/debug/timeline',
  '/debug/snapshot',
  '/nothing',
];

/** All that both listeners answer to reading; of the events, the ids alone. */
async function answers({
  api,
  admin,
}: PlantedProcess): Promise<readonly (readonly [string, string])[]> {
  const asApi = { headers: { authorization: `Bearer ${CONFIGURED.apiToken}` } };
  const asAdmin = { headers: { authorization: `Bearer ${CONFIGURED.adminToken}` } };
  const { body } = await askAt(api, '/openapi.json', asApi);
  const routes = Object.entries(body['paths'] as { [path: string]: object }).flatMap(
    ([path, methods]) => ('get' in methods ? [path] : []),
  );
  expect(routes).toEqual(expect.arrayContaining(['/v1/channels', '/v1/pushes/{id}']));
  const paths = routes
    .filter((path) => path !== '/v1/events')
    .flatMap((path) => [path.replace('{topic}', 'room:1'), path.replace(/\{\w+\}/, 'shut:1')])
    .map((path) => (path === '/v1/events/pull' ? `${path}?consumer=c&event=none` : path));
  const told: (readonly [string, string])[] = [];
  for (const path of new Set([...paths, '/v1/pushes/p1', '/v1/channels/room:broken'])) {
    const { headers, text } = await askAt(api, path, asApi);
    told.push([`api ${path}`, JSON.stringify(headers) + text]);
  }
  for (const path of ADMIN) {
    const { headers, text } = await askAt(admin, path, asAdmin);
    told.push([`admin ${path}`, JSON.stringify(headers) + text]);
  }
  told.push(['admin /live', await firstOf(`${admin}/live`, asAdmin)]);
  return told;
}

async function firstOf(url: string, init: object): Promise<string> {
  const abort = new AbortController();
  const response = await fetch(url, { ...init, signal: abort.signal });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  abort.abort();
  return Buffer.from(value ?? []).toString();
}

/** Each is wrong in its own way, and says a secret while it is. */
async function badRequests({
  api,
  admin,
}: PlantedProcess): Promise<readonly (readonly [string, string])[]> {
  const { wrongToken, badBody } = SAID;
  const wrong = { headers: { authorization: `Bearer ${wrongToken}` } };
  const known = { authorization: `Bearer ${CONFIGURED.apiToken}` };
  const post = (body: string) => ({ method: 'POST', headers: known, body });
  const tries = [
    await askAt(api, '/v1/channels', wrong),
    await askAt(admin, '/debug/config', wrong),
    await askAt(admin, `/debug/config?token=${encodeURIComponent(CONFIGURED.adminToken)}`),
    await askAt(api, `/v1/push?token=${encodeURIComponent(badBody)}`, post('{}')),
    await askAt(api, '/v1/push', post(`{"topic": ${badBody}`)),
    await askAt(api, '/v1/push', post(JSON.stringify({ topic: [badBody], event: 'e' }))),
    await askAt(
      api,
      '/v1/push',
      post(JSON.stringify({ topic: 'room:1', event: 'e', wait: badBody })),
    ),
    await askAt(
      api,
      '/v1/push',
      post(JSON.stringify({ topic: 'room:1', event: 'e', ttl: { badBody } })),
    ),
  ];
  return tries.map(({ status, headers, text }, at) => {
    expect([at, status]).toEqual([at, expect.toBeOneOf([400, 401, 422])]);
    return [`bad request ${at}`, JSON.stringify(headers) + text] as const;
  });
}

function found(
  texts: readonly (readonly [string, string])[],
  plants: Readonly<Record<string, string>>,
): readonly string[] {
  return texts.flatMap(([where, text]) => leaksIn(text, plants).map((name) => `${where}: ${name}`));
}

test('no secret is in what the daemon says, whatever happens to it', {
  timeout: SLOW_START,
}, async () => {
  const planted = await plantedProcess();
  const { program, double, application, api, logged, write } = planted;
  await expect.poll(() => double.subscribers('room:1'), { timeout: 20_000 }).toBe(1);
  const texts = [...(await answers(planted)), ...(await badRequests(planted))];

  const headers = { authorization: `Bearer ${CONFIGURED.apiToken}`, 'idempotency-key': 'p1' };
  const order = { topic: 'room:1', event: 'silent', payload: { secret: SAID.payload } };
  const pushed = await askAt(api, '/v1/push', {
    method: 'POST',
    headers,
    body: JSON.stringify(order),
  });
  expect(pushed.status).toBe(202);
  double.broadcast('room:1', 'told', { secret: SAID.payload });
  await logged('an event was given up');
  double.crash('room:1');
  await expect.poll(() => double.subscribers('room:1'), { timeout: 20_000 }).toBe(1);
  double.faults.refuse(403, {}, SAID.refusal);
  double.cut();
  await expect
    .poll(
      async () =>
        (
          await askAt(planted.admin, '/debug/timeline', {
            headers: { authorization: `Bearer ${CONFIGURED.adminToken}` },
          })
        ).text,
      { timeout: 20_000 },
    )
    .toContain('403');
  texts.push(...(await answers(planted)));

  write({ params: CONFIGURED.param, headers: [CONFIGURED.header], url: CONFIGURED.query });
  program.signal('SIGHUP');
  await logged('the configuration is wrong: the old one goes on');
  write({ params: { token: 'another' }, channels: {}, headers: { 'x-token': CONFIGURED.header } });
  program.signal('SIGHUP');
  await logged('the configuration was read again');
  texts.push(...(await answers(planted)));

  program.signal('SIGTERM');
  const { said, complaints } = await program.ended;
  texts.push(['stdout', said.join('\n')], ['stderr', complaints]);
  const letters = readFileSync(planted.deadLetters, 'utf8');
  expect(letters).toContain(SAID.payload);
  expect(statSync(planted.deadLetters).mode & 0o777).toBe(0o600);
  expect(found([...texts, ['dead letters', letters]], CONFIGURED)).toEqual([]);
  expect(found(texts, SAID)).toEqual([]);
  // They did reach whom they are for.
  expect(
    application.calls.some((call) => call.headers['x-secret'] === CONFIGURED.webhookHeader),
  ).toBe(true);
  expect(application.calls.some(({ body }) => body.includes(SAID.payload))).toBe(true);
});

test('a configuration that is wrong is told of without its secrets, by every command', async () => {
  const secret = plant('wrong');
  const file = configFileWith(
    JSON.stringify({
      url: `ws://user:${encodeURIComponent(secret)}@127.0.0.1:1/socket?token=${encodeURIComponent(secret)}#${secret}`,
      params: secret,
      headers: { 'x-token': [secret] },
      credentials: { authTokenFile: { secret }, from: `http://u:${secret}@127.0.0.1/` },
      channels: { 'room:1': { params: [secret], paramsFrom: `ftp://u:${secret}@127.0.0.1` } },
      deliver: {
        app: { webhook: `http://u:${secret}@127.0.0.1/`, headers: { 'x-a': `${secret}\r\n` } },
      },
      websocket: { proxy: `http://u:${secret}@[` },
      api: { tokenFile: [secret] },
    }),
  );
  const runs = await Promise.all(
    ['validate', 'config', 'run'].map((name) => runHere([name, file])),
  );
  for (const { code, out, err } of runs) {
    expect(code).not.toBe(0);
    expect(
      [...out, ...err.split('\n')].filter((line) => leaksIn(line, { secret }).length > 0),
    ).toEqual([]);
  }
});
