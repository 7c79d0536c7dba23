/** Asks a probe of the daemon that has this configuration, from the same machine. */

import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { wordsOf } from '../errors.js';
import { type ListenAddress, listenAddress } from '../worker/listen-address.js';
import type { Config } from './config/schema.js';

export type ProbeAnswer = { readonly ok: boolean; readonly what: string };

const ADMIN = '127.0.0.1:4101';
/** Less than a container's health check may take. */
const PATIENCE = 3000;
/** Who listens everywhere listens here, too. */
const EVERYWHERE: { readonly [host: string]: string } = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Never rejects: why there is no answer is the answer. */
export async function askProbe(config: Config, path: string): Promise<ProbeAnswer> {
  const { probes, admin = {} } = config;
  const { listen = ADMIN, tokenFile } = probes ? { listen: probes.listen } : admin;
  try {
    const address = listenAddress(
      'admin.listen',
      typeof listen === 'string' ? listen.replace(/^unix:/, '') : listen,
    );
    const token = tokenFile === undefined ? null : (await readFile(tokenFile, 'utf8')).trim();
    return await asked({ ...placeOf(address), path, headers: headersOf(token) });
  } catch (error) {
    return { ok: false, what: `nobody answers at ${hostIn(listen)}: ${wordsOf(error)}` };
  }
}

/** A port alone is one of this machine. */
function hostIn(listen: string | number): string {
  return /^\d+$/.test(String(listen)) ? `127.0.0.1:${listen}` : String(listen);
}

function headersOf(token: string | null): { readonly [name: string]: string } {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

function placeOf(address: ListenAddress): RequestOptions {
  if ('path' in address) return { socketPath: address.path, host: 'localhost' };
  const { host, port } = address;
  return { host: EVERYWHERE[host] ?? host, port };
}

async function asked(options: RequestOptions): Promise<ProbeAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ ...options, agent: false, signal: AbortSignal.timeout(PATIENCE) }, resolve)
      .on('error', reject)
      .end();
  });
  return { ok: response.statusCode === 200, what: await text(response) };
}
