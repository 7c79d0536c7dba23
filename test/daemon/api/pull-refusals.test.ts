/** What is wrong with a pull or an acknowledgement, and that each is told as a problem. */

import { describe, expect, test } from 'vitest';
import { consumersOf, dataOf, untilWaiting } from '../support/consumers.js';
import { type EventStage, eventStage } from '../support/event-stage.js';

describe('a pull is refused', () => {
  test.each([
    ['', 'consumer'],
    ['consumer=', 'consumer'],
    ['consumer=a%20b', 'consumer'],
    ['consumer=../../etc/passwd', 'consumer'],
    [`consumer=${'a'.repeat(65)}`, 'consumer'],
    ['consumer=a&max=0', 'max'],
    ['consumer=a&max=1001', 'max'],
    ['consumer=a&max=many', 'max'],
    ['consumer=a&wait=61s', 'wait'],
    ['consumer=a&wait=-1s', 'wait'],
    ['consumer=a&wait=soon', 'wait'],
    ['consumer=a&ackWait=0', 'ackWait'],
    ['consumer=a&ackWait=2h', 'ackWait'],
    ['consumer=a&from=here', 'from'],
    ['consumer=a&consumer=b', 'consumer'],
    ['consumer=a&limit=3', 'limit'],
  ])('for ?%s', async (query, place) => {
    const stage = await eventStage();
    const response = await stage.get(`/v1/events/pull?${query}`);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const body = (await response.json()) as { code: string; detail: string };
    expect(body.code).toBe('API_INVALID');
    expect(body.detail).toContain(place);
    expect(await consumersOf(stage)).toEqual([]);
  });

  test('with other filters than those the consumer was made with', async () => {
    const stage = await eventStage();
    await stage.pull('consumer=c&topic=a&topic=b&event=x');
    expect((await stage.get('/v1/events/pull?consumer=c&topic=b&topic=a&event=x')).status).toBe(
      200,
    );
    const response = await stage.get('/v1/events/pull?consumer=c&topic=a');
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'API_OTHER_FILTERS' });
  });

  test('beyond the number of consumers, until one is deleted', async () => {
    const stage = await eventStage({ limits: { consumers: 2 } });
    await stage.pull('consumer=one');
    await stage.pull('consumer=two');
    const response = await stage.get('/v1/events/pull?consumer=three');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('5');
    const deleted = await stage.get('/v1/events/consumers/one', { method: 'DELETE' });
    expect(deleted.status).toBe(204);
    expect((await stage.get('/v1/events/pull?consumer=three')).status).toBe(200);
    const again = await stage.get('/v1/events/consumers/one', { method: 'DELETE' });
    expect(again.status).toBe(404);
    expect(await again.json()).toMatchObject({ code: 'API_NO_CONSUMER' });
  });

  test('when too many of one consumer wait', async () => {
    const stage = await eventStage({ limits: { pulls: 1 } });
    const waiting = stage.pull('consumer=c&wait=60s');
    await untilWaiting(stage, 1);
    expect((await stage.get('/v1/events/pull?consumer=c&wait=60s')).status).toBe(429);
    stage.say('a', 1);
    expect(dataOf(await waiting)).toEqual([1]);
  });
});

describe('an acknowledgement is refused', () => {
  test.each([
    ['{', 400, 'API_BAD_JSON'],
    ['', 400, 'API_BAD_JSON'],
    ['[]', 422, 'API_INVALID'],
    ['{"consumer":"c"}', 422, 'API_INVALID'],
    ['{"consumer":"c","ids":[]}', 422, 'API_INVALID'],
    ['{"consumer":"c","ids":[1]}', 422, 'API_INVALID'],
    ['{"consumer":"c","ids":["1"],"status":"OK"}', 422, 'API_INVALID'],
    ['{"consumer":"c","ids":["1"],"delay":"2h"}', 422, 'API_INVALID'],
    [JSON.stringify({ consumer: 'c', ids: Array(1001).fill('1') }), 422, 'API_INVALID'],
    [JSON.stringify({ consumer: 'c', ids: ['x'.repeat(600_000)] }), 413, 'API_TOO_LARGE'],
    ['{"consumer":"nobody","ids":["1"]}', 404, 'API_NO_CONSUMER'],
  ])('for %.60s', async (body, status, code) => {
    const stage = await eventStage();
    await stage.pull('consumer=c');
    const response = await post(stage, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status });
  });

  test('for another media type', async () => {
    const stage = await eventStage();
    const response = await post(stage, '{}', 'text/xml');
    expect(response.status).toBe(415);
  });
});

function post(stage: EventStage, body: string, type = 'application/json'): Promise<Response> {
  const headers = { 'content-type': type };
  return stage.get('/v1/events/ack', { method: 'POST', headers, body });
}
