/** What the examples of deployment are read with: their files, and the configurations in them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/daemon/config/load.js';
import { problemText } from '../../src/daemon/config/origin.js';
import type { Config } from '../../src/daemon/config/schema.js';
import { type Duration, milliseconds } from '../../src/policy/duration.js';
import { drainLimits } from '../../src/sockets/drain-terms.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ROOT = new URL('../../', import.meta.url);

export const IMAGE_CONFIG = '/etc/gen-socket-client/config.yaml';
export const DATA = '/var/lib/phx';

export function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** A configuration as the daemon reads it; rejects with all that is wrong with it. */
export async function configIn(text: string, env: NodeJS.ProcessEnv = {}): Promise<Config> {
  const file = join(temporaryFolder(), 'config.yaml');
  writeFileSync(file, text);
  const loading = await loadConfig({ file, env, flags: [] });
  if (loading.kind === 'loaded') return loading.config;
  throw new Error(loading.problems.map(problemText).join('\n'));
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
