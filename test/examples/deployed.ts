/** What the examples of deployment are read with: their files, and the configurations in them. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Config, configSchema } from '../../src/daemon/config/schema.js';
import { type Duration, milliseconds } from '../../src/policy/duration.js';
import { drainLimits } from '../../src/sockets/drain-terms.js';

const ROOT = new URL('../../', import.meta.url);

export const IMAGE_CONFIG = '/etc/gen-socket-client/config.yaml';
export const DATA = '/var/lib/phx';

export function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** A configuration as it stands there; throws when it is none. */
export function configIn(text: string): Config {
  return configSchema.parse(parse(text));
}

/** Milliseconds from the signal to the end, at most. */
export function longestStop({ drain = {} }: Config): number {
  const { grace, force } = drainLimits(drainOf(drain));
  return milliseconds('drain.delay', drain.delay ?? 0) + grace + force;
}

function drainOf({ grace, force }: NonNullable<Config['drain']>) {
  return { ...(grace !== undefined && { grace }), ...(force !== undefined && { force }) };
}

export function inMilliseconds(value: Duration): number {
  return milliseconds('', value);
}

/** The port of `host:port`. */
export function portOf(address: string | number | undefined): number {
  return Number(String(address).split(':').at(-1));
}

/** Every path of a secret that a configuration reads. */
export function secretsOf(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return key.endsWith('File') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => secretsOf(inner, name));
}

/** Every folder or file that it writes. */
export function writtenBy({ inbox, outbox, deliver = {} }: Config): readonly string[] {
  const store = outbox === undefined || outbox === false ? undefined : outbox.store;
  const files = Object.values(deliver).map((delivery) =>
    'deadLetter' in delivery ? delivery.deadLetter : undefined,
  );
  return [inbox?.store, store, ...files].filter((path) => path !== undefined);
}
