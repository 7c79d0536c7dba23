/** What the document says of the event routes is what they take and give. */

import { expect, test } from 'vitest';
import { eventStage } from '../support/event-stage.js';

type Operation = {
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: object }[];
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, unknown>> }>>;
};
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

test('the document has the event routes, their parameters and their answers', async () => {
  const stage = await eventStage();
  const { paths } = (await (await stage.get('/openapi.json')).json()) as Document;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(routes).toEqual(
    expect.arrayContaining([
      'get /v1/events',
      'get /v1/events/pull',
      'post /v1/events/ack',
      'get /v1/events/consumers',
      'delete /v1/events/consumers/{name}',
    ]),
  );
  const stream = paths['/v1/events']?.['get'];
  expect(stream?.parameters?.map(({ in: place, name }) => `${place} ${name}`)).toEqual([
    'query topic',
    'query event',
    'query format',
    'query after',
    'query from',
    'header last-event-id',
  ]);
  expect(stream?.parameters?.[0]?.schema).toMatchObject({
    type: 'array',
    items: { type: 'string' },
  });
  expect(Object.keys(stream?.responses['200']?.content ?? {})).toEqual([
    'text/event-stream',
    'application/x-ndjson',
  ]);
  const pull = paths['/v1/events/pull']?.['get'];
  expect(pull?.parameters?.filter(({ required }) => required).map(({ name }) => name)).toEqual([
    'consumer',
  ]);
  for (const status of ['409', '422', '429', '503']) {
    expect(pull?.responses[status]?.content).toHaveProperty('application/problem+json');
  }
});
