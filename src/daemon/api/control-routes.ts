/** The routes that change what the daemon does: only where the configuration allows it. */

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { ApiConfig } from '../config/schema.js';
import type { Delivery } from '../deliveries/delivery.js';
import { problem, type Problem } from '../listeners/problem.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import { type ApiApp, newApp } from './app.js';
import { answers } from './document.js';

type ControlParts = {
  readonly sidecar: Sidecar;
  readonly deliveries: readonly Delivery[];
  readonly config: ApiConfig;
  readonly drain: () => void;
};

const verb = z.strictObject({ verb: z.enum(['reconnect', 'pause', 'resume', 'drain']) });
const deliveryVerb = z.strictObject({ name: z.string(), verb: z.enum(['pause', 'resume']) });
const done = z.strictObject({ accepted: z.string() });

const control = createRoute({
  method: 'post',
  path: '/v1/control/{verb}',
  summary: 'Reconnect, pause or resume the connection, or drain and end the daemon',
  description: 'Needs `api.control`.',
  request: { params: verb },
  responses: answers({ 202: ['It is under way', done] }),
});

const controlDelivery = createRoute({
  method: 'post',
  path: '/v1/control/deliveries/{name}/{verb}',
  summary: 'Pause or resume one delivery',
  description: 'Needs `api.control`. Its events wait in the inbox meanwhile.',
  request: { params: deliveryVerb },
  responses: answers({ 202: ['It is under way', done] }, { 404: 'There is no such delivery' }),
});

export function controlRoutes(parts: ControlParts): ApiApp {
  const app = newApp();
  app.use('/v1/control/*', async (_, next) => {
    if (parts.config.control !== true) throw controlOff();
    await next();
  });
  app.openapi(control, (c) => {
    const { verb: asked } = c.req.valid('param');
    if (asked === 'drain') parts.drain();
    else parts.sidecar[asked]();
    return c.json({ accepted: asked }, 202);
  });
  app.openapi(controlDelivery, (c) => {
    const { name, verb: asked } = c.req.valid('param');
    deliveryOf(parts, name)[asked]();
    return c.json({ accepted: asked }, 202);
  });
  return app;
}

function controlOff(): Problem {
  return problem('API_CONTROL_OFF', 'set api.control to true in the configuration to allow it');
}

function deliveryOf({ deliveries }: ControlParts, name: string): Delivery {
  const found = deliveries.find((delivery) => delivery.name === name);
  if (found !== undefined) return found;
  const names = deliveries.map((delivery) => delivery.name).join(', ') || 'none';
  throw problem('API_NO_DELIVERY', `${name.slice(0, 64)} is none of the deliveries: ${names}`);
}
