/** The published JSON Schema takes what `validate` takes, and refuses what it refuses, as far as a schema can. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { jsonSchema } from '../../../src/daemon/config/json-schema.js';
import { complaints } from '../support/configured.js';

const SCHEMA = z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchema())) as never);

function exampleOf(name: string): string {
  return readFileSync(new URL(`files/${name}.yaml`, import.meta.url), 'utf8');
}

const TAKEN = [
  exampleOf('webhooks'),
  exampleOf('cron'),
  exampleOf('log-shipper'),
  'url: ws://h/s',
  'url: ws://h/s\nlog:\n  level: ${LEVEL:-info}\noutbox:\n  messages: ${N:-5}\n  ttl: 500',
  'url: ws://h/s\nchannels: { t: , u: {} }',
  'url: ws://h/s\nheartbeat: false\nreconnect: { min: 1s, max: 1m, jitter: equal }',
  'url: ws://h/s\ndeliver: { a: { webhook: "http://h/", breaker: false } }\nchannels: { t: { deliver: [a] } }',
  'url: ws://h/s\napi: { listen: 4105 }\nadmin: { listen: "unix:/run/a.sock" }',
];

const REFUSED = [
  'url: ws://h/s\nlogg: {}',
  'url: 5',
  'url: ws://h/s\nlog: { level: loud }',
  'url: ws://h/s\nlog: 5',
  'url: ws://h/s\noutbox: { messages: -1 }',
  'url: ws://h/s\nchannels: { t: { delivr: a } }',
  'url: ws://h/s\nchannels: [t]',
  'url: ws://h/s\ndeliver: { a: { webhook: "http://h/", retry: { attempts: 0 } } }',
  'url: ws://h/s\ndeliver: { a: { stdout: json } }',
  'url: ws://h/s\ndeliver: { a: {} }',
  'url: ws://h/s\nheartbeat: 5',
];

test.each(TAKEN)('takes %j', async (yaml) => {
  expect(await complaints({ yaml, env: {} })).toEqual([]);
  expect(SCHEMA.safeParse(parse(yaml)).error?.issues ?? []).toEqual([]);
});

test.each(REFUSED)('refuses %j', async (yaml) => {
  expect(await complaints({ yaml, env: {} })).not.toEqual([]);
  expect(SCHEMA.safeParse(parse(yaml)).success).toBe(false);
});

test.each(['api', 'log', 'channels', 'deliver', 'heartbeat', 'inbox'])(
  'a section %s without a value counts as left out in both',
  async (section) => {
    const yaml = `url: ws://h/s\n${section}:`;
    expect(await complaints({ yaml })).toEqual([]);
    expect(SCHEMA.safeParse(parse(yaml)).error?.issues ?? []).toEqual([]);
  },
);
