/** Pushes over HTTP, as tests make them. */

import type { Stage, Told } from './api-stage.js';

export const post = (
  { ask }: Stage,
  body: unknown,
  { query = '', headers = {} }: { query?: string; headers?: { [name: string]: string } } = {},
): Promise<Told> =>
  ask(`/v1/push${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });

export const echo = { topic: 'room:1', event: 'echo', payload: { n: 1 } };
