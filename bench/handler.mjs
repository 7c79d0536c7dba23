/** A process with a bare hono handler that answers at once, and a bare loop that posts events: as much as HTTP allows. */

import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { post } from './application.mjs';
import { chatMessage } from './frames.mjs';

/** As many at once as a webhook has in flight by default. */
const IN_FLIGHT = 16;

const app = new Hono();
app.post('/v1/push', async (c) => {
  const { topic, event } = await c.req.json();
  return c.json({ topic, event, outcome: 'replied', status: 'ok', response: {} });
});
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  process.send({ url: `http://127.0.0.1:${port}` }),
);

process.on('disconnect', () => {
  server.close();
  process.exit();
});
process.on('message', (question) => {
  process.send({ cpu: process.cpuUsage() });
  if (question.ask === 'broadcast') void broadcast(question);
});

async function broadcast({ messages, every, to }) {
  if (every === undefined) await atOnce(messages, to);
  else await paced(messages, every, to);
}

async function atOnce(messages, to) {
  const body = JSON.stringify(chatMessage());
  let left = messages;
  const loop = async () => {
    while (left > 0) {
      left -= 1;
      await post(to, body);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
}

async function paced(messages, every, to) {
  for (let sent = 0; sent < messages; sent += 1) {
    void post(to, JSON.stringify(chatMessage(performance.timeOrigin + performance.now())));
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
