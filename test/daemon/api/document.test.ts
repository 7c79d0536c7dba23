/** The OpenAPI document: what it says is what there is, and what is answered is what it says. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apiOf } from '../../../src/daemon/api/api.js';
import { newApp } from '../../../src/daemon/api/app.js';
import { Desk } from '../../../src/daemon/pushes/desk.js';
import type { Sidecar } from '../../../src/daemon/sidecar/sidecar.js';
import { stage, type AskInit, type Told } from '../support/api-stage.js';

type Operation = {
  readonly responses: {
    readonly [status: string]: {
      readonly content?: { readonly [type: string]: { readonly schema: object } };
    };
  };
};
type Document = {
  readonly openapi: string;
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
};

const push = { topic: 'room:1', event: 'echo', payload: {} };
const ASKED: readonly [path: string, asked: string, init?: AskInit][] = [
  ['/v1/push', '/v1/push', post({ ...push, wait: 'reply' })],
  ['/v1/push', '/v1/push', post(push)],
  ['/v1/push', '/v1/push', post({ ...push, topic: 'none' })],
  ['/v1/push', '/v1/push', post({ ...push, event: 'bytes', wait: 'reply' })],
  ['/v1/push:batch', '/v1/push:batch', post({ pushes: [push] })],
  ['/v1/pushes/{id}', '/v1/pushes/kept'],
  ['/v1/pushes/{id}', '/v1/pushes/none'],
  ['/v1/pushes/{id}', '/v1/pushes/kept', { method: 'DELETE' }],
  ['/v1/channels', '/v1/channels'],
  ['/v1/channels/{topic}', '/v1/channels/room:1'],
  ['/v1/channels/{topic}', '/v1/channels/room:1', { method: 'PUT' }],
  ['/v1/channels/{topic}', '/v1/channels/room:1', { method: 'DELETE' }],
  ['/v1/presence/{topic}', '/v1/presence/room:1'],
  ['/v1/presence/{topic}', '/v1/presence/none'],
  ['/v1/control/{verb}', '/v1/control/reconnect', { method: 'POST' }],
  ['/openapi.json', '/openapi.json'],
];

describe('the document', () => {
  test('has every route, and no other', async () => {
    const { ask } = await stage();
    const { openapi, paths } = (await ask('/openapi.json')).body as unknown as Document;
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual(registered().toSorted());
  });

  test.each(ASKED)('%s says what %s answers', async (path, asked, init) => {
    const { ask } = await stage({ api: { control: true } });
    await ask('/v1/push', post(push, { 'idempotency-key': 'kept' }));
    const told = await ask(asked, init);
    const { paths } = (await ask('/openapi.json')).body as unknown as Document;
    const operation = paths[path]?.[(init?.method ?? 'GET').toLowerCase()];
    expectAsSaid(operation, told);
  });

  test('takes in the routes of others', async () => {
    const other = newApp();
    other.get('/v1/more', (c) => c.text('more'));
    const app = apiOf({ ...PARTS, config: {} }, [other]);
    const answer = await app.request('/v1/more', {}, { id: '1', took: () => undefined });
    expect(await answer.text()).toBe('more');
  });
});

const PARTS = {
  sidecar: {} as Sidecar,
  desk: new Desk({} as Sidecar),
  deliveries: [],
  version: '0',
  drain: () => undefined,
};

function registered(): readonly string[] {
  const { routes } = apiOf({ ...PARTS, config: {} });
  const own = routes.filter(({ path, method }) => !path.endsWith('*') && method !== 'ALL');
  const names = own.map(({ path, method }) => `${method} ${path.replace(/\/:(\w+)/g, '/{$1}')}`);
  return [...new Set(names)];
}

function expectAsSaid(operation: Operation | undefined, { status, headers, text }: Told): void {
  const said = operation?.responses[status];
  expect(said).toBeDefined();
  if (text === '') return;
  const type = String(headers['content-type']).replace(/;.*/, '');
  const { schema } = said?.content?.[type] ?? {};
  expect(schema).toBeDefined();
  const found = z.fromJSONSchema(schema as never).safeParse(JSON.parse(text));
  expect(found.error?.issues ?? []).toEqual([]);
}

function post(body: unknown, headers: { readonly [name: string]: string } = {}): AskInit {
  const type = { 'content-type': 'application/json' };
  return { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body) };
}
