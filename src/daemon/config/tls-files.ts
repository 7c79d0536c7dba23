/** Certificates that lie in files, as `tls.connect` takes them, read again by each dial. */

import { readFileSync } from 'node:fs';
import { UsageError } from '../../errors.js';
import type { Config } from './schema.js';

type TlsConfig = NonNullable<NonNullable<Exclude<Config['websocket'], undefined>>['tls']>;
type Content = { readonly path: string; last: Buffer };

/**
 * The library takes the object's fields anew at each dial, so a certificate that is renewed is followed. One that cannot be read then
 * keeps its last content. Throws `PHX_CREDENTIALS_FILE` when it cannot be read now.
 */
export function tlsOf({ caFile, certFile, keyFile, servername }: TlsConfig): object {
  const tls = servername === undefined ? {} : { servername };
  const files = { ca: caFile, cert: certFile, key: keyFile };
  for (const [name, path] of Object.entries(files)) {
    if (path === undefined) continue;
    const content: Content = { path, last: firstOf(name, path) };
    Object.defineProperty(tls, name, { enumerable: true, get: () => latestOf(content) });
  }
  return tls;
}

function firstOf(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const remedy = 'give the path of a PEM file that this user may read';
    const message = `websocket.tls.${name}File cannot be read (${code}): ${remedy}`;
    throw new UsageError('PHX_CREDENTIALS_FILE', message, { cause });
  }
}

/** While a file is replaced it may be missing or half there. */
function latestOf(content: Content): Buffer {
  try {
    const bytes = readFileSync(content.path);
    if (bytes.includes('-----END ')) content.last = bytes;
  } catch {
    // The last content counts until there is another.
  }
  return content.last;
}
