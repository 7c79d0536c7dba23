/** Webhooks: what is sent, and what each answer means. */

import { createHmac } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EAGER, DeliveryStage } from '../support/delivery-stage.js';
import { Application, type Call, type Reaction, status } from '../support/application.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('a request', () => {
  test('is one CloudEvent in JSON', async () => {
    const app = await Application.start();
    const stage = DeliveryStage.to(app.url, { headers: { 'X-Tenant': 'eu', 'webhook-id': 'no' } });
    stage.say('room:1', { a: 1 });
    const [call] = await app.called(1);
    expect(call?.path).toBe('/events');
    expect(call?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-attempt': '1',
      'webhook-id': call?.id,
      'x-tenant': 'eu',
    });
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      specversion: '1.0',
      type: 'phx.said',
      source: 'ws://phoenix.test/socket',
      subject: 'room:1',
      data: { a: 1 },
    });
    await stage.shows({ delivered: 1, waiting: 0, inFlight: 0, oldest: null, lastError: null });
    expect(stage.attempts).toEqual(['success']);
  });

  test('carries attributes as headers and bytes as they are in binary mode', async () => {
    const app = await Application.start();
    const stage = DeliveryStage.to(app.url, { mode: 'binary' });
    stage.say('room:1', { a: 1 });
    stage.say('room:1', new Uint8Array([104, 105]));
    const [json, bytes] = await app.called(2);
    expect(json?.headers).toMatchObject({
      'content-type': 'application/json',
      'ce-type': 'phx.said',
    });
    expect(json?.body).toBe('{"a":1}');
    expect(bytes?.headers['content-type']).toBe('application/octet-stream');
    expect(bytes?.body).toBe('hi');
  });

  test.each(['structured', 'binary'] as const)(
    'takes no header from names in %s mode',
    async (mode) => {
      const app = await Application.start();
      const stage = DeliveryStage.to(app.url, { mode });
      const name = 'a\r\nx-evil: 1\r\n\r\nb ü \u0000';
      stage.say(name, 1, { event: name });
      const [call] = await app.called(1);
      expect(call?.headers).not.toHaveProperty('x-evil');
      await stage.shows({ delivered: 1 });
      expect(decodeURIComponent(call?.topic ?? '')).toBe(name);
    },
  );

  test('goes to a path behind a Unix socket', async () => {
    const socket = join(temporaryFolder(), 'app.sock');
    const app = await Application.start(status(204), socket);
    const stage = new DeliveryStage({ webhook: `unix:${socket}:/phx/events?a=1` });
    stage.say('room:1', 1);
    expect((await app.called(1))[0]?.path).toBe('/phx/events?a=1');
  });

  test.each([
    [{ webhook: 'http://me:secret@127.0.0.1/' }, /holds a user or a password/],
    [{ webhook: 'ftp://127.0.0.1/' }, /is no address/],
    [{ webhook: 'http://127.0.0.1/', headers: { 'a b': 'c' } }, /cannot be sent/],
    [{ webhook: 'http://127.0.0.1/', headers: { a: 'secret\r\nb: c' } }, /cannot be sent/],
  ])('is refused before it is made: %j', (config, message) => {
    const open = () => new DeliveryStage(config);
    expect(open).toThrow(message);
    expect(open).not.toThrow(/secret/);
  });
});

describe('secrets', () => {
  test('sign with all lines of the file, as it is when the request is made', async () => {
    const file = join(temporaryFolder(), 'secret');
    const app = await Application.start();
    const stage = DeliveryStage.to(app.url, { secretFile: file });
    writeFileSync(file, 'plain text\n');
    stage.say('room:1', 1);
    const [first] = await app.called(1);
    expect(signaturesOf(first)).toEqual([expectedOf(first, Buffer.from('plain text'))]);
    writeFileSync(file, `whsec_${Buffer.from('new key').toString('base64')}\r\nplain text\n\n`);
    stage.say('room:1', 2);
    const [, second] = await app.called(2);
    const keys = [Buffer.from('new key'), Buffer.from('plain text')];
    expect(signaturesOf(second)).toEqual(keys.map((key) => expectedOf(second, key)));
  });

  test('that are missing delay the event, and are told by path alone', async () => {
    const folder = temporaryFolder();
    const [secretFile, tokenFile] = [join(folder, 'secret'), join(folder, 'token')];
    const app = await Application.start();
    writeFileSync(tokenFile, 's3cr3t token');
    const stage = DeliveryStage.to(app.url, { secretFile, tokenFile });
    stage.say('room:1', 1);
    await expect.poll(() => stage.status.lastError?.what).toContain(tokenFile);
    writeFileSync(tokenFile, 's3cr3t\n');
    await expect
      .poll(() => stage.status.lastError?.what)
      .toContain(`${secretFile} cannot be read (ENOENT)`);
    expect(app.calls).toEqual([]);
    writeFileSync(secretFile, 's1gn');
    const [call] = await app.called(1);
    expect(call?.headers.authorization).toBe('Bearer s3cr3t');
    rmSync(secretFile);
    expect(stage.lines.texts.join()).not.toMatch(/s3cr3t|s1gn/);
  });
});

describe('an answer', () => {
  test.each([
    ['200 without a body', status(200), 'delivered'],
    ['SUCCESS', status(200, { status: 'SUCCESS' }), 'delivered'],
    ['success in small letters', status(200, { status: 'success', push: null }), 'delivered'],
    ['a text', raw('all is well'), 'delivered'],
    ['a text that is called JSON', raw('OK', 'application/json'), 'delivered'],
    ['JSON that is no object', status(200, null), 'delivered'],
    ['DROP', status(200, { status: 'DROP' }), 'dropped'],
    ['RETRY', status(200, { status: 'RETRY' }), 'retried'],
    ['retry in small letters', status(200, { status: 'retry' }), 'retried'],
    ['RETRY without a type', raw('\n {"status":"RETRY"}'), 'retried'],
    ['RETRY as a text', raw('{"status":"RETRY"}', 'text/plain'), 'retried'],
    ['DROP without a type', raw('{"status":"DROP"}'), 'dropped'],
    ['302', status(302, undefined, { location: 'http://127.0.0.1:1/' }), 'retried'],
    ['400', status(400), 'retried'],
    ['404', status(404), 'retried'],
    ['500', status(500), 'retried'],
    ['422, which dropOn names', status(422), 'deadLetters'],
  ] as const)('%s: the event is %s', async (_what, reaction, field) => {
    const app = await Application.start(reaction);
    const stage = DeliveryStage.to(app.url, { retry: { ...EAGER, dropOn: [422] } });
    stage.say('room:1', 1);
    await stage.shows({ delivered: 0, dropped: 0, deadLetters: 0 });
    await expect.poll(() => stage.status[field]).toBeGreaterThanOrEqual(1);
    app.react = status(204);
    stage.say('room:2', 2);
    await stage.shows({
      waiting: 0,
      inFlight: 0,
      delivered: field === 'retried' || field === 'delivered' ? 2 : 1,
    });
  });

  test.each([
    ['an unknown status', '{"status":"FROB"}', /its status "FROB" is none; right is \{"status"/],
    ['a status that is no text', '{"status":200}', /its status is none/],
    ['a push that is no list', '{"push":"x"}', /its push is no list/],
    ['no JSON', '{"status":"RET', /it begins with \{ and is no JSON/],
  ])('with %s is wrong: the event comes again, and that is told once', async (_, body, words) => {
    const app = await Application.start(raw(body));
    const stage = DeliveryStage.to(app.url);
    for (const number of [1, 2]) stage.say(`room:${number}`, number);
    await app.called(5);
    expect(stage.status.lastError?.what).toMatch(words);
    app.react = status(204);
    await stage.shows({ delivered: 2 });
    const warned = stage.lines.all.filter(({ msg }) => msg === 'an answer was not understood');
    expect(warned).toMatchObject([{ level: 40, delivery: 'app' }]);
    expect(JSON.stringify(warned)).not.toContain('RET"');
  });

  test('too long to be read is asked for again; of no JSON nobody cares', async () => {
    const app = await Application.start((call, answer) => {
      const type = call.headers['webhook-attempt'] === '1' ? 'application/json' : 'text/html';
      answer.writeHead(200, { 'content-type': type }).end(' '.repeat(2 ** 21));
    });
    const stage = DeliveryStage.to(app.url);
    stage.say('room:1', 1);
    await stage.shows({ delivered: 1, retried: 1 });
    expect(stage.status.lastError?.what).toMatch(/longer than 1048576 bytes/);
  });

  test('that redirects is not followed, and says so', async () => {
    const other = await Application.start();
    const app = await Application.start(status(307, undefined, { location: other.url }));
    const stage = DeliveryStage.to(app.url);
    stage.say('room:1', 1);
    await app.called(2);
    expect(stage.status.lastError?.what).toMatch(/307, and redirects are not followed/);
    expect(other.calls).toEqual([]);
  });

  test('410 pauses the delivery until it is resumed', async () => {
    const app = await Application.start(status(410));
    const stage = DeliveryStage.to(app.url);
    stage.say('room:1', 1);
    stage.say('room:1', 2);
    await stage.shows({ state: 'paused', inFlight: 0, waiting: 2 });
    expect(stage.lines.texts.join()).toContain('POST /v1/control/deliveries/app/resume');
    app.react = status(204);
    stage.delivery.resume();
    await stage.shows({ state: 'running', delivered: 2 });
    expect(app.told).toEqual({ 'room:1': [1, 1, 2] });
  });

  test('that does not come in time is a failure', async () => {
    const app = await Application.start((call, answer) => {
      if (call.headers['webhook-attempt'] !== '1') answer.end();
    });
    const stage = DeliveryStage.to(app.url, { timeout: 50 });
    stage.say('room:1', 1);
    await stage.shows({ delivered: 1, retried: 1 });
    expect(stage.status.lastError?.what).toBe('no answer within 50 ms');
  });

  test('that breaks off is a failure', async () => {
    const app = await Application.start((call, answer) => {
      if (call.headers['webhook-attempt'] !== '1') answer.end();
      else answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' });
      if (call.headers['webhook-attempt'] === '1') answer.write('{', () => answer.destroy());
    });
    const stage = DeliveryStage.to(app.url);
    stage.say('room:1', 1);
    await stage.shows({ delivered: 1, retried: 1 });
  });

  test.each([429, 503])('%d is obeyed for as long as Retry-After says', async (code) => {
    const app = await Application.start((call, answer) => {
      if (call.headers['webhook-attempt'] === '1')
        status(code, undefined, { 'retry-after': '1' })(call, answer);
      else answer.end();
    });
    const stage = DeliveryStage.to(app.url);
    const began = Date.now();
    stage.say('room:1', 1);
    await app.called(1);
    await expect.poll(() => stage.status.nextTryAt).toBeGreaterThanOrEqual(began + 900);
    await stage.shows({ delivered: 1 });
    expect(Date.now() - began).toBeGreaterThanOrEqual(900);
  });
});

function raw(body: string, type?: string): Reaction {
  return (_call, answer) => {
    answer.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body);
  };
}

function signaturesOf(call: Call | undefined): readonly string[] {
  return String(call?.headers['webhook-signature']).split(' ');
}

/** As standardwebhooks.com has it. */
function expectedOf(call: Call | undefined, key: Buffer): string {
  const { 'webhook-id': id, 'webhook-timestamp': time } = call?.headers ?? {};
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
  const text = `${String(id)}.${String(time)}.${call?.body ?? ''}`;
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}
