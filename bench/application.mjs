/** An application as its writer would have it: a hono handler for events, and undici with connections that stay open. */

import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Agent, request as send } from 'undici';

const agent = new Agent({ connections: 64 });
const JSON_BODY = { 'content-type': 'application/json' };

export class Application {
  url;
  #server;

  constructor(server, port) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/events`;
  }

  static listen(onEvent) {
    const app = new Hono();
    app.post('/events', async (c) => {
      onEvent(await c.req.json());
      return c.body(null, 204);
    });
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve(new Application(server, port)),
      );
    });
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export function post(url, body) {
  return request(url, { method: 'POST', body });
}

/** Resolves with the text of the answer; rejects when that is a refusal. */
export async function request(url, { method, body = null }) {
  const answer = await send(url, { method, body, headers: JSON_BODY, dispatcher: agent });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`);
  return text;
}
